package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Shared;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * A lock held by many readers or one writer, none of whom sleeps: {@code rwlock_t} in its queued
 * form. Preemption is disabled while it is held.
 *
 * <p>Fair: who comes later waits behind who waits already. The exception is a reader in an
 * interrupt, or with soft interrupts disabled: it waits for a writer that holds the lock but not
 * for one that awaits it, since the reader that this writer waits for may be the one that was
 * interrupted. So read locking is recursive there and nowhere else.
 *
 * <p>Follows {@code kernel/locking/qrwlock.c} and {@code include/asm-generic/qrwlock.h}, 7.2,
 * without {@code PREEMPT_RT}.
 */
public final class RwLock extends Shared implements Blocker {

  /*
   * Overview. One word.
   *
   *   bits 0-7  W_LOCKED   all ones while a writer holds the lock
   *   bit  8    W_WAITING  the writer at the head of the queue awaits the readers' end
   *   bits 9..  readers, in units of R_BIAS: those that hold the lock, and those that are about to
   *             find that they may not
   *
   * A reader adds itself first and asks afterwards. If a writer holds or awaits the lock it takes
   * itself off again and queues at waitLock; whoever has waitLock is the head of the queue and spins
   * on the word. So waitLock is the queue, and its fairness is the lock's.
   */
  static final long W_LOCKED = 0xff;
  static final long W_WAITING = 0x100;
  static final long W_MASK = 0x1ff;
  static final long R_BIAS = 0x200;

  private final Lockdep lockdep;
  private final LockMap map;
  private final AtomicWord cnts;
  private final RawLock waitLock;

  /** Who holds it exclusively, as {@code CONFIG_DEBUG_SPINLOCK} keeps it; for printing. */
  private final AtomicRef<Context> owner;

  /** A free lock whose class is called {@code name}. */
  public RwLock(Lockdep lockdep, String name) {
    super(lockdep.machine(), name);
    this.lockdep = lockdep;
    this.map = lockdep.register(name, WaitType.CONFIG);
    this.cnts = new AtomicWord(machine(), name, 0);
    this.waitLock = new RawLock(machine(), name + " wait_lock");
    this.owner = new AtomicRef<>(machine(), name + " owner", null);
  }

  // ---- for callers

  /** {@code read_lock}: any context; spins, never sleeps. */
  public void readLock() {
    Context me = begin();
    me.preemptDisable();
    read(me, "_raw_read_lock");
  }

  /** {@code read_unlock}. */
  public void readUnlock() {
    Context me = begin();
    readEnd();
    me.preemptEnable();
    machine().endCall();
  }

  /** {@code read_lock_irqsave}: also keeps hard interrupts away from this CPU. */
  public void readLockIrqSave() {
    Context me = begin();
    me.localIrqSave();
    me.preemptDisable();
    read(me, "_raw_read_lock_irqsave");
  }

  /** {@code read_unlock_irqrestore}. */
  public void readUnlockIrqRestore() {
    Context me = begin();
    readEnd();
    me.localIrqRestore();
    me.preemptEnable();
    machine().endCall();
  }

  /** {@code read_lock_bh}: also keeps soft interrupts away from this CPU. */
  public void readLockBh() {
    Context me = begin();
    me.localBhDisable();
    me.preemptDisable();
    read(me, "_raw_read_lock_bh");
  }

  /** {@code read_unlock_bh}. */
  public void readUnlockBh() {
    Context me = begin();
    readEnd();
    me.preemptEnable();
    me.localBhEnable();
    machine().endCall();
  }

  /** {@code read_trylock}: any context; returns whether the lock was taken. */
  public boolean readTrylock() {
    Context me = begin();
    me.preemptDisable();
    boolean taken = false;
    if ((cnts.readOnce() & W_MASK) == 0) {
      taken = (cnts.addReturn(R_BIAS) & W_MASK) == 0;
      if (!taken) {
        cnts.fetchAdd(-R_BIAS);
      }
    }
    if (taken) {
      lockdep.acquire(map, 0, true, readMode(me), true, null, "_raw_read_trylock");
      told(Happening.LockAction.ACQUIRED, "read");
    } else {
      me.preemptEnable();
    }
    machine().endCall();
    return taken;
  }

  /** {@code write_lock}: any context; spins, never sleeps. */
  public void writeLock() {
    Context me = begin();
    me.preemptDisable();
    write(me, "_raw_write_lock");
  }

  /** {@code write_unlock}. */
  public void writeUnlock() {
    Context me = begin();
    writeEnd();
    me.preemptEnable();
    machine().endCall();
  }

  /** {@code write_lock_irqsave}. */
  public void writeLockIrqSave() {
    Context me = begin();
    me.localIrqSave();
    me.preemptDisable();
    write(me, "_raw_write_lock_irqsave");
  }

  /** {@code write_unlock_irqrestore}. */
  public void writeUnlockIrqRestore() {
    Context me = begin();
    writeEnd();
    me.localIrqRestore();
    me.preemptEnable();
    machine().endCall();
  }

