package org.vfslab.torture;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.vfslab.locking.DelegatedReadLock;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.ReadToken;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;

/**
 * A {@link DelegatedReadLock}: readers that an interrupt ends, and writers; and beside it objects
 * that die with the writer held, one after the other, while others look them up.
 */
final class DelegatedReadLockTorture implements Torture {

  private static final long LIFE_NS = 200_000;

  @Override
  public String name() {
    return "delegated-reader";
  }

  @Override
  public String about() {
    return "a delegated read lock: readers that leave their task and end in an interrupt, writers,"
        + " abandoned locks";
  }

  @Override
  public void setUp(LockTorture torture) {
    Machine machine = torture.machine();
    DelegatedReadLock lock = new DelegatedReadLock(torture.lockdep(), "torture_delegated");
    torture.writers(
        me -> {
          lock.beginWrite();
          me.holdWrite();
          lock.endWrite();
        });
    torture.readers(
        me -> {
          ReadToken token = torture.oneIn(4) ? lock.tryBeginRead() : lock.beginRead();
          if (token == null) {
            torture.count("tries to read that failed");
          } else {
            me.holdRead();
            lock.endRead(token);
          }
        });
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.SOFT, machine.cpu(1));
    torture.other("submitter", me -> submit(torture, lock, line, me));
    Mortals mortals = new Mortals(torture);
    torture.other("undertaker", me -> mortals.bury());
    torture.other("visitor", me -> mortals.visit());
    torture.atEnd(
        () ->
            lock.countWord() == 0 && mortals.ghosts.get() == 0
                ? null
                : "readers of the dead: " + mortals.ghosts + "; at the end: " + lock);
  }

  private static void submit(LockTorture torture, DelegatedReadLock lock, IrqLine line, Stress me) {
    ReadToken token = lock.tryBeginRead();
    if (token != null) {
      lock.exitReader(token);
      torture.inInterrupt(
          line,
          () -> {
            lock.reenterReader(token);
            me.holdReadAtomic();
            lock.endRead(token);
          });
      torture.count("reads ended by an interrupt");
    }
  }

  /** Objects that are looked up under RCU, and die with their writer held. */
  private static final class Mortals {
    private final LockTorture torture;
    private final Rcu rcu;
    private volatile Mortal current;
    final AtomicLong ghosts = new AtomicLong();

    Mortals(LockTorture torture) {
      this.torture = torture;
      this.rcu = new Rcu(torture.lockdep());
      this.current = new Mortal(torture);
    }

    private static final class Mortal {
      final DelegatedReadLock lock;
      volatile boolean dead;

      Mortal(LockTorture torture) {
        this.lock = new DelegatedReadLock(torture.lockdep(), "torture_mortal");
      }
    }

    void visit() {
      rcu.readLock(torture.machine().current());
      Mortal found = current;
      @Nullable ReadToken token = found.lock.tryBeginRead();
      rcu.readUnlock(torture.machine().current());
      if (token == null) {
        torture.count("mortals that let nobody in");
        torture.sleep(LIFE_NS / 8);
        return;
      }
      torture.delay();
      if (found.dead) {
        ghosts.incrementAndGet();
      }
      found.lock.endRead(token);
    }

    void bury() {
      torture.sleep(LIFE_NS);
      Mortal dying = current;
      dying.lock.beginWrite();
      current = new Mortal(torture);
      dying.dead = true;
      dying.lock.abandonWriter();
      rcu.synchronize();
      dying.lock.destroy();
      torture.count("abandoned locks");
    }
  }
}
