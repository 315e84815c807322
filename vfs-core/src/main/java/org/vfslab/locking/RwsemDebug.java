package org.vfslab.locking;

import java.util.HashSet;
import java.util.Set;
import org.vfslab.machine.Context;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;

/**
 * What {@code CONFIG_DEBUG_RWSEMS} checks: each condition is warned of once for each lock, and the
 * operation goes on. Looks without steps of its own.
 */
final class RwsemDebug extends Shared {

  private final RwSemaphore sem;
  private final boolean on;

  /** Conditions that were warned of; what {@code WARN_ONCE} remembers. */
  private final Set<String> warned = new HashSet<>(0);

  RwsemDebug(RwSemaphore sem, boolean on) {
    super(sem.machine(), sem.name());
    this.sem = sem;
    this.on = on;
  }

  boolean isOn() {
    return on;
  }

  /** On a shared release: readers own the lock. */
  void checkReaderOwned(Context me) {
    if (on
        && (RwsemCount.isWriteLocked(count())
            || (sem.owner.look() & RwsemOwner.READER_OWNED) == 0)) {
      warn(me, "!is_rwsem_reader_owned(sem)");
    }
  }

  /** After a shared release: {@code count} is not negative. */
  void checkNotNegative(Context me, long count) {
    if (on && count < 0) {
      warn(me, "tmp < 0");
    }
  }

  /** On an exclusive release and a downgrade: the caller owns the lock, or nobody by name does. */
  void checkWriter(Context me) {
    if (on) {
      long owner = sem.owner.look();
      if (((owner & ~RwsemOwner.FLAGS_MASK) != RwsemOwner.of(me))
          && (owner & RwsemOwner.NONSPINNABLE) == 0) {
        warn(me, "(rwsem_owner(sem) != current) && !rwsem_test_oflags(sem, RWSEM_NONSPINNABLE)");
      }
    }
  }

  private long count() {
    if (hook != null) {
      hook.looked(sem.count);
    }
    return sem.count.peek();
  }

  private void warn(Context me, String condition) {
    synchronized (warned) {
      if (!warned.add(condition)) {
        return;
      }
    }
    String title = "DEBUG_RWSEMS_WARN_ON(" + condition + "): " + sem.name();
    machine()
        .report(
            ReportKind.BUG,
            title,
            String.format(
                "%s\ncount = 0x%x, magic = 0x%x, owner = 0x%x, curr 0x%x, list %sempty\n%s by %s",
                title,
                sem.count.peek(),
                sem.id(),
                sem.owner.peek(),
                RwsemOwner.of(me),
                sem.waiters.isEmpty() ? "" : "not ",
                sem,
                me.name()));
  }
}
