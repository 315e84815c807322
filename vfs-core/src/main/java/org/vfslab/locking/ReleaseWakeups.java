package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.locking.RwsemMarkWake.Wake;
import org.vfslab.locking.RwsemWaiter.Kind;
import org.vfslab.machine.Task;

/**
 * A seam of {@link RwSemaphore}: what a wake-up does when some of the queued wait for a release
 * only ({@code rwsem_wait}, proposed in January 2024 and not in mainline).
 *
 * <p>Not consulted when nobody waits for a release; a lock that is used as mainline's behaves as
 * mainline's whatever fills this.
 */
public abstract class ReleaseWakeups {

  /** With both concerns of the thread answered. */
  public static final ReleaseWakeups ANSWERED = new Answered();

  ReleaseWakeups() {}

  /** Who among the queued is the next to get the lock; somebody who wants it is queued. */
  abstract RwsemWaiter nextInTurn(RwsemWaitList waiters);

  /** {@code rwsem_mark_wake} when the head is no writer and somebody waits for a release. */
  abstract List<Task> mark(RwsemMarkWake marks, RwSemaphore sem, Wake type);

  /** The queue is handled as if those who wait for a release were not in it. */
  private static final class Answered extends ReleaseWakeups {

    /*
     * Concern 1: one that waits for a release at the head can time out and have the handoff bit
     * set for itself, although it will never take the lock. Here the next in turn is always one
     * who wants the lock.
     *
     * Concern 2: if only such were woken, and nobody has the lock, no release will come to wake
     * the writer behind them. Here that writer is woken as well.
     *
     * Where no reader is let in, all at the head are let go at once: no count can overflow, and
     * nobody would come back for the rest.
     */
    @Override
    RwsemWaiter nextInTurn(RwsemWaitList waiters) {
      for (RwsemWaiter waiter : waiters.all()) {
        if (waiter.kind != Kind.RELEASE) {
          return waiter;
        }
      }
      return waiters.first();
    }

    @Override
    List<Task> mark(RwsemMarkWake marks, RwSemaphore sem, Wake type) {
      RwsemWaiter next = nextInTurn(sem.waiters);
      return next.kind == Kind.READ
          ? readerPhase(marks, sem, type, next)
          : letGoHead(marks, sem, type, next);
    }

    private static List<Task> readerPhase(
        RwsemMarkWake marks, RwSemaphore sem, Wake type, RwsemWaiter next) {
      long counted = 0;
      if (type != Wake.READ_OWNED) {
        if (!marks.countAhead(next)) {
          return List.of();
        }
        counted = RwsemCount.READER_BIAS;
      }
      List<RwsemWaiter> leaving = new ArrayList<>();
      int readers = 0;
      int others = 0;
      for (RwsemWaiter waiter : sem.waiters.all()) {
        boolean fits =
            switch (waiter.kind) {
              case READ -> readers++ < RwsemMarkWake.READERS_WAKEUP_MAX;
              case RELEASE -> others++ < RwsemMarkWake.READERS_WAKEUP_MAX;
              case WRITE -> false;
            };
        if (fits) {
          leaving.add(waiter);
        }
      }
      return marks.letGo(leaving, counted);
    }

    private static List<Task> letGoHead(
        RwsemMarkWake marks, RwSemaphore sem, Wake type, RwsemWaiter next) {
      List<Task> wake = new ArrayList<>();
      if (type == Wake.READ_OWNED || !RwsemCount.isWriteLocked(sem.count.loadAcquire())) {
        List<RwsemWaiter> leaving = new ArrayList<>();
        for (RwsemWaiter waiter : sem.waiters.all()) {
          if (waiter.kind == Kind.WRITE) {
            break;
          }
          leaving.add(waiter);
        }
        wake.addAll(marks.letGo(leaving, 0));
      }
      if (next.kind == Kind.WRITE && type == Wake.ANY) {
        wake.add(next.task);
      }
      return wake;
    }
  }
}
