package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.memory.AtomicWord;

/** How runs end, and how much fits. */
final class MachineTest {

  @ParameterizedTest
  @EnumSource(CoroutineKind.class)
  void run_ofALoopThatWaitsForNothing_endsAtTheStepLimit(CoroutineKind kind) {
    Schedules.Ending ending =
        Schedules.one(
            Schedules.WORD.withStepsMax(500).withCoroutines(kind),
            Schedules.first(),
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              machine.task(
                  "a",
                  () -> {
                    while (word.readOnce() == 0) {
                      word.fetchAdd(0);
                    }
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.STEP_LIMIT);
  }

  @Test
  void run_ofASpinnerForWhomNothingChanges_isADeadlockAndNotALivelock() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              machine.task(
                  "a",
                  () -> {
                    while (word.readOnce() == 0) {
                      machine.spinUntilChanged(word);
                    }
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DEADLOCK);
  }

  @Test
  void spinner_goesOnWhenTheWordWasWritten() {
    assertThat(
            Schedules.every(
                machine -> {
                  AtomicWord word = new AtomicWord(machine, "word", 0);
                  machine.task(
                      "a",
                      () -> {
                        while (word.readOnce() == 0) {
                          machine.spinUntilChanged(word);
                        }
                      });
                  machine.task("b", () -> word.writeOnce(1));
                }))
        .extracting(Schedules.Ending::outcome)
        .containsOnly(Outcome.DONE);
  }

  @Test
  void stop_endsTheRunAfterTheStep() {
    List<Long> seen = new ArrayList<>();
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              machine.afterEachStep(
                  () -> {
                    seen.add(word.peek());
                    if (word.peek() == 2) {
                      machine.stop();
                    }
                  });
              machine.task(
                  "a",
                  () -> {
                    for (int i = 0; i < 9; i++) {
                      word.fetchAdd(1);
                    }
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(seen).containsExactly(0L, 0L, 1L, 2L);
  }

  @Test
  void exceptionOfTheModel_isReportedWithTheContextAndEndsTheRun() {
    Schedules.Ending ending =
        Schedules.one(
            machine ->
                machine.task(
                    "a",
                    () -> {
                      throw new ArithmeticException("by zero");
                    }));
    assertThat(ending.outcome()).isEqualTo(Outcome.FAULT);
    assertThat(ending.machine().reports())
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.kind()).isEqualTo(ReportKind.MODEL_ERROR);
              assertThat(report.title())
                  .startsWith("a threw java.lang.ArithmeticException: by zero");
            });
  }

  @ParameterizedTest
  @EnumSource(CoroutineKind.class)
  void errorOfTheHost_comesOutOfRun(CoroutineKind kind) {
    assertThatThrownBy(
            () ->
                Schedules.one(
                    Schedules.WORD.withCoroutines(kind),
                    Schedules.first(),
                    machine ->
                        machine.task(
                            "a",
                            () -> {
                              throw new AssertionError("of a test");
                            })))
        .isInstanceOf(AssertionError.class)
        .hasMessage("of a test");
  }

  @Test
  void current_outsideTheRun_isRefused() {
    Machine machine = Machine.deterministic(Schedules.WORD, Schedules.first());
    assertThat(machine.currentOrNull()).isNull();
    assertThatThrownBy(machine::current).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void config_withTooManyCpus_isRefusedInASentence() {
    assertThatThrownBy(() -> MachineConfig.DEFAULT.withCpus(65))
        .hasMessage("a machine has 1 to 64 cpus, not 65");
    assertThatThrownBy(() -> MachineConfig.DEFAULT.withCpus(0))
        .hasMessage("a machine has 1 to 64 cpus, not 0");
  }

  @Test
  void tasks_startedByATask_runToo() {
    List<String> ran = new ArrayList<>();
    Schedules.Ending ending =
        Schedules.one(
            machine ->
                machine.task(
                    "parent",
                    () -> {
                      machine.task("child", () -> ran.add("child"));
                      ran.add("parent");
                    }));
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(ran).containsExactly("parent", "child");
  }

  @Test
  void machines_byTheThousands_shareNothing() {
    int done = 0;
    int id = -1;
    for (int i = 0; i < 5_000; i++) {
      Machine machine = Machine.deterministic(Schedules.WORD, Schedules.first());
      AtomicWord word = new AtomicWord(machine, "word", 0);
      id = id < 0 ? word.id() : id;
      assertThat(word.id()).isEqualTo(id);
      machine.task("a", () -> word.fetchAdd(1));
      machine.task("b", () -> word.fetchAdd(1));
      if (machine.run().outcome() == Outcome.DONE && word.peek() == 2) {
        done++;
      }
    }
    assertThat(done).isEqualTo(5_000);
  }

  @Test
  void machine_withTenThousandTasksAndAMillionCells_runs() {
    Machine machine =
        Machine.deterministic(
            Schedules.WORD.withRaceDetection(false).withStepsMax(100_000), Schedules.first());
    List<AtomicWord> idle = new ArrayList<>(1_000_000);
    for (int i = 0; i < 1_000_000; i++) {
      idle.add(new AtomicWord(machine, "idle", 0));
    }
    int[] ran = new int[1];
    for (int i = 0; i < 10_000; i++) {
      machine.kernelThread("k", machine.cpu(0), () -> ran[0]++);
    }
    machine.task("last", () -> idle.getLast().fetchAdd(1));
    // Each step looks at every context, so that all of them at once would take a minute.
    machine.afterEachStep(
        () -> {
          if (ran[0] == 300) {
            machine.stop();
          }
        });
    assertThat(machine.run().outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(machine.contexts()).hasSize(10_001);
    assertThat(idle.getLast().id() - idle.getFirst().id()).isEqualTo(999_999);
  }
}