  /** {@code write_lock_bh}. */
  public void writeLockBh() {
    Context me = begin();
    me.localBhDisable();
    me.preemptDisable();
    write(me, "_raw_write_lock_bh");
  }

  /** {@code write_unlock_bh}. */
  public void writeUnlockBh() {
    Context me = begin();
    writeEnd();
    me.preemptEnable();
    me.localBhEnable();
    machine().endCall();
  }

  /** {@code write_trylock}: any context; returns whether the lock was taken. */
  public boolean writeTrylock() {
    Context me = begin();
    me.preemptDisable();
    boolean taken = cnts.readOnce() == 0 && cnts.compareAndSet(0, W_LOCKED);
    if (taken) {
      lockdep.acquire(map, 0, true, Mode.WRITE, true, null, "_raw_write_trylock");
      owner.storeRelease(me);
      told(Happening.LockAction.ACQUIRED, "write");
    } else {
      me.preemptEnable();
    }
    machine().endCall();
    return taken;
  }

  // ---- the lock itself

  private Context begin() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    return me;
  }

  /** {@code in_interrupt}: in a handler, or with soft interrupts disabled. */
  private static boolean inInterrupt(Context me) {
    return me.bhDisabled();
  }

  /** {@code read_lock_is_recursive}: what lockdep is told. */
  private Mode readMode(Context me) {
    return inInterrupt(me) || lockdep.readLocksAreRecursive() ? Mode.READ_RECURSIVE : Mode.READ;
  }

  private void read(Context me, String site) {
    lockdep.acquire(map, 0, false, readMode(me), true, null, site);
    if ((cnts.addReturn(R_BIAS) & W_MASK) != 0) {
      lockdep.contended(map, site);
      me.waitsFor(this);
      told(Happening.LockAction.WAITS, "read");
      readSlow(me);
      me.waitsFor(null);
    }
    lockdep.acquired(map, site);
    told(Happening.LockAction.ACQUIRED, "read");
    machine().endCall();
  }

  private void readSlow(Context me) {
    if (inInterrupt(me)) {
      spinWhileWriteLocked();
      return;
    }
    cnts.fetchAdd(-R_BIAS);
    waitLock.lock(me);
    cnts.fetchAdd(R_BIAS);
    spinWhileWriteLocked();
    waitLock.unlock(me);
  }

  private void spinWhileWriteLocked() {
    while ((cnts.loadAcquire() & W_LOCKED) != 0) {
      machine().spinUntilChanged(cnts);
    }
  }

  private void readEnd() {
    lockdep.release(map);
    cnts.fetchAdd(-R_BIAS);
    told(Happening.LockAction.RELEASED, "read");
  }

  private void write(Context me, String site) {
    lockdep.acquire(map, 0, false, Mode.WRITE, true, null, site);
    if (!cnts.compareAndSet(0, W_LOCKED)) {
      lockdep.contended(map, site);
      me.waitsFor(this);
      told(Happening.LockAction.WAITS, "write");
      writeSlow(me);
      me.waitsFor(null);
    }
    owner.storeRelease(me);
    lockdep.acquired(map, site);
    told(Happening.LockAction.ACQUIRED, "write");
    machine().endCall();
  }

  private void writeSlow(Context me) {
    waitLock.lock(me);
    if (cnts.readOnce() != 0 || !cnts.compareAndSet(0, W_LOCKED)) {
      cnts.fetchOr(W_WAITING);
      do {
        while (cnts.readOnce() != W_WAITING) {
          machine().spinUntilChanged(cnts);
        }
      } while (!cnts.compareAndSet(W_WAITING, W_LOCKED));
    }
    waitLock.unlock(me);
  }

  private void writeEnd() {
    lockdep.release(map);
    owner.storeRelease(null);
    // The kernel stores 0 into the byte; a writer may have set W_WAITING beside it meanwhile.
    cnts.fetchAnd(~W_LOCKED);
    told(Happening.LockAction.RELEASED, "write");
  }

  // ---- printing

  private void told(Happening.LockAction action, String mode) {
    if (machine().tracing()) {
      machine().trace(new Happening.Locked(action, name(), mode, describe()));
    }
  }

  /** The word, for properties. */
  public long countWord() {
    return cnts.peek();
  }

  @Override
  public List<String> holders() {
    List<String> holders = new ArrayList<>();
    @Nullable Context writer = owner.peek();
    if (writer != null) {
      holders.add(writer.name());
    }
    long readers = cnts.peek() / R_BIAS;
    if (readers > 0) {
      holders.add(readers + " reader(s)");
    }
    return holders;
  }

  @Override
  public String describe() {
    long now = cnts.peek();
    @Nullable Context writer = owner.peek();
    return "readers "
        + now / R_BIAS
        + ((now & W_LOCKED) == 0 ? "" : ", writer " + (writer == null ? "?" : writer.name()))
        + ((now & W_WAITING) == 0 ? "" : ", a writer waits")
        + (waitLock.isLocked() ? ", head of the queue " + waitLock.holders() : "");
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
