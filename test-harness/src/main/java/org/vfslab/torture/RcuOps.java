package org.vfslab.torture;

import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.Srcu;
import org.vfslab.machine.Machine;

/**
 * One flavour of read-copy-update under torture: {@code struct rcu_torture_ops}.
 *
 * @param inTask readers that the context which began them ends
 * @param anywhere readers that an interrupt ends, or null if there are none
 * @param sleeps whether readers may sleep
 * @param synchronize waits for a grace period
 * @param call has something run after a grace period
 * @param barrier waits for what was to be called, or null if there is no such thing
 */
record RcuOps(
    Reader inTask,
    @Nullable Reader anywhere,
    boolean sleeps,
    Runnable synchronize,
    Call call,
    @Nullable Runnable barrier) {

  /** How a reader begins, and how one that began with that index ends. */
  record Reader(IntSupplier lock, IntConsumer unlock) {}

  /** {@code call_rcu} and its like. */
  @FunctionalInterface
  interface Call {
    void after(Runnable callback);
  }

  /** Makes what a flavour needs on the machine of the torture. */
  @FunctionalInterface
  interface Flavor {
    RcuOps on(LockTorture torture);
  }

  static RcuOps rcu(LockTorture torture) {
    Machine machine = torture.machine();
    Rcu rcu = new Rcu(torture.lockdep());
    Reader reader =
        new Reader(
            () -> {
              rcu.readLock(machine.current());
              return 0;
            },
            index -> rcu.readUnlock(machine.current()));
    return new RcuOps(reader, null, false, rcu::synchronize, rcu::call, null);
  }

  static RcuOps srcu(LockTorture torture) {
    Srcu srcu = domain(torture);
    return of(
        torture,
        srcu,
        new Reader(srcu::srcuReadLock, srcu::srcuReadUnlock),
        new Reader(srcu::srcuDownRead, srcu::srcuUpRead));
  }

  /** Nobody may mix {@code _fast} with {@code _fast_updown} in one domain. */
  static RcuOps srcuFast(LockTorture torture) {
    Srcu srcu = domain(torture);
    return of(torture, srcu, new Reader(srcu::srcuReadLockFast, srcu::srcuReadUnlockFast), null);
  }

  static RcuOps srcuFastUpdown(LockTorture torture) {
    Srcu srcu = domain(torture);
    Reader reader = new Reader(srcu::srcuDownReadFast, srcu::srcuUpReadFast);
    return of(torture, srcu, reader, reader);
  }

  private static Srcu domain(LockTorture torture) {
    return new Srcu(torture.lockdep(), new Rcu(torture.lockdep()), "torture_srcu");
  }

  private static RcuOps of(
      LockTorture torture, Srcu srcu, Reader inTask, @Nullable Reader anywhere) {
    torture.atEnd(() -> srcu.hasReadersNow() ? "readers are left: " + srcu : null);
    return new RcuOps(
        inTask, anywhere, true, () -> wait(torture, srcu), srcu::callSrcu, srcu::srcuBarrier);
  }

  private static void wait(LockTorture torture, Srcu srcu) {
    switch (torture.machine().choose(3, "torture")) {
      case 0 -> srcu.synchronizeSrcu();
      case 1 -> srcu.synchronizeSrcuExpedited();
      default -> {
        long cookie = srcu.startPollSynchronizeSrcu();
        while (!srcu.pollStateSynchronizeSrcu(cookie)) {
          torture.sleep(POLL_NS);
        }
        torture.count("grace periods polled for");
      }
    }
  }

  private static final long POLL_NS = 200_000;

  /** {@code busted} of rcutorture: readers are not seen, and nobody waits. */
  static RcuOps busted(LockTorture torture) {
    Rcu rcu = new Rcu(torture.lockdep());
    return new RcuOps(
        new Reader(() -> 0, index -> {}),
        null,
        false,
        () -> {},
        callback -> rcu.call(callback),
        null);
  }
}
