package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.TraceEvent;

/** What is found, what is claimed, and what ends an exploration. */
final class ExplorerTest {

  /** Two tasks, each of which adds one in two steps, and a property that demands two. */
  private static final Toy LOST_UPDATE =
      Toy.word(
          "lost update",
          machine -> {
            AtomicWord word = new AtomicWord(machine, "word", 0);
            for (String name : List.of("a", "b")) {
              machine.task(name, () -> word.writeOnce(word.readOnce() + 1));
            }
            return new Properties() {
              @Override
              public @Nullable String atEnd(RunResult result) {
                return word.peek() == 2 ? null : "the word is " + word.peek();
              }
            };
          });

  private static final Toy ABBA =
      new Toy(
          "ABBA",
          Toy.WORD.withGranularity(MachineConfig.Granularity.CALL),
          machine -> {
            Lockdep lockdep = Lockdep.off(machine);
            RwSemaphore one = new RwSemaphore(lockdep, "one");
            RwSemaphore two = new RwSemaphore(lockdep, "two");
            machine.task("a", () -> both(one, two));
            machine.task("b", () -> both(two, one));
            return Properties.NONE;
          });

  private static final Toy FINE =
      Toy.word(
          "fine",
          machine -> {
            AtomicWord word = new AtomicWord(machine, "word", 0);
            machine.task("a", () -> word.fetchAdd(1));
            machine.task("b", () -> word.fetchAdd(1));
            return Properties.NONE;
          });

  private static void both(RwSemaphore first, RwSemaphore second) {
    first.downWrite();
    second.downWrite();
    second.upWrite();
    first.upWrite();
  }

  private static List<TraceEvent> trace(Toy scenario, Recording recording) {
    List<TraceEvent> trace = new ArrayList<>();
    Execution.traced(scenario, new Replay(recording), trace);
    return trace;
  }

  // ---- findings

  @Test
  void explore_ofABrokenProperty_findsItAndReplaysIt() {
    Exploration exploration = LOST_UPDATE.explore(new DepthFirst());
    assertThat(exploration.verdict()).isEqualTo(Verdict.VIOLATED);
    FoundFailure failure = exploration.failures().getFirst();
    assertThat(failure.finding())
        .isEqualTo(new Finding(Finding.Kind.VIOLATION, "the word is 1", "the word is 1"));
    assertThat(failure.execution()).isEqualTo(exploration.executions());

    Replay replay = new Replay(failure.recording());
    assertThat(Execution.run(LOST_UPDATE, replay).findings()).containsExactly(failure.finding());
    assertThat(replay.unused()).isZero();
    assertThat(trace(LOST_UPDATE, failure.recording()))
        .isNotEmpty()
        .isEqualTo(trace(LOST_UPDATE, failure.recording()));
  }

  @Test
  void explore_ofADeadlock_saysWhoWaitsForWhomAndWhoHoldsIt() {
    Exploration exploration = ABBA.explore(new DepthFirst());
    assertThat(exploration.failures().getFirst().finding())
        .isEqualTo(
            new Finding(
                Finding.Kind.DEADLOCK,
                "deadlock of a, b",
                """
                a waits for two, held by b  [count 0x3 (WRITER | WAITERS), owner b, queue [a W]]
                b waits for one, held by a  [count 0x3 (WRITER | WAITERS), owner a, queue [b W]]\
                """,
                "a waits for two; b waits for one"));
  }

