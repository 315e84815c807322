package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfslab.machine.RunResult.Outcome;

/** {@code struct completion}. */
final class CompletionTest {

  private static void waiters(Machine machine, Completion done, int count) {
    for (int i = 0; i < count; i++) {
      machine.task("waiter" + i, done::waitForCompletion);
    }
  }

  @Test
  void complete_once_letsExactlyOneOfTwoGoOn() {
    assertThat(
            Schedules.every(
                machine -> {
                  Completion done = new Completion(machine, "done");
                  waiters(machine, done, 2);
                  machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0)).raise(done::complete);
                }))
        .allSatisfy(
            ending -> {
              assertThat(ending.outcome()).isEqualTo(Outcome.DEADLOCK);
              assertThat(ending.result().hung()).hasSize(1);
            });
  }

  @Test
  void complete_asOftenAsThereAreWaiters_letsAllGoOn() {
    assertThat(
            Schedules.every(
                Schedules.WORD.withGranularity(MachineConfig.Granularity.CALL),
                machine -> {
                  Completion done = new Completion(machine, "done");
                  waiters(machine, done, 2);
                  machine.task(
                      "completer",
                      () -> {
                        done.complete();
                        done.complete();
                      });
                }))
        .extracting(Schedules.Ending::outcome)
        .containsOnly(Outcome.DONE);
  }

  @Test
  void completeAll_letsAllGoOnNowAndLater() {
    assertThat(
            Schedules.every(
                Schedules.WORD.withGranularity(MachineConfig.Granularity.CALL),
                machine -> {
                  Completion done = new Completion(machine, "done");
                  waiters(machine, done, 3);
                  machine.task("completer", done::completeAll);
                }))
        .extracting(Schedules.Ending::outcome)
        .containsOnly(Outcome.DONE);
  }

  @Test
  void complete_beforeAnybodyWaits_isRemembered() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              Completion done = new Completion(machine, "done");
              machine.task(
                  "a",
                  () -> {
                    done.complete();
                    assertThat(done.isDone()).isTrue();
                    done.waitForCompletion();
                    assertThat(done.isDone()).isFalse();
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
  }
}
