package org.vfslab.locking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;
import org.vfslab.memory.AtomicWord;

/** A grace period waits for the readers in progress, and for nobody else. */
final class RcuTest {

  /**
   * The contract as the kernel's litmus test {@code MP+onceassign+derefonce} has it: a reader that
   * sees the old world has left before the updater goes on.
   */
  @Test
  void synchronize_neverReturnsBesideAReaderThatSawTheOldWorld() {
    List<Schedules.Ending> endings =
        Schedules.every(
            machine -> {
              Rcu rcu = new Rcu(Lockdep.on(machine));
              AtomicWord updated = new AtomicWord(machine, "updated", 0);
              boolean[] inside = new boolean[1];
              machine.task(
                  "reader",
                  () -> {
                    rcu.readLock(machine.current());
                    inside[0] = updated.readOnce() == 0;
                    updated.readOnce(); // some time
                    inside[0] = false;
                    rcu.readUnlock(machine.current());
                  });
              machine.task(
                  "updater",
                  () -> {
                    updated.writeOnce(1);
                    rcu.synchronize();
                    assertThat(inside[0]).isFalse();
                  });
            });
    assertThat(endings).extracting(Schedules.Ending::outcome).containsOnly(Outcome.DONE);
  }

  @Test
  void synchronize_doesNotWaitForAReaderThatCameLater() {
    // The later reader stays inside until synchronize has returned.
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              Rcu rcu = new Rcu(Lockdep.on(machine));
              Completion inside = new Completion(machine, "the first reader is inside");
              AtomicWord left = new AtomicWord(machine, "the first reader may leave", 0);
              AtomicWord returned = new AtomicWord(machine, "synchronize has returned", 0);
              machine.task(
                  "reader",
                  () -> {
                    rcu.readLock(machine.current());
                    inside.complete();
                    spinUntilSet(machine, left);
                    rcu.readUnlock(machine.current());
                    rcu.readLock(machine.current());
                    spinUntilSet(machine, returned);
                    rcu.readUnlock(machine.current());
                  });
              machine.task(
                  "updater",
                  () -> {
                    inside.waitForCompletion();
                    left.storeRelease(1);
                    rcu.synchronize();
                    returned.storeRelease(1);
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
  }

  @Test
  void readLock_nested_endsWithTheOutermost() {
    Set<String> orders = new HashSet<>();
    List<StringBuilder> written = new ArrayList<>();
    Schedules.every(
        machine -> {
          StringBuilder letters = new StringBuilder();
          written.add(letters);
          Rcu rcu = new Rcu(Lockdep.on(machine));
          AtomicWord word = new AtomicWord(machine, "word", 0);
          machine.task(
              "reader",
              () -> {
                rcu.readLock(machine.current());
                letters.append('(');
                rcu.readLock(machine.current());
                rcu.readUnlock(machine.current());
                word.readOnce();
                letters.append(')');
                rcu.readUnlock(machine.current());
              });
          machine.task(
              "updater",
              () -> {
                letters.append('<');
                rcu.synchronize();
                letters.append('>');
              });
        });
    written.forEach(letters -> orders.add(letters.toString()));
    assertThat(orders).contains("<>()", "()<>", "(<)>").doesNotContain("(<>)");
  }

  @Test
  void call_insideASection_runsTheCallbackAfterIt() {
    List<Schedules.Ending> endings =
        Schedules.every(
            machine -> {
              Rcu rcu = new Rcu(Lockdep.on(machine));
              boolean[] inside = new boolean[1];
              Completion ran = new Completion(machine, "callback ran");
              machine.task(
                  "reader",
                  () -> {
                    rcu.readLock(machine.current());
                    inside[0] = true;
                    rcu.call(
                        () -> {
                          assertThat(inside[0]).isFalse();
                          ran.complete();
                        });
                    inside[0] = false;
                    rcu.readUnlock(machine.current());
                    ran.waitForCompletion();
                  });
            });
    assertThat(endings).extracting(Schedules.Ending::outcome).containsOnly(Outcome.DONE);
  }

  @Test
  void call_withNobodyInside_runsTheCallbackInAWorkerAllTheSame() {
    List<String> ran = new ArrayList<>();
    Schedules.one(
        machine ->
            machine.task(
                "a",
                () ->
                    new Rcu(Lockdep.on(machine))
                        .call(
                            () -> ran.add(name(machine) + " " + machine.current().bhDisabled()))));
    assertThat(ran).containsExactly("kworker/0:0 true");
  }

  @Test
  void callOrRun_withNobodyInside_runsTheCallbackAtOnce() {
    List<String> ran = new ArrayList<>();
    Schedules.one(
        machine ->
            machine.task(
                "a", () -> new Rcu(Lockdep.on(machine)).callOrRun(() -> ran.add(name(machine)))));
    assertThat(ran).containsExactly("a");
  }

  private static void spinUntilSet(Machine machine, AtomicWord word) {
    while (word.loadAcquire() == 0) {
      machine.spinUntilChanged(word);
    }
  }

  private static String name(Machine machine) {
    return machine.current().name();
  }
}
