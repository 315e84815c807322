package org.vfslab.locking;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicWord;

/** The word of a {@link Mutex}: {@code mutex.owner}, and what is done to it in one go. */
final class MutexOwner {

  /*
   * Overview. One word: whose lock it is, and three flags.
   *
   *   bit  0    FLAG_WAITERS  somebody is queued: the owner has to go the slow way out
   *   bit  1    FLAG_HANDOFF  the first waiter was woken in vain: the owner has to hand over
   *   bit  2    FLAG_PICKUP   handed over: the word names the new owner, who has not come yet
   *   bits 3..  the owner: its number in the machine + 1; 0 when free
   *
   * Between two owners a free mutex goes to whoever comes first, also past the queue. A waiter that
   * was woken and finds it gone sets HANDOFF; then unlock names it in the word instead of freeing
   * the lock, and nobody can steal. So a waiter is passed at most twice after it became the first.
   *
   *   unlocked --lock--> owner --unlock--> unlocked            nobody waits
   *   owner|WAITERS --unlock--> 0|WAITERS, first woken          anybody may take it
   *   owner|WAITERS|HANDOFF --unlock--> first|WAITERS|PICKUP    only the first may
   *
   * A free mutex never has HANDOFF or PICKUP.
   */
  static final long FLAG_WAITERS = 1;
  static final long FLAG_HANDOFF = 2;
  static final long FLAG_PICKUP = 4;
  static final long FLAGS = 7;
  private static final int CONTEXT_SHIFT = 3;

  private final Machine machine;
  private final AtomicWord word;

  /** Is told of each new owner, as spinners look at this word; null if nobody spins. */
  private final @Nullable SpinOnOwner spinning;

  MutexOwner(Machine machine, String name, @Nullable SpinOnOwner spinning) {
    this.machine = machine;
    this.word = new AtomicWord(machine, name, 0);
    this.spinning = spinning;
  }

  /** The word of a mutex that this context owns and for which nobody waits. */
  static long of(Context context) {
    return (context.index() + 1L) << CONTEXT_SHIFT;
  }

  /** {@code __mutex_trylock_fast}. */
  boolean takeUncontended(Context me) {
    return changedIf(word.compareAndSet(0, of(me)));
  }

  /** {@code __mutex_unlock_fast}. */
  boolean giveUncontended(Context me) {
    return changedIf(word.compareAndSet(of(me), 0));
  }

  /**
   * {@code __mutex_trylock_common}: takes a free lock, or picks up one that was handed to {@code
   * me}.
   *
   * @param handoff whether to ask, if another has it, that it be handed over
   * @return 0 if it is taken, or the word that says whose it is
   */
  long tryTake(Task me, boolean handoff) {
    long self = of(me);
    while (true) {
      long seen = word.readOnce();
      long flags = seen & FLAGS;
      long task = seen & ~FLAGS;
      if (task == 0) {
        task = self;
      } else if ((flags & FLAG_PICKUP) != 0) {
        if (task != self) {
          return seen;
        }
        flags &= ~FLAG_PICKUP;
      } else if (handoff && (flags & FLAG_HANDOFF) == 0) {
        flags |= FLAG_HANDOFF;
      } else {
        return seen;
      }
      if (word.compareAndSet(seen, task | flags)) {
        changedIf((seen & ~FLAGS) != task);
        return task == self ? 0 : seen;
      }
    }
  }

  /**
   * The first half of {@code __mutex_unlock_slowpath}: frees the lock, unless it is to be handed
   * over.
   *
   * @return the word as it was; not of {@code me}, or with PICKUP, if it is not the caller's
   */
  long give(Context me) {
    while (true) {
      long seen = word.readOnce();
      if (!isOwnedBy(seen, me)
          || (seen & FLAG_HANDOFF) != 0
          || changedIf(word.compareAndSet(seen, seen & FLAGS))) {
        return seen;
      }
    }
  }

  /** Whether the word says that {@code me} owns the lock and has come to know it. */
  static boolean isOwnedBy(long word, Context me) {
    return (word & ~FLAGS) == of(me) && (word & FLAG_PICKUP) == 0;
  }

  /** {@code __mutex_handoff}: names the next owner, or frees the lock if its waiter has left. */
  void handOver(@Nullable Task next) {
    while (true) {
      long seen = word.readOnce();
      long now = seen & FLAG_WAITERS;
      if (next != null) {
        now |= of(next) | FLAG_PICKUP;
      }
      if (changedIf(word.compareAndSet(seen, now))) {
        return;
      }
    }
  }

  /** {@code __mutex_set_flag(lock, MUTEX_FLAG_WAITERS)}. */
  void somebodyWaits() {
    word.fetchOr(FLAG_WAITERS);
  }

  /** {@code __mutex_clear_flag(lock, MUTEX_FLAGS)}: the queue is empty. */
  void nobodyWaits() {
    word.fetchAnd(~FLAGS);
  }

  private boolean changedIf(boolean changed) {
    if (changed && spinning != null) {
      spinning.ownerChanged();
    }
    return changed;
  }

  /** The word. */
  long read() {
    return word.readOnce();
  }

  /** The word, for printing and for properties. */
  long peek() {
    return word.peek();
  }

  /** The context that the word names, or null. */
  @Nullable Context contextOf(long owner) {
    int index = (int) (owner >>> CONTEXT_SHIFT) - 1;
    return index < 0 ? null : machine.contexts().get(index);
  }

  /** The word in the kernel's terms. */
  String describe(long owner) {
    Context context = contextOf(owner);
    StringBuilder text = new StringBuilder("owner ");
    text.append(context == null ? "nobody" : context.name());
    if ((owner & FLAG_WAITERS) != 0) {
      text.append(" WAITERS");
    }
    if ((owner & FLAG_HANDOFF) != 0) {
      text.append(" HANDOFF");
    }
    if ((owner & FLAG_PICKUP) != 0) {
      text.append(" PICKUP");
    }
    return text.toString();
  }
}
