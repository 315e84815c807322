package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.memory.AtomicWord;

/** Task states, wake-ups and signals. */
final class SleepTest {

  private static Set<Outcome> outcomes(List<Schedules.Ending> endings) {
    return endings.stream().map(Schedules.Ending::outcome).collect(Collectors.toSet());
  }

  /**
   * The order that every wait loop keeps: announce the sleep, look, sleep.
   *
   * <pre>
   *   sleeper                          waker
   *   set_current_state(D)             condition = 1
   *   if (!condition) schedule()       wake_up_process(sleeper)
   * </pre>
   */
  @Test
  void wakeUp_whenSleepIsAnnouncedBeforeLooking_isNeverLost() {
    assertThat(
            outcomes(
                Schedules.every(
                    machine -> {
                      AtomicWord condition = new AtomicWord(machine, "condition", 0);
                      Task sleeper =
                          machine.task(
                              "sleeper",
                              () -> {
                                Task me = machine.currentTask();
                                me.setCurrentState(TaskState.UNINTERRUPTIBLE);
                                if (condition.readOnce() == 0) {
                                  me.schedule();
                                }
                                me.setCurrentState(TaskState.RUNNING);
                              });
                      machine.task(
                          "waker",
                          () -> {
                            condition.writeOnce(1);
                            sleeper.wakeUpProcess();
                          });
                    })))
        .containsExactly(Outcome.DONE);
  }

  /** The same with the first two steps of the sleeper reversed. */
  @Test
  void wakeUp_whenSleepIsAnnouncedAfterLooking_isSometimesLost() {
    assertThat(
            outcomes(
                Schedules.every(
                    machine -> {
                      AtomicWord condition = new AtomicWord(machine, "condition", 0);
                      Task sleeper =
                          machine.task(
                              "sleeper",
                              () -> {
                                Task me = machine.currentTask();
                                if (condition.readOnce() == 0) {
                                  me.setCurrentState(TaskState.UNINTERRUPTIBLE); // BROKEN: too late
                                  me.schedule();
                                }
                              });
                      machine.task(
                          "waker",
                          () -> {
                            condition.writeOnce(1);
                            sleeper.wakeUpProcess();
                          });
                    })))
        .containsExactlyInAnyOrder(Outcome.DONE, Outcome.DEADLOCK);
  }

  /** The same with the two steps of the waker reversed. */
  @Test
  void wakeUp_beforeTheConditionIsChanged_isSometimesLost() {
    assertThat(
            outcomes(
                Schedules.every(
                    machine -> {
                      AtomicWord condition = new AtomicWord(machine, "condition", 0);
                      Task sleeper =
                          machine.task(
                              "sleeper",
                              () -> {
                                Task me = machine.currentTask();
                                me.setCurrentState(TaskState.UNINTERRUPTIBLE);
                                while (condition.readOnce() == 0) {
                                  me.schedule();
                                  me.setCurrentState(TaskState.UNINTERRUPTIBLE);
                                }
                                me.setCurrentState(TaskState.RUNNING);
                              });
                      machine.task(
                          "waker",
                          () -> {
                            sleeper.wakeUpProcess(); // BROKEN: too early
                            condition.writeOnce(1);
                          });
                    })))
        .containsExactlyInAnyOrder(Outcome.DONE, Outcome.DEADLOCK);
  }

  @Test
  void schedule_withoutAnnouncement_doesNotSleep() {
    assertThat(
            outcomes(
                Schedules.every(
                    machine -> machine.task("a", () -> machine.currentTask().schedule()))))
        .containsExactly(Outcome.DONE);
  }

