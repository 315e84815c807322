package org.vfslab.locking;

import java.util.List;
import org.vfslab.locking.RwsemMarkWake.Wake;
import org.vfslab.machine.Task;

/**
 * BROKEN: {@code rwsem_wait} as first posted. Those who wait for a release are woken like readers,
 * and only not counted.
 *
 * <p>If they are all that is woken, a writer behind them sleeps for ever with the lock free. At the
 * head of the queue one of them can time out and have the handoff bit set in its favour; then
 * nobody gets the lock until it has left. Scenario: {@code rwsem-wait-then-writer}.
 *
 * <p>Source: <a href="https://lore.kernel.org/all/ZZ1+ZicgN8dZ3zj3@casper.infradead.org/">RFC,
 * rwsem_wait_killable</a>, 9 January 2024.
 */
public final class BrokenFirstPostedRwsemWait extends ReleaseWakeups {

  /** The mail's way. */
  public BrokenFirstPostedRwsemWait() {}

  @Override
  RwsemWaiter nextInTurn(RwsemWaitList waiters) {
    return waiters.first(); // BROKEN: may be one that never takes the lock
  }

  @Override
  List<Task> mark(RwsemMarkWake marks, RwSemaphore sem, Wake type) {
    return marks.readerPhase(type); // BROKEN: wakes no writer if no reader is let in
  }
}
