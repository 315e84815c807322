package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.memory.AtomicWord;

/** Interrupts run on top of what their CPU was doing, while it lets them, and nowhere else. */
final class InterruptTest {

  private static final MachineConfig ONE_CPU = Schedules.WORD.withCpus(1);

  /** The orders in which letters were written over all schedules of a program. */
  private interface Program {
    void setUp(Machine machine, StringBuilder letters);
  }

  private static Set<String> orders(MachineConfig config, Program program) {
    Set<String> orders = new HashSet<>();
    List<StringBuilder> written = new ArrayList<>();
    List<Schedules.Ending> endings =
        Schedules.every(
            config,
            machine -> {
              written.add(new StringBuilder());
              program.setUp(machine, written.getLast());
            });
    assertThat(endings).extracting(Schedules.Ending::outcome).containsOnly(Outcome.DONE);
    written.forEach(letters -> orders.add(letters.toString()));
    return orders;
  }

  /** Writes a letter before and after a step, so that whatever can come between is seen. */
  private static void two(AtomicWord word, StringBuilder letters, String first, String second) {
    letters.append(first);
    word.fetchAdd(1);
    letters.append(second);
  }

  @Test
  void handler_onTheTasksCpu_runsWholeWhereverItStrikes() {
    Set<String> orders =
        orders(
            ONE_CPU,
            (machine, letters) -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
              machine.task("task", () -> two(word, letters, "a", "b"));
              line.raise(() -> two(word, letters, "1", "2"));
            });
    // The interrupted task makes no step until the handler has returned.
    assertThat(orders).containsExactlyInAnyOrder("12ab", "a12b", "ab12");
  }

  @Test
  void handler_onAnotherCpu_runsBesideTheTask() {
    Set<String> orders =
        orders(
            Schedules.WORD,
            (machine, letters) -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
              machine.task("task", machine.cpu(0), () -> two(word, letters, "a", "b"));
              line.raise(() -> two(word, letters, "1", "2"));
            });
    assertThat(orders).containsExactlyInAnyOrder("12ab", "1a2b", "a12b", "1ab2", "a1b2", "ab12");
  }

  @ParameterizedTest
  @CsvSource({"HARD, irq, false", "SOFT, irq, false", "SOFT, bh, false", "HARD, bh, true"})
  void handler_strikesInsideASectionOnlyIfItDoesNotKeepItAway(
      IrqLine.Kind kind, String section, boolean inside) {
    Set<String> orders =
        orders(
            ONE_CPU,
            (machine, letters) -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              IrqLine line = machine.irqLine("irq", kind, machine.cpu(0));
              machine.task(
                  "task",
                  () -> {
                    Context me = machine.current();
                    if (section.equals("irq")) {
                      me.localIrqSave();
                    } else {
                      me.localBhDisable();
                    }
                    two(word, letters, "a", "b");
                    if (section.equals("irq")) {
                      me.localIrqRestore();
                    } else {
                      me.localBhEnable();
                    }
                    word.readOnce();
                    letters.append("c");
                  });
              line.raise(() -> letters.append("!"));
            });
    assertThat(orders).contains("!abc", "ab!c", "abc!");
    assertThat(orders.contains("a!bc")).isEqualTo(inside);
    assertThat(orders).hasSize(inside ? 4 : 3);
  }

  @Test
  void sections_thatNest_letNobodyInBeforeTheOutermostEnds() {
    Set<String> orders =
        orders(
            ONE_CPU,
            (machine, letters) -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
              machine.task(
                  "task",
                  () -> {
                    Context me = machine.current();
                    me.localIrqSave();
                    me.localIrqSave();
                    me.localIrqRestore();
                    two(word, letters, "a", "b");
                    me.localIrqRestore();
                  });
              line.raise(() -> letters.append("!"));
            });
    assertThat(orders).containsExactlyInAnyOrder("!ab", "ab!");
  }

  @Test
  void hardirq_nestsOnSoftirqAndSoftirqNotOnHardirq() {
    Set<String> orders =
        orders(
            ONE_CPU,
            (machine, letters) -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              IrqLine hard = machine.irqLine("hard", IrqLine.Kind.HARD, machine.cpu(0));
              IrqLine soft = machine.irqLine("soft", IrqLine.Kind.SOFT, machine.cpu(0));
              hard.raise(() -> two(word, letters, "1", "2"));
              soft.raise(() -> two(word, letters, "a", "b"));
            });
    assertThat(orders).containsExactlyInAnyOrder("12ab", "a12b", "ab12");
  }

  @Test
  void hardirq_doesNotNestOnHardirqOfTheSameCpu() {
    Set<String> orders =
        orders(
            ONE_CPU,
            (machine, letters) -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              IrqLine one = machine.irqLine("one", IrqLine.Kind.HARD, machine.cpu(0));
              IrqLine two = machine.irqLine("two", IrqLine.Kind.HARD, machine.cpu(0));
              one.raise(() -> two(word, letters, "1", "2"));
              two.raise(() -> two(word, letters, "a", "b"));
            });
    assertThat(orders).containsExactlyInAnyOrder("12ab", "ab12");
  }

  @Test
  void interrupts_pendingOnOneLine_areTakenInAnyOrderButNotTogether() {
    Set<String> orders =
        orders(
            Schedules.WORD,
            (machine, letters) -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
              line.raise(() -> two(word, letters, "1", "2"));
              line.raise(() -> two(word, letters, "a", "b"));
            });
    assertThat(orders).containsExactlyInAnyOrder("12ab", "ab12");
  }

  @Test
  void preemptDisable_keepsOtherTasksOffTheCpuButNotOffOthers() {
    Program program =
        (machine, letters) -> {
          AtomicWord word = new AtomicWord(machine, "word", 0);
          machine.task(
              "task",
              () -> {
                machine.current().preemptDisable();
                two(word, letters, "a", "b");
                machine.current().preemptEnable();
              });
          machine.task("other", () -> letters.append("!"));
        };
    assertThat(orders(ONE_CPU, program)).containsExactlyInAnyOrder("!ab", "ab!");
    assertThat(orders(Schedules.WORD, program)).containsExactlyInAnyOrder("!ab", "a!b", "ab!");
  }

  @Test
  void preemption_withFewerCpusThanTasks_happensAtEveryStep() {
    assertThat(
            orders(
                ONE_CPU,
                (machine, letters) -> {
                  AtomicWord word = new AtomicWord(machine, "word", 0);
                  machine.task("task", () -> two(word, letters, "a", "b"));
                  machine.task("other", () -> letters.append("!"));
                }))
        .containsExactlyInAnyOrder("!ab", "a!b", "ab!");
  }

  @Test
  void context_knowsWhereItIs() {
    List<String> seen = new ArrayList<>();
    Schedules.one(
        ONE_CPU,
        Schedules.first(),
        machine -> {
          for (IrqLine.Kind kind : IrqLine.Kind.values()) {
            machine
                .irqLine("irq", kind, machine.cpu(0))
                .raise(
                    () -> {
                      Context me = machine.current();
                      seen.add(
                          me.inHardirq()
                              + " "
                              + me.inSoftirq()
                              + " "
                              + me.irqsDisabled()
                              + " "
                              + me.bhDisabled()
                              + " "
                              + me.inAtomic());
                    });
          }
        });
    assertThat(seen)
        .containsExactlyInAnyOrder("true false true true true", "false true false true true");
  }

  @Test
  void restore_withoutSave_isABug() {
    assertThat(
            Schedules.one(m -> m.task("a", () -> m.current().localIrqRestore()))
                .machine()
                .reports())
        .extracting(Report::title)
        .containsExactly("a: local_irq_restore without local_irq_save");
    assertThat(
            Schedules.one(m -> m.task("a", () -> m.current().localBhEnable())).machine().reports())
        .extracting(Report::title)
        .containsExactly("a: local_bh_enable without local_bh_disable");
    assertThat(
            Schedules.one(m -> m.task("a", () -> m.current().preemptEnable())).machine().reports())
        .extracting(Report::title)
        .containsExactly("a: preempt_enable without preempt_disable");
  }
}
