package org.vfslab.aio;

import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * Who waits until the requests of one or more contexts are gone: {@code struct ctx_rq_wait}.
 *
 * <p>Follows {@code fs/aio.c}, 7.2.
 */
final class RqWait {
  private final AtomicWord count;
  private final Completion comp;

  RqWait(Machine machine, long contexts) {
    this.count = new AtomicWord(machine, "ctx_rq_wait.count", contexts);
    this.comp = new Completion(machine, "ctx_rq_wait.comp");
  }

  /** One context has none left. Any context; never sleeps. */
  void gone() {
    if (count.addReturn(-1) == 0) {
      comp.complete();
    }
  }

  /** Sleeps, uninterruptibly, until all have none. */
  void await() {
    comp.waitForCompletion();
  }

  /** The same, when {@code skipped} of those that were counted do not exist. */
  void awaitWithout(long skipped) {
    if (count.addReturn(-skipped) != 0) {
      comp.waitForCompletion();
    }
  }
}
