package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/** Verifies {@link WaitQueue} and {@link Completion} word by word: no wake-up is lost. */
final class WaitingTest {

  /** At the end nobody is queued. */
  private record Empty(WaitQueue queue) implements Properties {
    @Override
    public @Nullable String atEnd(RunResult result) {
      return queue.isActive() ? "still queued: " + queue.waiters() : null;
    }
  }

  private static boolean take(AtomicWord tokens) {
    long seen = tokens.readOnce();
    while (seen > 0) {
      if (tokens.compareAndSet(seen, seen - 1)) {
        return true;
      }
      seen = tokens.readOnce();
    }
    return false;
  }

  /**
   * An exclusive waiter may be woken while it is on its way out with what an earlier wake-up was
   * for. So who leaves looks whether there is more, and passes the wake-up on.
   */
  private static void takeOrSleep(
      WaitQueue queue, AtomicWord tokens, boolean exclusive, boolean passOn) {
    Task me = queue.machine().currentTask();
    WaitEntry entry = new WaitEntry(me, exclusive);
    while (true) {
      queue.prepareToWait(entry, TaskState.UNINTERRUPTIBLE);
      if (take(tokens)) {
        break;
      }
      me.schedule();
    }
    queue.finishWait(entry);
    if (passOn && tokens.readOnce() > 0) {
      queue.wakeUp();
    }
  }

  private static void give(WaitQueue queue, AtomicWord tokens) {
    tokens.fetchAdd(1);
    queue.wakeUp();
  }

  private static Toy tokens(boolean passOn, boolean... exclusive) {
    return Toy.word(
        "tokens",
        machine -> {
          WaitQueue queue = new WaitQueue(machine, "queue");
          AtomicWord tokens = new AtomicWord(machine, "tokens", 0);
          for (int i = 0; i < exclusive.length; i++) {
            boolean ex = exclusive[i];
            machine.task("taker" + i, () -> takeOrSleep(queue, tokens, ex, passOn));
          }
          machine.task(
              "giver",
              () -> {
                for (int i = 0; i < exclusive.length; i++) {
                  give(queue, tokens);
                }
              });
          return new Empty(queue);
        });
  }

  @Test
  void oneTakerAndOneGiver_withinABound_neverHang() {
    for (boolean exclusive : new boolean[] {false, true}) {
      assertThat(tokens(false, exclusive).explore(new DepthFirst(6)).failures()).isEmpty();
    }
  }

  @Test
  void exclusiveTakers_thatPassWakeUpsOn_neverHang() {
    assertThat(tokens(true, true, true).explore(new DepthFirst(3)).failures()).isEmpty();
    assertThat(tokens(true, true, false).explore(new DepthFirst(3)).failures()).isEmpty();
  }

  /** As in the kernel: the wake-up for the second token goes to one who has the first. */
  @Test
  void exclusiveTakers_thatKeepWakeUps_hangInSomeSchedule() {
    Exploration exploration = tokens(false, true, true).explore(new DepthFirst(3));
    assertThat(exploration.failures().getFirst().finding().title()).startsWith("deadlock of taker");
  }

  @Test
  void takers_thatAreNotExclusive_neverHang() {
    assertThat(tokens(false, false, false).explore(new DepthFirst(3)).failures()).isEmpty();
  }

  /** The order of the two halves of a wait; reversed it hangs. */
  @Test
  void taker_thatQueuesAfterLooking_hangsInSomeSchedule() {
    Exploration exploration =
        Toy.word(
                "broken",
                machine -> {
                  WaitQueue queue = new WaitQueue(machine, "queue");
                  AtomicWord tokens = new AtomicWord(machine, "tokens", 0);
                  machine.task(
                      "taker",
                      () -> {
                        Task me = machine.currentTask();
                        WaitEntry entry = new WaitEntry(me, false);
                        while (!take(tokens)) {
                          // BROKEN: what was given before this line wakes nobody
                          queue.prepareToWait(entry, TaskState.UNINTERRUPTIBLE);
                          me.schedule();
                        }
                        queue.finishWait(entry);
                      });
                  machine.task("giver", () -> give(queue, tokens));
                  return new Empty(queue);
                })
            .explore(new DepthFirst());
    assertThat(exploration.failures().getFirst().finding().title()).isEqualTo("deadlock of taker");
  }

  @Test
  void waitEvent_wokenFromAnInterrupt_neverHangs() {
    Exploration exploration =
        Toy.word(
                "event",
                machine -> {
                  WaitQueue queue = new WaitQueue(machine, "queue");
                  AtomicWord flag = new AtomicWord(machine, "flag", 0);
                  for (int cpu = 0; cpu < 2; cpu++) {
                    machine.task(
                        "t" + cpu,
                        machine.cpu(cpu),
                        () -> queue.waitEvent("test", () -> flag.loadAcquire() == 1));
                  }
                  machine
                      .irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0))
                      .raise(
                          () -> {
                            flag.storeRelease(1);
                            queue.wakeUpAll();
                          });
                  return new Empty(queue);
                })
            .explore(new DepthFirst(3));
    assertThat(exploration.failures()).isEmpty();
  }

  /** All non-exclusive waiters are woken by one wake-up, in every schedule. */
  @Test
  void wakeUp_withSeveralNonExclusive_leavesNobodyAsleep() {
    Exploration exploration =
        Toy.word(
                "all",
                machine -> {
                  WaitQueue queue = new WaitQueue(machine, "queue");
                  AtomicWord flag = new AtomicWord(machine, "flag", 0);
                  for (String name : List.of("a", "b")) {
                    machine.task(
                        name, () -> queue.waitEvent("test", () -> flag.loadAcquire() == 1));
                  }
                  machine.task(
                      "waker",
                      () -> {
                        flag.storeRelease(1);
                        queue.wakeUp();
                      });
                  return new Empty(queue);
                })
            .explore(new DepthFirst(3));
    assertThat(exploration.failures()).isEmpty();
  }

  private static void wait(Machine machine, Completion done, List<String> log, String name) {
    machine.task(
        name,
        () -> {
          done.waitForCompletion();
          log.add(name);
        });
  }

  @Test
  void completion_inEverySchedule_letsOneGoOnPerComplete() {
    Exploration exploration =
        Toy.word(
                "completion",
                machine -> {
                  Completion done = new Completion(machine, "done");
                  wait(machine, done, new ArrayList<>(), "waiter");
                  machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0)).raise(done::complete);
                  return new Properties() {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      return done.isDone() ? "a completion is left over" : null;
                    }
                  };
                })
            .explore(new DepthFirst());
    assertThat(exploration.failures()).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  @Test
  void completion_withTwoOfEach_neverHangs() {
    Exploration exploration =
        Toy.word(
                "completion",
                machine -> {
                  Completion done = new Completion(machine, "done");
                  List<String> log = new ArrayList<>();
                  wait(machine, done, log, "w1");
                  wait(machine, done, log, "w2");
                  machine.task("c1", done::complete);
                  machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1)).raise(done::complete);
                  return new Properties() {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      return log.size() == 2 && !done.isDone() ? null : "went on: " + log;
                    }
                  };
                })
            .explore(new DepthFirst(2));
    assertThat(exploration.failures()).isEmpty();
  }
}
