package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfslab.explore.Toy;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.DelegatedReadLock;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.PercpuRef;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.ReadToken;
import org.vfslab.locking.RwLock;
import org.vfslab.locking.Semaphore;
import org.vfslab.locking.Srcu;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.RunResult.Outcome;

/**
 * The other locks on real threads, a fraction of a second each, with statistics in the manner of
 * locktorture and rcutorture: how often readers and writers came in, and how often something was
 * wrong.
 */
@Timeout(60)
final class LocksTortureTest {

  private static final MachineConfig FOUR_CPUS = Toy.WORD.withCpus(4);
  private static final long NANOS = 400_000_000;

  /** Plain data, two halves of which only a writer may see differ, and the counts. */
  private static final class Torture {
    final Machine machine = Machine.live(FOUR_CPUS);
    final AtomicLong reads = new AtomicLong();
    final AtomicLong writes = new AtomicLong();
    final AtomicLong wrong = new AtomicLong();
    private long left;
    private long right;

    void read() {
      if (left != right) {
        wrong.incrementAndGet();
      }
      reads.incrementAndGet();
    }

    void write() {
      left++;
      right++;
      writes.incrementAndGet();
    }

    /** Adds a task that does this over and over. */
    void task(String name, Runnable body) {
      machine.task(
          name,
          () -> {
            while (machine.nowNs() < NANOS) {
              machine.currentTask().mightSleep("torture");
              body.run();
            }
          });
    }

    void run(String name) {
      RunResult result = machine.run();
      String statistics =
          name + ": Reads: " + reads + " Writes: " + writes + " Wrong: " + wrong + " " + result;
      assertThat(machine.reports()).as(statistics).isEmpty();
      assertThat(result.outcome()).as(statistics).isEqualTo(Outcome.DONE);
      assertThat(wrong).as(statistics).hasValue(0);
      assertThat(left).as(statistics).isEqualTo(writes.get());
      assertThat(writes.get() + reads.get()).as(statistics).isGreaterThan(100);
    }
  }

  private static void torture(String name, Consumer<Torture> tasks) {
    Torture torture = new Torture();
    tasks.accept(torture);
    torture.run(name);
  }

  @Test
  void mutex() {
    torture(
        "mutex",
        t -> {
          Mutex mutex = new Mutex(Lockdep.on(t.machine), "m");
          for (int i = 0; i < 4; i++) {
            boolean tries = i == 3;
            t.task(
                "w" + i,
                () -> {
                  if (tries && !mutex.trylock()) {
                    return;
                  }
                  if (!tries) {
                    mutex.lock();
                  }
                  t.write();
                  mutex.unlock();
                });
          }
        });
  }

  @Test
  void rwlock() {
    torture(
        "rwlock",
        t -> {
          RwLock lock = new RwLock(Lockdep.on(t.machine), "l");
          IrqLine line = t.machine.irqLine("irq", IrqLine.Kind.HARD, t.machine.cpu(0));
          for (int i = 0; i < 2; i++) {
            t.task(
                "w" + i,
                () -> {
                  lock.writeLockIrqSave();
                  t.write();
                  lock.writeUnlockIrqRestore();
                });
            t.task(
                "r" + i,
                () -> {
                  lock.readLock();
                  t.read();
                  lock.readUnlock();
                });
          }
          t.task(
              "raiser",
              () -> {
                line.raise(
                    () -> {
                      lock.readLock();
                      t.read();
                      lock.readUnlock();
                    });
                Thread.onSpinWait();
              });
        });
  }

  @Test
  void semaphore() {
    torture(
        "semaphore",
        t -> {
          Semaphore semaphore = new Semaphore(t.machine, "s", 1);
          for (int i = 0; i < 3; i++) {
            boolean timed = i == 2;
            t.task(
                "w" + i,
                () -> {
                  if (timed && semaphore.downTimeout(50_000) != 0) {
                    return;
                  }
                  if (!timed) {
                    semaphore.down();
                  }
                  t.write();
                  semaphore.up();
                });
          }
        });
  }

