package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfslab.machine.RunResult.Outcome;

/** Timers and virtual time. */
final class TimerTest {

  private static final long HOUR_NS = 3_600_000_000_000L;

  private static IrqLine line(Machine machine) {
    return machine.irqLine("timer", IrqLine.Kind.HARD, machine.cpu(1));
  }

  /** The sleep is not inside any lock operation: nothing but the timer can end it. */
  @ParameterizedTest
  @EnumSource(MachineConfig.Granularity.class)
  void timer_wakesATaskThatSleepsAlone(MachineConfig.Granularity granularity) {
    assertThat(
            Schedules.every(
                Schedules.WORD.withGranularity(granularity),
                machine -> {
                  IrqLine line = line(machine);
                  machine.task(
                      "sleeper",
                      () -> {
                        Task me = machine.currentTask();
                        me.setCurrentState(TaskState.UNINTERRUPTIBLE);
                        new Timer(machine, line, me::wakeUpProcess).start(HOUR_NS);
                        me.schedule();
                        assertThat(machine.nowNs()).isEqualTo(HOUR_NS);
                      });
                }))
        .extracting(Schedules.Ending::outcome)
        .containsOnly(Outcome.DONE);
  }

  @Test
  void timers_expireInTheOrderOfTheirTimes() {
    List<Long> times = new ArrayList<>();
    Schedules.one(
        machine -> {
          IrqLine line = line(machine);
          machine.task(
              "a",
              () -> {
                for (long delay : new long[] {30, 10, 20, 10}) {
                  new Timer(machine, line, () -> times.add(machine.nowNs())).start(delay);
                }
              });
        });
    assertThat(times).containsExactly(10L, 10L, 20L, 30L);
  }

  @Test
  void time_standsStillWhileAnythingCanHappen() {
    long[] now = {-1};
    Schedules.one(
        machine -> {
          IrqLine line = line(machine);
          machine.task(
              "a",
              () -> {
                new Timer(machine, line, () -> {}).start(1);
                Completion done = new Completion(machine, "done");
                for (int i = 0; i < 100; i++) {
                  done.complete();
                }
                now[0] = machine.nowNs();
              });
        });
    assertThat(now[0]).isZero();
  }

  @Test
  void cancel_beforeExpiry_keepsTheFunctionFromRunning() {
    List<String> ran = new ArrayList<>();
    boolean[] was = new boolean[2];
    Schedules.one(
        machine -> {
          Timer timer = new Timer(machine, line(machine), () -> ran.add("timer"));
          machine.task(
              "a",
              () -> {
                timer.start(5);
                was[0] = timer.cancel();
                was[1] = timer.cancel();
              });
        });
    assertThat(ran).isEmpty();
    assertThat(was).containsExactly(true, false);
  }

  @Test
  void start_byItsOwnFunction_isPeriodic() {
    List<Long> times = new ArrayList<>();
    Schedules.one(
        machine -> {
          IrqLine line = line(machine);
          Timer[] timer = new Timer[1];
          timer[0] =
              new Timer(
                  machine,
                  line,
                  () -> {
                    times.add(machine.nowNs());
                    if (times.size() < 3) {
                      timer[0].start(7);
                    }
                  });
          machine.task("a", () -> timer[0].start(7));
        });
    assertThat(times).containsExactly(7L, 14L, 21L);
  }

  @Test
  void start_whileRunning_isABug() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              Timer timer = new Timer(machine, line(machine), () -> {});
              machine.task(
                  "a",
                  () -> {
                    timer.start(5);
                    timer.start(6);
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.FAULT);
    assertThat(ending.machine().reports())
        .singleElement()
        .extracting(Report::title)
        .isEqualTo("BUG: the timer on timer is started while it runs");
  }
}
