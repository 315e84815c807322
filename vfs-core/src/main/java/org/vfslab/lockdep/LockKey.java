package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;

/**
 * What the locks of one class have in common: the kernel's {@code lock_class_key}, of which each
 * place where locks are initialised has one.
 *
 * <p>A key stands for up to {@link #SUBCLASSES} classes, one for each nesting level.
 */
public final class LockKey {

  /** {@code MAX_LOCKDEP_SUBCLASSES}. */
  static final int SUBCLASSES = 8;

  private final int number;

  /** The class of subclass 0, and those of the others once one is used. */
  private @Nullable LockClass first;

  private @Nullable LockClass @Nullable [] others;

  /** The wait type of the locks for which the key was made by name. */
  WaitType wait = WaitType.INV;

  /** Whether holds may leave their context, to be given back by whoever completes; see Lockdep. */
  boolean handedOver;

  LockKey(int number) {
    this.number = number;
  }

  /** The class of this subclass, or null while no lock of it was acquired. */
  @Nullable LockClass classOf(int subclass) {
    if (subclass == 0) {
      return first;
    }
    @Nullable LockClass[] known = others;
    return known == null ? null : known[subclass];
  }

  void classOf(int subclass, LockClass made) {
    if (subclass == 0) {
      first = made;
      return;
    }
    @Nullable LockClass[] known = others;
    if (known == null) {
      known = new @Nullable LockClass[SUBCLASSES];
      others = known;
    }
    known[subclass] = made;
  }

  /** The nameVersion of the classes of this key, or 0 if there is none yet. */
  int nameVersion() {
    for (int subclass = 0; subclass < SUBCLASSES; subclass++) {
      LockClass made = classOf(subclass);
      if (made != null) {
        return made.nameVersion;
      }
    }
    return 0;
  }

  /** The made-up address under which reports show the key of a subclass. */
  String address(int subclass) {
    return String.format("%016x", 0xffffffff83000000L + 64L * number + subclass);
  }
}