  @Test
  void percpuRwSemaphore() {
    torture(
        "percpu_rwsem",
        t -> {
          PercpuRwSemaphore sem =
              new PercpuRwSemaphore(Lockdep.on(t.machine), new Rcu(t.machine), "p");
          for (int i = 0; i < 3; i++) {
            boolean tries = i == 2;
            t.task(
                "r" + i,
                () -> {
                  if (tries) {
                    if (!sem.downReadTrylock()) {
                      return;
                    }
                  } else {
                    sem.downRead();
                  }
                  t.read();
                  sem.upRead();
                });
          }
          t.task(
              "w",
              () -> {
                sem.downWrite();
                t.write();
                sem.upWrite();
              });
        });
  }

  /**
   * As rcutorture: an element that a grace period has passed since it was replaced is never seen.
   */
  @Test
  void srcu() {
    torture(
        "srcu",
        t -> {
          Srcu srcu = new Srcu(Lockdep.on(t.machine), new Rcu(t.machine), "ss");
          long[] element = {1, 0, 0, 0};
          AtomicReferenceArray<Integer> current = new AtomicReferenceArray<>(1);
          current.set(0, 0);
          for (int i = 0; i < 3; i++) {
            boolean down = i == 2;
            t.task(
                "r" + i,
                () -> {
                  int index = down ? srcu.srcuDownRead() : srcu.srcuReadLock();
                  int found = current.get(0);
                  Thread.onSpinWait();
                  if (element[found] != 1) {
                    t.wrong.incrementAndGet();
                  }
                  t.read();
                  if (down) {
                    srcu.srcuUpRead(index);
                  } else {
                    srcu.srcuReadUnlock(index);
                  }
                });
          }
          t.task(
              "updater",
              () -> {
                int old = current.get(0);
                int next = (old + 1) % element.length;
                element[next] = 1;
                current.set(0, next);
                if (old % 2 == 0) {
                  srcu.synchronizeSrcuExpedited();
                } else {
                  srcu.synchronizeSrcu();
                }
                element[old] = 0;
              });
        });
  }

  @Test
  void percpuRef() {
    torture(
        "percpu_ref",
        t -> {
          AtomicLong released = new AtomicLong();
          PercpuRef ref =
              new PercpuRef(
                  new Rcu(t.machine),
                  "ref",
                  released::incrementAndGet,
                  EnumSet.of(PercpuRef.Flag.ALLOW_REINIT));
          for (int i = 0; i < 3; i++) {
            t.task(
                "u" + i,
                () -> {
                  if (ref.trygetLive()) {
                    if (ref.isZero()) {
                      t.wrong.incrementAndGet();
                    }
                    t.read();
                    ref.put();
                  }
                });
          }
          AtomicLong kills = new AtomicLong();
          t.task(
              "killer",
              () -> {
                long before = released.get();
                ref.kill();
                while (released.get() == before) {
                  t.machine.currentTask().mightSleep("wait");
                  Thread.onSpinWait();
                }
                if (released.get() != kills.incrementAndGet()) {
                  t.wrong.incrementAndGet();
                }
                ref.reinit();
              });
        });
  }

  @Test
  void delegatedReadLock() {
    torture(
        "delegated",
        t -> {
          DelegatedReadLock lock = new DelegatedReadLock(Lockdep.on(t.machine), "g");
          IrqLine line = t.machine.irqLine("irq", IrqLine.Kind.SOFT, t.machine.cpu(1));
          for (int i = 0; i < 2; i++) {
            t.task(
                "r" + i,
                () -> {
                  ReadToken token = lock.tryBeginRead();
                  if (token != null) {
                    t.read();
                    lock.exitReader(token);
                    line.raise(
                        () -> {
                          lock.reenterReader(token);
                          t.read();
                          lock.endRead(token);
                        });
                  } else {
                    ReadToken waited = Objects.requireNonNull(lock.beginRead());
                    t.read();
                    lock.endRead(waited);
                  }
                });
            t.task(
                "w" + i,
                () -> {
                  lock.beginWrite();
                  t.write();
                  lock.endWrite();
                });
          }
        });
  }
}
