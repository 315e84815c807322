package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.memory.AtomicWord;

/** {@code wait_queue_head}: who is woken, in which order, and how many. */
final class WaitQueueTest {

  /** Five sleepers that queue one after the other: w0 x1 w2 x3 x4, where x are exclusive. */
  private static List<String> wokenBy(BiConsumer<WaitQueue, List<String>> waker) {
    List<String> order = new ArrayList<>();
    Schedules.one(
        machine -> {
          WaitQueue queue = new WaitQueue(machine, "queue");
          for (String name : List.of("w0", "x1", "w2", "x3", "x4")) {
            machine.task(
                name,
                () -> {
                  Task me = machine.currentTask();
                  WaitEntry entry =
                      new WaitEntry(me, name.startsWith("x")) {
                        @Override
                        protected Wake wake(int states) {
                          Wake came = super.wake(states);
                          if (came == Wake.WOKEN) {
                            order.add(name);
                          }
                          return came;
                        }
                      };
                  queue.prepareToWait(entry, TaskState.UNINTERRUPTIBLE);
                  me.schedule();
                  queue.finishWait(entry);
                });
          }
          machine.task("waker", () -> waker.accept(queue, order));
        });
    return order;
  }

  @Test
  void wakeUp_wakesNonExclusiveNewestFirstAndThenOneExclusive() {
    assertThat(wokenBy((queue, order) -> queue.wakeUp())).containsExactly("w2", "w0", "x1");
  }

  @Test
  void wakeUp_withTwoExclusive_wakesThemInTheOrderOfTheirComing() {
    assertThat(wokenBy((queue, order) -> queue.wakeUp(TaskState.NORMAL, 2)))
        .containsExactly("w2", "w0", "x1", "x3");
  }

  @Test
  void wakeUpAll_wakesEverybody() {
    assertThat(wokenBy((queue, order) -> queue.wakeUpAll()))
        .containsExactly("w2", "w0", "x1", "x3", "x4");
  }

  @Test
  void wakeUp_withOtherStates_wakesNobodyAndKeepsTheQueue() {
    List<String> queued = new ArrayList<>();
    assertThat(
            wokenBy(
                (queue, order) -> {
                  queue.wakeUp(TaskState.INTERRUPTIBLE, 0);
                  queue.waiters().forEach(task -> queued.add(task.name()));
                }))
        .isEmpty();
    assertThat(queued).containsExactly("w2", "w0", "x1", "x3", "x4");
  }

  @Test
  void wakeUp_leavesNobodyQueuedWhoWasWoken() {
    List<String> queued = new ArrayList<>();
    wokenBy(
        (queue, order) -> {
          queue.wakeUp();
          queue.waiters().forEach(task -> queued.add(task.name()));
        });
    assertThat(queued).containsExactly("x3", "x4");
  }

  /** The results of a custom wake function, as in percpu-rwsem. */
  @Test
  void wakeUp_withCustomEntries_stopsCountsAndSkipsAsTheySay() {
    record Case(List<WaitEntry.Wake> results, int exclusive, List<Integer> asked, int left) {}
    WaitEntry.Wake woken = WaitEntry.Wake.WOKEN;
    WaitEntry.Wake uncounted = WaitEntry.Wake.WOKEN_UNCOUNTED;
    WaitEntry.Wake ignored = WaitEntry.Wake.IGNORED;
    WaitEntry.Wake stop = WaitEntry.Wake.STOP;
    for (Case each :
        List.of(
            new Case(List.of(uncounted, uncounted, woken, woken), 1, List.of(0, 1, 2), 1),
            new Case(List.of(uncounted, stop, woken), 1, List.of(0, 1), 2),
            new Case(List.of(ignored, woken, woken), 1, List.of(0, 1), 2),
            new Case(List.of(stop, woken), 0, List.of(0), 2),
            new Case(List.of(woken, woken, woken), 0, List.of(0, 1, 2), 0))) {
      List<Integer> asked = new ArrayList<>();
      int[] left = new int[1];
      Schedules.one(
          machine -> {
            WaitQueue queue = new WaitQueue(machine, "queue");
            machine.task(
                "waker",
                () -> {
                  queue.lock();
                  for (int i = 0; i < each.results().size(); i++) {
                    int number = i;
                    queue.addLocked(
                        new WaitEntry(machine.currentTask(), true) {
                          @Override
                          protected Wake wake(int states) {
                            asked.add(number);
                            return each.results().get(number);
                          }
                        });
                  }
                  queue.unlock();
                  queue.wakeUp(TaskState.NORMAL, each.exclusive());
                  left[0] = queue.waiters().size();
                });
          });
      assertThat(asked).as("%s", each).isEqualTo(each.asked());
      assertThat(left[0]).as("%s", each).isEqualTo(each.left());
    }
  }

  @Test
  void waitEvent_whenTheConditionIsChangedBeforeTheWakeUp_neverHangs() {
    assertThat(
            Schedules.every(
                machine -> {
                  WaitQueue queue = new WaitQueue(machine, "queue");
                  AtomicWord condition = new AtomicWord(machine, "condition", 0);
                  machine.task(
                      "sleeper", () -> queue.waitEvent("test", () -> condition.readOnce() == 1));
                  machine.task(
                      "waker",
                      () -> {
                        condition.writeOnce(1);
                        queue.wakeUp();
                      });
                }))
        .extracting(Schedules.Ending::outcome)
        .containsOnly(Outcome.DONE);
  }

  @Test
  void waitEvent_whenTheConditionIsChangedAfterTheWakeUp_sometimesHangs() {
    assertThat(
            Schedules.every(
                machine -> {
                  WaitQueue queue = new WaitQueue(machine, "queue");
                  AtomicWord condition = new AtomicWord(machine, "condition", 0);
                  machine.task(
                      "sleeper", () -> queue.waitEvent("test", () -> condition.readOnce() == 1));
                  machine.task(
                      "waker",
                      () -> {
                        queue.wakeUp(); // BROKEN: too early
                        condition.writeOnce(1);
                      });
                }))
        .extracting(Schedules.Ending::outcome)
        .contains(Outcome.DONE, Outcome.DEADLOCK);
  }
}
