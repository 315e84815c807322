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

  /** Where what was acquired since the last {@link #mark} begins. */
  private int marked;

  private int clears;

  /** A moment in this history. */
  record Moment(History history, int clears, int at) {}

  void add(HeldLock next, Trace where) {
    for (int i = marked; i < acquired.size(); i++) {
      Acquired known = acquired.get(i);
      if (known.lockClass == next.lockClass() && known.mode == next.mode()) {
        return;
      }
    }
    acquired.add(new Acquired(next.map(), next.lockClass(), next.mode(), where));
  }

  void clear() {
    acquired.clear();
    marked = 0;
    clears++;
  }

  /** This moment, for {@link #since}. */
  Moment mark() {
    marked = acquired.size();
    return new Moment(this, clears, marked);
  }

  /** What was acquired since that moment, if it is one of this history, and else all. */
  List<Acquired> since(Moment moment) {
    return moment.history == this && moment.clears == clears
        ? acquired.subList(moment.at, acquired.size())
        : acquired;
  }
}
