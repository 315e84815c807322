package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.List;

/**
 * What a context acquired, not as a trylock, since it began: since its interrupt was taken, its
 * work began, or its system call entered the kernel.
 */
final class History {

  /** One acquisition. */
  record Acquired(LockMap map, LockClass lockClass, Mode mode, Trace where) {}

  private final List<Acquired> acquired = new ArrayList<>();

  void add(HeldLock next, Trace where) {
    for (Acquired known : acquired) {
      if (known.lockClass == next.lockClass() && known.mode == next.mode()) {
        return;
      }
    }
    acquired.add(new Acquired(next.map(), next.lockClass(), next.mode(), where));
  }

  void clear() {
    acquired.clear();
  }

  List<Acquired> all() {
    return acquired;
  }
}
