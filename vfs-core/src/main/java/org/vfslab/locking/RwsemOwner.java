package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.memory.AtomicWord;

/** The owner word of an rwsem: who has it, as far as anybody knows. */
final class RwsemOwner extends Shared {

  /*
   *   bit  0    READER_OWNED   the last who came was a reader
   *   bit  1    NONSPINNABLE   do not spin: a writer has spun for the readers for too long; or the
   *                            writer that owns the lock has no name
   *   bits 2..  the number of a context + 1 (the kernel: a pointer), 0 for nobody
   *
   * Exact for a writer, which sets it after it has the lock and clears it before it gives the lock
   * back. For readers a hint: one of the readers, or one that has left. Writes are WRITE_ONCE, and
   * only the flags change by cmpxchg.
   */
  static final long READER_OWNED = 1;
  static final long NONSPINNABLE = 2;
  static final long FLAGS_MASK = READER_OWNED | NONSPINNABLE;
  private static final int CONTEXT_SHIFT = 2;

  private final AtomicWord word;
  private final @Nullable RwsemSpinning spinning;

  /**
   * Nobody owns the lock.
   *
   * @param spinning is told of each change, as spinners look at this word; null if nobody spins
   */
  RwsemOwner(Machine machine, String name, @Nullable RwsemSpinning spinning) {
    super(machine, name);
    this.word = new AtomicWord(machine, name, 0);
    this.spinning = spinning;
  }

  /** The word that names {@code context} as a writer. */
  static long of(Context context) {
    return (context.index() + 1L) << CONTEXT_SHIFT;
  }

  /** {@code rwsem_set_owner}. */
  void setWriter(Context me) {
    word.writeOnce(of(me));
    changed();
  }

  /** {@code rwsem_clear_owner}: before the lock is given back. */
  void clear() {
    word.writeOnce(0);
    changed();
  }

  /** {@code rwsem_set_reader_owned}. */
  void setReaderOwned(Context reader) {
    write(of(reader) | READER_OWNED);
  }

  /** {@code __rwsem_set_reader_owned(sem, NULL)}: readers own it, and none of them has a name. */
  void setReaderOwnedByNobody() {
    write(READER_OWNED);
  }

  private void write(long owner) {
    word.writeOnce(owner | (word.readOnce() & NONSPINNABLE));
    changed();
  }

  /** A writer owns the lock, has no name, and will not be found running on any CPU. */
  void setNamelessWriter() {
    word.writeOnce(NONSPINNABLE);
    changed();
  }

  /** {@code rwsem_clear_reader_owned}: takes the name of {@code me} out, if it is there. */
  void clearReaderOwned(Context me) {
    long seen = look();
    while ((seen & ~FLAGS_MASK) == of(me)) {
      if (word.compareAndSet(seen, seen & FLAGS_MASK)) {
        changed();
        return;
      }
      seen = look();
    }
  }

  /** {@code rwsem_set_nonspinnable}: unless a writer owns the lock by now. */
  void setNonspinnable() {
    long seen = word.readOnce();
    while ((seen & FLAGS_MASK) == READER_OWNED) {
      if (word.compareAndSet(seen, seen | NONSPINNABLE)) {
        changed();
        return;
      }
      seen = word.readOnce();
    }
  }

  /** {@code clear_nonspinnable}: only when the number of readers was seen to be 0. */
  void clearNonspinnable() {
    if ((word.readOnce() & NONSPINNABLE) != 0) {
      word.fetchAnd(~NONSPINNABLE);
      changed();
    }
  }

  private void changed() {
    if (hook != null && spinning != null) {
      spinning.ownerChanged();
    }
  }

  /** The word. */
  long read() {
    return word.readOnce();
  }

  /** The word, without a step of its own: for debug checks and for who waits for a change. */
  long look() {
    if (hook != null) {
      hook.looked(word);
    }
    return word.peek();
  }

  /** The word, for printing and for properties. */
  long peek() {
    return word.peek();
  }

  /** The context that {@code owner} names, or null. */
  @Nullable Context contextOf(long owner) {
    int index = indexOf(owner);
    return index < 0 ? null : machine().contexts().get(index);
  }

  /** The number of the context that {@code owner} names, or -1. */
  static int indexOf(long owner) {
    return (int) (owner >> CONTEXT_SHIFT) - 1;
  }

  /** The word in words; empty if nobody owns the lock. */
  String describe() {
    long now = word.peek();
    if (now == 0) {
      return "";
    }
    Context context = contextOf(now);
    List<String> flags = new ArrayList<>();
    if ((now & READER_OWNED) != 0) {
      flags.add("reader");
    }
    if ((now & NONSPINNABLE) != 0) {
      flags.add("nonspinnable");
    }
    return (context == null ? "nobody" : context.name())
        + (flags.isEmpty() ? "" : " (" + String.join(", ", flags) + ")");
  }
}
