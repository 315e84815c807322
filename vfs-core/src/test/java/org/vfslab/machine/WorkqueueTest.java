package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.RunResult.Outcome;

/** {@code workqueue_struct}. */
final class WorkqueueTest {

  private static final MachineConfig CALL =
      Schedules.WORD.withGranularity(MachineConfig.Granularity.CALL);

  @Test
  void queueWork_byTwo_neverRunsTheWorkBesideItself() {
    int[] now = new int[1];
    int[] most = new int[1];
    List<Schedules.Ending> endings =
        Schedules.every(
            CALL,
            machine -> {
              now[0] = 0;
              Completion pause = new Completion(machine, "pause");
              Work work =
                  new Work(
                      machine,
                      "work",
                      () -> {
                        most[0] = Math.max(most[0], ++now[0]);
                        pause.complete();
                        pause.waitForCompletion();
                        now[0]--;
                      });
              for (String name : List.of("a", "b")) {
                machine.task(name, () -> machine.systemWorkqueue().queueWork(work));
              }
            });
    assertThat(endings).extracting(Schedules.Ending::outcome).containsOnly(Outcome.DONE);
    assertThat(most[0]).isEqualTo(1);
  }

  @Test
  void queueWork_whilePending_returnsFalseAndRunsOnce() {
    int[] runs = new int[1];
    boolean[] queued = new boolean[2];
    Schedules.one(
        CALL.withCpus(1),
        Schedules.first(),
        machine -> {
          Work work = new Work(machine, "work", () -> runs[0]++);
          machine.task(
              "a",
              () -> {
                queued[0] = machine.systemWorkqueue().queueWork(work);
                queued[1] = machine.systemWorkqueue().queueWork(work);
              });
        });
    assertThat(queued).containsExactly(true, false);
    assertThat(runs[0]).isEqualTo(1);
  }

  @Test
  void queueWork_whileRunning_runsItOnceMoreInEverySchedule() {
    List<Integer> counts = new ArrayList<>();
    int[] runs = new int[1];
    List<Schedules.Ending> endings =
        Schedules.every(
            CALL,
            machine -> {
              runs[0] = 0;
              Completion second = new Completion(machine, "second run");
              Completion begun = new Completion(machine, "begun");
              Work work =
                  new Work(
                      machine,
                      "work",
                      () -> {
                        begun.complete();
                        if (++runs[0] == 2) {
                          second.complete();
                        }
                      });
              machine.task(
                  "a",
                  () -> {
                    machine.systemWorkqueue().queueWork(work);
                    begun.waitForCompletion();
                    assertThat(machine.systemWorkqueue().queueWork(work)).isTrue();
                    second.waitForCompletion();
                    counts.add(runs[0]);
                  });
            });
    assertThat(endings).extracting(Schedules.Ending::outcome).containsOnly(Outcome.DONE);
    assertThat(counts).containsOnly(2);
  }

  @Test
  void queueWork_byTheWorkItself_runsItAgain() {
    int[] runs = new int[1];
    Schedules.Ending ending =
        Schedules.one(
            CALL,
            Schedules.seeded(3),
            machine -> {
              Work[] self = new Work[1];
              self[0] =
                  new Work(
                      machine,
                      "work",
                      () -> {
                        if (++runs[0] < 5) {
                          machine.systemWorkqueue().queueWork(self[0]);
                        }
                      });
              machine.task("a", () -> machine.systemWorkqueue().queueWork(self[0]));
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(runs[0]).isEqualTo(5);
  }

  /** The first work waits for what only the second one does. */
  @Test
  void worker_thatSleeps_doesNotHoldUpTheNextWork() {
    assertThat(
            Schedules.every(
                CALL,
                machine -> {
                  Completion done = new Completion(machine, "done");
                  Completion all = new Completion(machine, "all");
                  Work waits =
                      new Work(
                          machine,
                          "waits",
                          () -> {
                            done.waitForCompletion();
                            all.complete();
                          });
                  Work completes = new Work(machine, "completes", done::complete);
                  machine.task(
                      "a",
                      () -> {
                        machine.systemWorkqueue().queueWork(waits);
                        machine.systemWorkqueue().queueWork(completes);
                        all.waitForCompletion();
                      });
                }))
        .extracting(Schedules.Ending::outcome)
        .containsOnly(Outcome.DONE);
  }

  @Test
  void work_beginsInTheOrderOfQueueing() {
    for (Chance chance : List.of(Schedules.first(), Schedules.seeded(1), Schedules.seeded(2))) {
      List<Integer> order = new ArrayList<>();
      Schedules.one(
          CALL.withCpus(1),
          chance,
          machine ->
              machine.task(
                  "a",
                  () -> {
                    for (int i = 0; i < 4; i++) {
                      int number = i;
                      machine
                          .systemWorkqueue()
                          .queueWork(new Work(machine, "work" + i, () -> order.add(number)));
                    }
                  }));
      assertThat(order).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void queueWork_fromHardirq_runsTheWorkInATask() {
    List<String> contexts = new ArrayList<>();
    Schedules.Ending ending =
        Schedules.one(
            CALL,
            Schedules.first(),
            machine -> {
              Work work =
                  new Work(machine, "work", () -> contexts.add(machine.currentTask().name()));
              machine
                  .irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1))
                  .raise(() -> machine.systemWorkqueue().queueWork(work));
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(contexts).containsExactly("kworker/1:0");
  }
}
