package org.vfslab.locking;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.OwnWord;

/**
 * Read-copy-update: readers cost nothing to others, and a grace period ends when every section that
 * was in progress at its beginning has ended. A machine has one.
 *
 * <p>Contract as {@code kernel/rcu/tree.c} and {@code include/linux/rcupdate.h}, 7.2, with {@code
 * CONFIG_PREEMPT_RCU}: a reader may be preempted and may not sleep. The algorithm is the simplest
 * that keeps it: every context has a word that is odd inside a section, and whoever waits looks at
 * each word until it has changed or is even.
 */
public final class Rcu extends Shared {

  /*
   * Overview. The word of a context counts section entries and exits of the outermost level, so it
   * is odd inside and even outside. A full barrier follows the entry: either the waiter sees the
   * odd word, or the reader sees everything that the waiter wrote before it looked. Only the
   * context itself writes its word, so the barrier is all that a section costs.
   *
   * One grace period is for the sections of all three sorts, as in the kernel since 4.20.
   */

  /** Whether others can look while an operation is in progress. */
  private final boolean visible;

  private final List<Section> sections = new CopyOnWriteArrayList<>();

  /** What lockdep knows of sections and callbacks. */
  private final RcuMaps maps;

  /** Nobody reads yet. */
  public Rcu(Lockdep lockdep) {
    super(lockdep.machine(), "rcu");
    this.maps = new RcuMaps(lockdep);
    this.visible =
        machine().isLive() || machine().config().granularity() == MachineConfig.Granularity.WORD;
  }

  private static final class Section {
    private final Rcu rcu;
    private final OwnWord word;
    private int nesting;

    Section(Rcu rcu, OwnWord word) {
      this.rcu = rcu;
      this.word = word;
    }
  }

  // ---- readers

  /** {@code rcu_read_lock}: any context. Nests; may be preempted, may not sleep. */
  public void readLock(Context me) {
    enter(me);
    me.rcuReadLockNesting++;
    maps.acquire(maps.preemptible, "rcu_read_lock");
  }

  /** {@code rcu_read_unlock}. */
  public void readUnlock(Context me) {
    maps.release(maps.preemptible);
    if (me.rcuReadLockNesting == 0) {
      String title = "WARNING: rcu_read_unlock without rcu_read_lock";
      machine().report(ReportKind.BUG, title, title + " in " + me.name());
      return;
    }
    me.rcuReadLockNesting--;
    leave(me);
  }

  /** {@code rcu_read_lock_bh}: also keeps soft interrupts away from this CPU. */
  public void readLockBh(Context me) {
    me.localBhDisable();
    enter(me);
    maps.acquire(maps.bh, "rcu_read_lock_bh");
  }

  /** {@code rcu_read_unlock_bh}. */
  public void readUnlockBh(Context me) {
    maps.release(maps.bh);
    leave(me);
    me.localBhEnable();
  }

  /** {@code rcu_read_lock_sched}: also disables preemption. */
  public void readLockSched(Context me) {
    readLockSchedNotrace(me);
    maps.acquire(maps.sched, "rcu_read_lock_sched");
  }

  /** {@code rcu_read_unlock_sched}. */
  public void readUnlockSched(Context me) {
    maps.release(maps.sched);
    readUnlockSchedNotrace(me);
  }

  /**
   * {@code rcu_read_lock_sched_notrace}: what {@code preempt_disable} does; lockdep is not told.
   */
  void readLockSchedNotrace(Context me) {
    me.preemptDisable();
    enter(me);
  }

  /** {@code rcu_read_unlock_sched_notrace}. */
  void readUnlockSchedNotrace(Context me) {
    leave(me);
    me.preemptEnable();
  }

  private void enter(Context me) {
    Section section = section(me);
    if (section.nesting++ == 0) {
      section.word.storeMb(section.word.own() + 1);
    }
  }

  private void leave(Context me) {
    Section section = section(me);
    if (--section.nesting == 0) {
      section.word.storeRelease(section.word.own() + 1);
    }
  }

  /**
   * {@link #readLock} for a section that begins and ends within one operation. Where an operation
   * is one step nobody can look in between, and the section leaves no trace.
   */
  public void readLockWithin(Context me) {
    if (visible) {
      readLock(me);
    }
  }

  /** Ends {@link #readLockWithin}. */
  public void readUnlockWithin(Context me) {
    if (visible) {
      readUnlock(me);
    }
  }