  @Test
  void wakeUp_withMaskOfOtherState_leavesTheTaskAsleep() {
    boolean[] woken = new boolean[2];
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              Task sleeper =
                  machine.task(
                      "sleeper",
                      () -> {
                        machine.currentTask().setCurrentState(TaskState.UNINTERRUPTIBLE);
                        machine.currentTask().schedule();
                      });
              machine.task(
                  "waker",
                  () -> {
                    woken[0] = sleeper.wakeUp(TaskState.INTERRUPTIBLE);
                    woken[1] = sleeper.wakeUp(TaskState.WAKEKILL);
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DEADLOCK);
    assertThat(ending.result().hung()).extracting(Task::name).containsExactly("sleeper");
    assertThat(woken).containsExactly(false, false);
  }

  @ParameterizedTest
  @CsvSource({
    "INTERRUPTIBLE, false, DONE",
    "INTERRUPTIBLE, true, DONE",
    "KILLABLE, false, DEADLOCK",
    "KILLABLE, true, DONE",
    "UNINTERRUPTIBLE, false, DEADLOCK",
    "UNINTERRUPTIBLE, true, DEADLOCK",
    "IDLE, true, DEADLOCK"
  })
  void signal_endsExactlyTheSleepsThatHeedIt(String state, boolean fatal, Outcome outcome) {
    int sleep =
        switch (state) {
          case "INTERRUPTIBLE" -> TaskState.INTERRUPTIBLE;
          case "KILLABLE" -> TaskState.KILLABLE;
          case "IDLE" -> TaskState.IDLE;
          default -> TaskState.UNINTERRUPTIBLE;
        };
    // Whether the signal comes before the sleep, during it, or between announcement and sleep.
    assertThat(
            outcomes(
                Schedules.every(
                    machine -> {
                      Task sleeper =
                          machine.task(
                              "sleeper",
                              () -> {
                                machine.currentTask().setCurrentState(sleep);
                                machine.currentTask().schedule();
                              });
                      machine.task("killer", () -> sleeper.sendSignal(fatal));
                    })))
        .containsExactly(outcome);
  }

  @ParameterizedTest
  @CsvSource({"INTERRUPTIBLE, -512", "KILLABLE, -512", "UNINTERRUPTIBLE, 0"})
  void waitEvent_withSignal_returnsRestartWhereTheStateHeedsIt(String state, int result) {
    int sleep =
        switch (state) {
          case "INTERRUPTIBLE" -> TaskState.INTERRUPTIBLE;
          case "KILLABLE" -> TaskState.KILLABLE;
          default -> TaskState.UNINTERRUPTIBLE;
        };
    int[] returned = {1};
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              WaitQueue queue = new WaitQueue(machine, "queue");
              AtomicWord condition = new AtomicWord(machine, "condition", 0);
              Task sleeper =
                  machine.task(
                      "sleeper",
                      () ->
                          returned[0] =
                              queue.waitEvent("test", sleep, () -> condition.readOnce() == 1));
              machine.task(
                  "killer",
                  () -> {
                    sleeper.sendSignal(true);
                    if (result == 0) {
                      condition.writeOnce(1);
                      queue.wakeUp();
                    }
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(returned[0]).isEqualTo(result);
  }

  @Test
  void waitEvent_wokenBySignalWhenTheConditionHolds_returnsSuccess() {
    int[] returned = {1};
    Schedules.one(
        machine -> {
          WaitQueue queue = new WaitQueue(machine, "queue");
          AtomicWord condition = new AtomicWord(machine, "condition", 0);
          Task sleeper =
              machine.task(
                  "sleeper",
                  () ->
                      returned[0] =
                          queue.waitEvent(
                              "test", TaskState.INTERRUPTIBLE, () -> condition.readOnce() == 1));
          machine.task(
              "killer",
              () -> {
                condition.writeOnce(1);
                sleeper.sendSignal(true);
              });
        });
    assertThat(returned[0]).isZero();
  }

  @Test
  void kernelThread_asleepForEver_isNotHung() {
    Schedules.Ending ending =
        Schedules.one(
            machine ->
                machine.kernelThread(
                    "kthread",
                    machine.cpu(0),
                    () -> {
                      machine.currentTask().setCurrentState(TaskState.IDLE);
                      machine.currentTask().schedule();
                    }));
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
  }
}
