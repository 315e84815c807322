package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * The number of schedules, worked out by hand: a task with k accesses makes k + 1 steps, the first
 * of which leads from its start to its first access. Tasks that make a, b, ... steps have (a + b +
 * ...)! / (a! b! ...) interleavings.
 */
final class DepthFirstTest {

  private static Toy steps(int... accesses) {
    return Toy.word(
        "independent steps",
        machine -> {
          for (int i = 0; i < accesses.length; i++) {
            AtomicWord own = new AtomicWord(machine, "word" + i, 0);
            int count = accesses[i];
            machine.task(
                "t" + i,
                () -> {
                  for (int k = 0; k < count; k++) {
                    own.readOnce();
                  }
                });
          }
          return Properties.NONE;
        });
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 2", "1, 1, 6", "1, 2, 10", "2, 2, 20", "2, 3, 35", "4, 4, 252", "6, 5, 1716"})
  void unbounded_withTwoTasks_triesEachInterleavingOnce(int k, int m, long schedules) {
    Exploration exploration = steps(k, m).explore(new DepthFirst());
    assertThat(exploration.executions()).isEqualTo(schedules); // (k+m+2) over (k+1)
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(exploration.steps()).isEqualTo(schedules * (k + m + 2));
  }

  @Test
  void unbounded_withThreeTasks_triesEachInterleavingOnce() {
    assertThat(steps(1, 1, 1).explore(new DepthFirst()).executions()).isEqualTo(90); // 6!/(2!2!2!)
    assertThat(steps(2, 1, 1).explore(new DepthFirst()).executions()).isEqualTo(210); // 7!/(3!2!2!)
  }

  @Test
  void unbounded_onOneCpuOrTwo_isTheSameWhileTasksCanBePreempted() {
    Toy two = steps(2, 2);
    Toy one = new Toy("one cpu", Toy.WORD.withCpus(1), two.body());
    assertThat(one.explore(new DepthFirst()).executions()).isEqualTo(20);
  }

  /** Without preemptions: the orders of the tasks. With one: also each place to stop one task. */
  @ParameterizedTest
  @CsvSource({"0, 2", "1, 7", "2, 19", "3, 28", "4, 34", "5, 35", "99, 35"})
  void bounded_triesTheInterleavingsWithinTheBound(int preemptions, long schedules) {
    // The tasks make 3 and 4 steps. Cut into r and s runs, |r - s| <= 1, they interleave in
    // C(2, r-1) * C(3, s-1) ways, and in twice as many if r = s. Of the r + s - 1 switches one
    // follows the end of a task; the others are preemptions. So 2, 5, 12, 9, 6, 1 have 0 to 5.
    Exploration exploration = steps(2, 3).explore(new DepthFirst(preemptions));
    assertThat(exploration.executions()).isEqualTo(schedules);
    assertThat(exploration.verdict())
        .isEqualTo(preemptions < 5 ? Verdict.HOLDS_WITHIN_BOUND : Verdict.HOLDS_COMPLETE);
  }

  @Test
  void bounded_byZero_triesTheOrdersOfTheTasks() {
    assertThat(steps(5, 5, 5).explore(new DepthFirst(0)).executions()).isEqualTo(6);
  }

  @Test
  void interrupt_strikesAtEachStepOfATaskOnce() {
    Exploration exploration =
        Toy.word(
                "interrupt",
                machine -> {
                  IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
                  AtomicWord word = new AtomicWord(machine, "word", 0);
                  machine.task(
                      "t",
                      machine.cpu(0),
                      () -> {
                        word.readOnce();
                        word.readOnce();
                        word.readOnce();
                      });
                  line.raise(word::readOnce);
                  return Properties.NONE;
                })
            .explore(new DepthFirst());
    assertThat(exploration.executions()).isEqualTo(5);
  }

  @Test
  void questions_areAnsweredInEveryWay() {
    Set<String> answers = new HashSet<>();
    Exploration exploration =
        Toy.word(
                "questions",
                machine -> {
                  machine.task(
                      "t",
                      () ->
                          answers.add(
                              machine.choose(3, "a")
                                  + " "
                                  + machine.choose(1, "b")
                                  + " "
                                  + machine.choose(2, "c")));
                  return Properties.NONE;
                })
            .explore(new DepthFirst());
    assertThat(exploration.executions()).isEqualTo(6);
    assertThat(answers)
        .containsExactlyInAnyOrder("0 0 0", "0 0 1", "1 0 0", "1 0 1", "2 0 0", "2 0 1");
  }

  /** Store buffering under sequential consistency: at least one of the two sees the other. */
  @Test
  void observations_countEveryFinalState() {
    Exploration exploration =
        Toy.word(
                "SB",
                machine -> {
                  AtomicWord x = new AtomicWord(machine, "x", 0);
                  AtomicWord y = new AtomicWord(machine, "y", 0);
                  long[] seen = new long[2];
                  machine.task(
                      "a",
                      () -> {
                        x.writeOnce(1);
                        seen[0] = y.readOnce();
                      });
                  machine.task(
                      "b",
                      () -> {
                        y.writeOnce(1);
                        seen[1] = x.readOnce();
                      });
                  return observing(() -> seen[0] + " " + seen[1]);
                })
            .explore(new DepthFirst());
    // 0 1 means W R w r, where lower case is b; b's start has 4 places before its w.
    assertThat(exploration.observations())
        .containsExactlyInAnyOrderEntriesOf(Map.of("0 1", 4L, "1 0", 4L, "1 1", 12L));
  }

  private static Properties observing(java.util.function.Supplier<String> state) {
    return new Properties() {
      @Override
      public String observation() {
        return state.get();
      }
    };
  }

  @Test
  void progress_growsFromNothingToAll() {
    List<Double> progress = new ArrayList<>();
    new Explorer(
            steps(3, 3),
            Limits.NONE,
            (executions, strategy) -> {
              progress.add(strategy.getAsDouble());
              return true;
            })
        .explore(new DepthFirst());
    assertThat(progress).hasSize(70).isSorted();
    assertThat(progress.getFirst()).isBetween(0.0, 0.1);
    assertThat(progress.getLast()).isEqualTo(1);
  }

  @Test
  void scenario_thatAsksLessTheSecondTime_isCalledNotDeterministic() {
    int[] run = new int[1];
    assertThatThrownBy(() -> fickle(machine -> run[0]++ == 0).explore(new DepthFirst()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the scenario is not deterministic");
  }

  @Test
  void scenario_thatAsksOtherwiseTheSecondTime_isCalledNotDeterministic() {
    int[] run = new int[1];
    assertThatThrownBy(
            () ->
                Toy.word(
                        "fickle",
                        machine -> {
                          int outcomes = 3 + run[0]++;
                          machine.task(
                              "t",
                              () -> {
                                machine.choose(outcomes, "a");
                                machine.choose(2, "b");
                              });
                          return Properties.NONE;
                        })
                    .explore(new DepthFirst()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the scenario is not deterministic: choice 0 had 3 outcomes and now has 4");
  }

  private static Toy fickle(java.util.function.Predicate<Machine> asks) {
    return Toy.word(
        "fickle",
        machine -> {
          boolean ask = asks.test(machine);
          machine.task(
              "t",
              () -> {
                machine.choose(2, "a");
                if (ask) {
                  machine.choose(2, "b");
                }
              });
          return Properties.NONE;
        });
  }

  @Test
  void histogram_ofALostUpdate_showsBothEnds() {
    Exploration exploration =
        Toy.word(
                "lost update",
                machine -> {
                  AtomicWord word = new AtomicWord(machine, "word", 0);
                  for (String name : List.of("a", "b")) {
                    machine.task(name, () -> word.writeOnce(word.readOnce() + 1));
                  }
                  return observing(() -> String.valueOf(word.peek()));
                })
            .explore(new DepthFirst());
    // 2 means R W r w or r w R W; the start of the second has 4 places before its read.
    assertThat(exploration.observations())
        .containsExactlyInAnyOrderEntriesOf(Map.of("1", 12L, "2", 8L));
  }
}
