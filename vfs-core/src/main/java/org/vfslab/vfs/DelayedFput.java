package org.vfslab.vfs;

import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.Work;

/**
 * The last {@code fput} where sleeping is not allowed: {@code delayed_fput} of {@code
 * fs/file_table.c}, 7.2. Where it is allowed the kernel waits for the return to user space, and
 * here it happens at once.
 */
final class DelayedFput {
  private DelayedFput() {}

  /** Runs {@code release} now if the current context may sleep, otherwise in a worker. */
  static void run(Machine machine, Runnable release) {
    Context me = machine.currentOrNull();
    if (me == null || (me instanceof Task && !me.inAtomic())) {
      release.run();
    } else {
      machine.systemWorkqueue().queueWork(new Work(machine, "delayed_fput", release));
    }
  }
}
