package org.vfslab.report;

import java.util.List;
import java.util.function.Function;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;

/** The locks that contexts hold, without the one that each is waiting for. */
final class HeldLocks {
  private final Function<Context, List<String>> lockdep;
  private final LastEvents events;

  /**
   * @param lockdep the names of the locks that the validator has on a context's stack, oldest
   *     first, each perhaps with its mode in parentheses behind a blank
   */
  HeldLocks(Function<Context, List<String>> lockdep, LastEvents events) {
    this.lockdep = lockdep;
    this.events = events;
  }

  /**
   * The names, with modes, of the locks that {@code context} has got.
   *
   * <p>The validator is told of a lock before it is got. So the last entry is left out if the
   * context waits for a lock of this name and has more entries for it than the trace has holds.
   */
  List<String> of(Context context) {
    List<String> names = lockdep.apply(context);
    Blocker blocker = context.waitsFor();
    if (blocker == null || names.isEmpty() || !isOf(names.getLast(), blocker)) {
      return names;
    }
    long entries = names.stream().filter(name -> isOf(name, blocker)).count();
    return entries > events.holds(context.name(), blocker.name())
        ? names.subList(0, names.size() - 1)
        : names;
  }

  /** Whether {@code context} has got the lock {@code blocker}. */
  boolean holds(Context context, Blocker blocker) {
    return of(context).stream().anyMatch(name -> isOf(name, blocker));
  }

  private static boolean isOf(String name, Blocker blocker) {
    return name.equals(blocker.name()) || name.startsWith(blocker.name() + " (");
  }
}
