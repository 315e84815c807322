package org.vfslab.freeze;

import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Machine;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.WriteProtection;

/**
 * The freeze protection of one superblock: {@code struct sb_writers}.
 *
 * <p>A percpu-rwsem for each level, which writes hold shared and a freeze takes exclusively, from
 * the outermost to the innermost. Follows {@code include/linux/fs/super.h} and {@code fs/super.c},
 * 7.2.
 */
public final class SbWriters implements WriteProtection {
  private final Machine machine;
  private final String id;
  private final PercpuRwSemaphore[] levels;

  /** {@code frozen}: written with s_umount held exclusively; a {@link FreezeState}'s number. */
  private final AtomicWord frozen;

  /** Who sleeps until {@link #frozen} changes ({@code wait_var_event(&frozen)}). */
  private final WaitQueue frozenChanged;

  /** The protection of {@code sb}, unfrozen. */
  public SbWriters(Lockdep lockdep, Rcu rcu, SuperBlock sb) {
    machine = lockdep.machine();
    id = sb.id();
    FreezeLevel[] values = FreezeLevel.values();
    levels = new PercpuRwSemaphore[values.length];
    for (FreezeLevel level : values) {
      levels[level.value() - 1] = new PercpuRwSemaphore(lockdep, rcu, level.className());
    }
    frozen = new AtomicWord(machine, "frozen", FreezeState.UNFROZEN.value());
    frozenChanged = new WaitQueue(machine, "s_writers.frozen");
  }

  @Override
  public void startWrite(FreezeLevel level) {
    lockOf(level).downRead();
  }

  @Override
  public boolean startWriteTrylock(FreezeLevel level) {
    return lockOf(level).downReadTrylock();
  }

  @Override
  public void endWrite(FreezeLevel level) {
    lockOf(level).upRead();
  }

  @Override
  public void releaseOwnership(FreezeLevel level) {
    lockOf(level).lockdepRelease();
  }

  @Override
  public void takeOwnership(FreezeLevel level) {
    lockOf(level).lockdepAcquire(Mode.READ);
  }

  @Override
  public LockState writeStarted(FreezeLevel level) {
    return lockOf(level).isHeld();
  }

  @Override
  public boolean isFrozen() {
    return state() != FreezeState.UNFROZEN;
  }

  /** {@code sb_wait_write}: keeps new writes of this level out and waits for those inside. */
  void waitWrite(FreezeLevel level) {
    lockOf(level).downWrite();
  }

  /** Lets writes of this level begin again. */
  void allowWrite(FreezeLevel level) {
    lockOf(level).upWrite();
  }

  /**
   * {@code lockdep_sb_freeze_release}: the freezing task goes back to user space without its locks,
   * as far as lockdep is concerned.
   */
  void lockdepFreezeRelease() {
    for (int i = levels.length - 1; i >= 0; i--) {
      levels[i].lockdepRelease();
    }
  }

  /** {@code lockdep_sb_freeze_acquire}: the thawing task has them now. */
  void lockdepFreezeAcquire() {
    for (PercpuRwSemaphore level : levels) {
      level.lockdepAcquire(Mode.WRITE);
    }
  }

  /** The state; s_umount held, or only as a hint. */
  FreezeState state() {
    return FreezeState.of(frozen.readOnce());
  }

  /** Changes the state; s_umount held exclusively. */
  void state(FreezeState newState) {
    FreezeState old = now();
    frozen.writeOnce(newState.value());
    if (machine.tracing()) {
      machine.trace(new Happening.Changed(id + " frozen", old.name(), newState.name()));
    }
  }

  /** {@code wake_up_var(&frozen)}. */
  void wakeFrozenWaiters() {
    frozenChanged.wakeUpAll();
  }

  /** {@code wait_for_partially_frozen}'s queue. */
  WaitQueue frozenChanged() {
    return frozenChanged;
  }

  /** The state for printing and for properties. */
  public FreezeState now() {
    return FreezeState.of(frozen.peek());
  }

  /** How many writes are inside a level; for printing and for properties. */
  public long writers(FreezeLevel level) {
    return lockOf(level).readers();
  }

  /** The lock of a level, for stories. */
  public PercpuRwSemaphore lockOf(FreezeLevel level) {
    return levels[level.value() - 1];
  }
}
