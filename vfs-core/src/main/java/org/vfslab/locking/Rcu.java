package org.vfslab.locking;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Work;
import org.vfslab.memory.OwnWord;

/**
 * Read-copy-update: readers cost nothing to others, and a grace period ends when every section that
 * was in progress at its beginning has ended.
 *
 * <p>Contract as {@code kernel/rcu/tree.c}, 7.2; the algorithm is the simplest that keeps it: every
 * context has a word that is odd inside a section, and whoever waits looks at each word until it
 * has changed or is even.
 */
public final class Rcu extends Shared {

  /*
   * Overview. The word of a context counts section entries and exits of the outermost level, so it
   * is odd inside and even outside. A full barrier follows the entry: either the waiter sees the
   * odd word, or the reader sees everything that the waiter wrote before it looked. Only the
   * context itself writes its word, so the barrier is all that a section costs.
   */
  private final List<Section> sections = new CopyOnWriteArrayList<>();

  /** Nobody reads yet. */
  public Rcu(Machine machine) {
    super(machine, "rcu");
  }

  private static final class Section {
    private final OwnWord word;
    private int nesting;

    Section(OwnWord word) {
      this.word = word;
    }
  }

  /** {@code rcu_read_lock}, and what disabling preemption implies. Nests; never sleeps. */
  public void readLock(Context me) {
    Section section = section(me);
    if (section.nesting++ == 0) {
      section.word.storeMb(section.word.own() + 1);
    }
  }

  /** {@code rcu_read_unlock}. */
  public void readUnlock(Context me) {
    Section section = section(me);
    if (--section.nesting == 0) {
      section.word.storeRelease(section.word.own() + 1);
    }
  }

  private Section section(Context me) {
    if (me.rcuSection instanceof Section section) {
      return section;
    }
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    Section section = new Section(new OwnWord(machine(), "rcu section of " + me.name()));
    me.rcuSection = section;
    sections.add(section);
    return section;
  }

  /**
   * {@code synchronize_rcu}: returns when every section in progress has ended. Process context;
   * must not be called inside a section.
   */
  public void synchronize() {
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
              callback.run();
              me.localBhEnable();
            });
    machine().systemWorkqueue().queueWork(work);
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