  @Test
  void explore_withoutLimits_collectsEachFindingOnce() {
    Exploration exploration =
        new Explorer(LOST_UPDATE, Limits.EXHAUST, Observer.NONE).explore(new DepthFirst());
    assertThat(exploration.executions()).isEqualTo(20);
    assertThat(exploration.failures()).hasSize(1);
    assertThat(exploration.stoppedBy()).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.VIOLATED);
  }

  @Test
  void afterStep_thatIsBroken_endsTheExecutionThere() {
    Toy scenario =
        Toy.word(
            "never 2",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              machine.task(
                  "a",
                  () -> {
                    for (int i = 0; i < 5; i++) {
                      word.fetchAdd(1);
                    }
                  });
              return new Properties() {
                @Override
                public boolean watchesSteps() {
                  return true;
                }

                @Override
                public @Nullable String afterStep() {
                  return word.peek() >= 2 ? "the word reached " + word.peek() : null;
                }
              };
            });
    Execution execution = scenario.once();
    assertThat(execution.result().outcome()).isEqualTo(RunResult.Outcome.STOPPED);
    assertThat(execution.findings())
        .extracting(Finding::title)
        .containsExactly("the word reached 2");
  }

  @Test
  void explore_ofAnEndlessLoop_callsItALivelock() {
    Toy scenario =
        Toy.word(
            "loop",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              machine.task(
                  "a",
                  () -> {
                    while (word.readOnce() == 0) {
                      word.writeOnce(0);
                    }
                  });
              return Properties.NONE;
            });
    assertThat(scenario.once().findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.LIVELOCK);
  }

  @Test
  void sometimes_areCountedPerExecution() {
    Toy scenario =
        Toy.word(
            "sometimes",
            machine -> {
              int[] answer = new int[1];
              machine.task("a", () -> answer[0] = machine.choose(4, "which"));
              return new Properties() {
                @Override
                public List<Integer> seen() {
                  return answer[0] == 0 ? List.of() : answer[0] == 3 ? List.of(0, 1) : List.of(1);
                }
              };
            });
    assertThat(scenario.explore(new DepthFirst()).sometimes()).containsExactly(1L, 3L);
  }

  // ---- claims and ends

  @Test
  void verdict_claimsNoMoreThanWasDone() {
    assertThat(FINE.explore(new DepthFirst()).verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(FINE.explore(new DepthFirst(0)).verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
    assertThat(FINE.explore(new RandomWalk(1, 1000)).verdict()).isEqualTo(Verdict.NO_VIOLATION);
    assertThat(FINE.explore(new RandomWalk(1, 0)).verdict()).isEqualTo(Verdict.NO_VIOLATION);
  }

  @Test
  void verdict_ofAStrategyThatIsUsedUp_claimsNothing() {
    DepthFirst strategy = new DepthFirst();
    assertThat(FINE.explore(strategy).verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    Exploration second = LOST_UPDATE.explore(strategy);
    assertThat(second.executions()).isZero();
    assertThat(second.verdict()).isEqualTo(Verdict.NO_VIOLATION);
  }

  @Test
  void limits_onExecutions_endTheExplorationWithoutAClaim() {
    Exploration exploration =
        new Explorer(FINE, Limits.NONE.withExecutionsMax(3), Observer.NONE)
            .explore(new DepthFirst());
    assertThat(exploration.executions()).isEqualTo(3);
    assertThat(exploration.verdict()).isEqualTo(Verdict.NO_VIOLATION);
    assertThat(exploration.stoppedBy()).isEqualTo("the limit of 3 executions");
  }

  @Test
  void limits_onTime_endTheExplorationEvenAfterFewLongExecutions() {
    Exploration exploration =
        new Explorer(FINE, new Limits(Long.MAX_VALUE, Duration.ofNanos(1), 1), Observer.NONE)
            .explore(new DepthFirst());
    assertThat(exploration.executions()).isEqualTo(1);
    assertThat(exploration.verdict()).isEqualTo(Verdict.NO_VIOLATION);
    assertThat(exploration.stoppedBy()).isEqualTo("the time limit");
  }

  @Test
  void observer_thatSaysNo_endsTheExplorationWithoutAClaim() {
    List<Long> told = new ArrayList<>();
    Exploration exploration =
        new Explorer(
                FINE,
                Limits.NONE,
                (executions, strategy) -> {
                  told.add(executions);
                  return executions < 4;
                })
            .explore(new DepthFirst());
    assertThat(told).containsExactly(1L, 2L, 3L, 4L);
    assertThat(exploration.executions()).isEqualTo(4);
    assertThat(exploration.verdict()).isEqualTo(Verdict.NO_VIOLATION);
    assertThat(exploration.stoppedBy()).isEqualTo("an interrupt");
  }

  // ---- shortening

  /** Counts how often a recording stops a context that could go on. */
  private static int preemptions(Toy scenario, Recording recording) {
    int[] count = new int[1];
    Replay replay = new Replay(recording);
    Execution.run(
        scenario,
        new org.vfslab.machine.Chance() {
          @Override
          public int schedule(Enabled enabled) {
            int running = enabled.runningAt();
            int answer = replay.schedule(enabled);
            if (running >= 0 && answer != running) {
              count[0]++;
            }
            return answer;
          }

          @Override
          public int choose(int outcomes, String question) {
            return replay.choose(outcomes, question);
          }
        });
    return count[0];
  }

  @Test
  void shorten_findsTheSameWithAsFewPreemptionsAsPossible() {
    boolean shorter = false;
    for (Toy scenario : List.of(LOST_UPDATE, ABBA)) {
      for (long seed = 0; seed < 30; seed++) {
        Exploration exploration = scenario.explore(new RandomWalk(seed, 1000));
        FoundFailure failure = exploration.failures().getFirst();
        FoundFailure shortened = new Explorer(scenario).shorten(failure);
        int before = preemptions(scenario, failure.recording());
        assertThat(preemptions(scenario, shortened.recording()))
            .isEqualTo(1)
            .isLessThanOrEqualTo(before);
        shorter |= before > 1;
        assertThat(shortened.finding()).isEqualTo(failure.finding());
        assertThat(shortened.execution()).isEqualTo(failure.execution());
        assertThat(Execution.run(scenario, new Replay(shortened.recording())).findings())
            .containsExactly(failure.finding());
      }
    }
    assertThat(shorter).isTrue();
  }

  /** Three tasks that only count, beside the two that lose an update. */
  private static final Toy LOST_UPDATE_IN_A_CROWD =
      Toy.word(
          "lost update in a crowd",
          machine -> {
            AtomicWord word = new AtomicWord(machine, "word", 0);
            AtomicWord crowd = new AtomicWord(machine, "crowd", 0);
            for (String name : List.of("a", "b")) {
              machine.task(name, () -> word.writeOnce(word.readOnce() + 1));
            }
            machine.task("c", () -> crowd.fetchAdd(1));
            return new Properties() {
              @Override
              public @Nullable String atEnd(RunResult result) {
                return word.peek() == 2 ? null : "the word is " + word.peek();
              }
            };
          });

  @Test
  void shorten_prefersFewSwitches_andCountsThem() {
    int switchesBefore = 0;
    for (long seed = 0; seed < 10; seed++) {
      FoundFailure failure =
          LOST_UPDATE_IN_A_CROWD.explore(new RandomWalk(seed, 1000)).failures().getFirst();
      Schedule before = Schedule.of(LOST_UPDATE_IN_A_CROWD, failure.recording());
      switchesBefore = Math.max(switchesBefore, before.switches());
      FoundFailure shortened = new Explorer(LOST_UPDATE_IN_A_CROWD).shorten(failure);
      Schedule schedule = Schedule.of(LOST_UPDATE_IN_A_CROWD, shortened.recording());
      assertThat(schedule.preemptions())
          .isEqualTo(1)
          .isEqualTo(preemptions(LOST_UPDATE_IN_A_CROWD, shortened.recording()));
      // a | b | a | c, or b | a | b | c, or c first.
      assertThat(schedule.switches()).isEqualTo(3);
    }
    assertThat(switchesBefore).isGreaterThan(3);
  }

  @Test
  void shorten_endsWhenTheObserverHasEnough_andReturnsTheBestSoFar() {
    FoundFailure failure = LOST_UPDATE.explore(new RandomWalk(3, 1000)).failures().getFirst();
    long[] asked = new long[1];
    Observer observer =
        (executions, strategy) -> {
          asked[0] = executions;
          return executions < 2;
        };
    FoundFailure shortened = new Explorer(LOST_UPDATE, Limits.NONE, observer).shorten(failure);
    assertThat(asked[0]).isEqualTo(2);
    assertThat(shortened.recording()).isSameAs(failure.recording());
  }

  @Test
  void shorten_ofWhatCantBeFoundAgain_returnsTheFailureAsItWas() {
    FoundFailure failure =
        new FoundFailure(
            new Finding(Finding.Kind.BUG, "never", "never"), new Recording(new int[] {1}), 7);
    assertThat(new Explorer(FINE).shorten(failure)).isSameAs(failure);
  }

  // ---- engines and kinds of coroutines

  @Test
  void explore_onThreads_findsTheSameSchedules() {
    Toy threads =
        new Toy(
            "threads",
            Toy.WORD.withCoroutines(org.vfslab.machine.CoroutineKind.THREAD),
            LOST_UPDATE.body());
    Exploration one = LOST_UPDATE.explore(new DepthFirst());
    Exploration other = threads.explore(new DepthFirst());
    assertThat(other.executions()).isEqualTo(one.executions());
    assertThat(other.failures().getFirst().recording().toArray())
        .isEqualTo(one.failures().getFirst().recording().toArray());
  }
}