  private Section section(Context me) {
    if (me.rcuSection instanceof Section section) {
      if (section.rcu != this) {
        throw new IllegalStateException("a machine has one Rcu, and its locks share it");
      }
      return section;
    }
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    Section section = new Section(this, new OwnWord(machine(), "rcu section of " + me.name()));
    me.rcuSection = section;
    sections.add(section);
    return section;
  }

  /** {@code rcu_read_lock_held}: in a section, or nobody knows. */
  public boolean readLockHeld() {
    return maps.mayBeHeld(maps.preemptible);
  }

  /** {@code rcu_read_lock_any_held}: in a section of any sort, or not preemptible. */
  public boolean readLockAnyHeld(Context me) {
    return maps.anyMayBeHeld() || me.inAtomic();
  }

  /**
   * {@code rcu_dereference}: a pointer that may be followed until the section ends. Outside of one
   * lockdep reports it.
   *
   * @param where the caller, as the report names it
   */
  public <T> @Nullable T dereference(AtomicRef<T> pointer, String where) {
    return dereferenceCheck(pointer, false, where);
  }

  /**
   * {@code rcu_dereference_check}: also fine outside of a section where {@code otherwise} holds,
   * such as a lock that keeps updaters out.
   */
  public <T> @Nullable T dereferenceCheck(AtomicRef<T> pointer, boolean otherwise, String where) {
    checkDereference(otherwise, where);
    return pointer.loadAcquire();
  }

  /** The check of {@link #dereferenceCheck}, for pointers that are kept in some other way. */
  public void checkDereference(boolean otherwise, String where) {
    if (!otherwise && !readLockHeld()) {
      maps.suspicious(where, "suspicious rcu_dereference_check() usage");
    }
  }

  /**
   * {@code rcu_dereference_protected}: for updaters; nobody can change the pointer where {@code
   * locked} holds, and a section is no excuse.
   */
  public <T> @Nullable T dereferenceProtected(AtomicRef<T> pointer, boolean locked, String where) {
    if (!locked) {
      maps.suspicious(where, "suspicious rcu_dereference_protected() usage");
    }
    return pointer.loadAcquire();
  }

  // ---- updaters

  /**
   * {@code synchronize_rcu}: returns when every section in progress has ended. Process context;
   * inside a section it would wait for itself, which lockdep reports.
   */
  public void synchronize() {
    checkNotInside(
        "synchronize_rcu", "Illegal synchronize_rcu() in RCU read-side critical section");
    machine().currentTask().mightSleep("synchronize_rcu");
    machine().beginCall(this, Access.WRITE);
    // Either we see a reader's odd word, or that reader sees what the caller did before (smp_mb).
    VarHandle.fullFence();
    for (Section section : sections) {
      long seen = section.word.loadAcquire();
      while ((seen & 1) != 0 && section.word.loadAcquire() == seen) {
        machine().spinUntilChanged(section.word);
      }
    }
    machine().endCall();
  }

  /** Reports {@code message} if the caller is known to be in a section. */
  void checkNotInside(String where, String message) {
    if (maps.anyIsHeld()) {
      maps.suspicious(where, message);
    }
  }

  /**
   * {@code call_rcu}: has {@code callback} run after a grace period, in a worker with soft
   * interrupts disabled. Any context; never sleeps.
   */
  public void call(Runnable callback) {
    Work work =
        new Work(
            machine(),
            "rcu callback",
            () -> {
              synchronize();
              Context me = machine().current();
              me.localBhDisable();
              maps.acquire(maps.callback, "rcu_do_batch");
              callback.run();
              maps.release(maps.callback);
              me.localBhEnable();
            });
    machine().systemWorkqueue().queueWork(work);
  }

  /**
   * {@link #call} of a callback that waits for sections of {@link #readLockWithin} only. Where
   * those leave no trace, nobody can be inside one, and {@code callback} runs here unless somebody
   * is in another section.
   */
  public void callWithin(Runnable callback) {
    if (visible) {
      call(callback);
    } else {
      callOrRun(callback);
    }
  }

  /**
   * As {@link #call}, but when nobody is in a section, so that the grace period is over at once,
   * {@code callback} runs here. For callbacks that nobody can tell from one on another CPU.
   */
  void callOrRun(Runnable callback) {
    for (Section section : sections) {
      if ((section.word.loadAcquire() & 1) != 0) {
        call(callback);
        return;
      }
    }
    callback.run();
  }
}
