package org.vfslab.aio;

import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * The free slots of a ring: {@code kioctx_cpu.reqs_available} and {@code kioctx.reqs_available},
 * {@code fs/aio.c}, 7.2. Any context; never sleeps.
 *
 * <p>A slot is taken when a request is submitted and comes back when its event was read, so that
 * the ring never overflows. A CPU takes slots in batches and keeps less than two: so a submission
 * can fail while other CPUs have some.
 */
final class ReqsAvailable {
  private final Machine machine;
  private final int batch;
  private final AtomicWord global;

  // Each is its CPU's, which has interrupts disabled meanwhile.
  private final AtomicWord[] cpus;

  /** All slots are free. */
  ReqsAvailable(Machine machine, String name, int slots) {
    this.machine = machine;
    int possibleCpus = machine.cpus().size();
    this.batch = Math.max(1, slots / (possibleCpus * 4));
    this.global = new AtomicWord(machine, "reqs_available of " + name, slots);
    this.cpus = new AtomicWord[possibleCpus];
    for (int cpu = 0; cpu < possibleCpus; cpu++) {
      cpus[cpu] = new AtomicWord(machine, "reqs_available/cpu" + cpu + " of " + name, 0);
    }
  }

  /** {@code __get_reqs_available}: takes a slot; false if neither this CPU nor all have one. */
  boolean get() {
    Context me = machine.current();
    me.localIrqSave();
    AtomicWord mine = cpus[me.cpu().number()];
    long left = mine.readOnce();
    if (left == 0 && takeBatch()) {
      left = batch;
    }
    boolean got = left > 0;
    if (got) {
      mine.writeOnce(left - 1);
    }
    me.localIrqRestore();
    return got;
  }

  private boolean takeBatch() {
    long available = global.readOnce();
    while (available >= batch) {
      if (global.compareAndSet(available, available - batch)) {
        return true;
      }
      available = global.readOnce();
    }
    return false;
  }

  /** {@code put_reqs_available}: gives slots back. */
  void put(long slots) {
    Context me = machine.current();
    me.localIrqSave();
    AtomicWord mine = cpus[me.cpu().number()];
    long left = mine.readOnce() + slots;
    while (left >= 2L * batch) {
      left -= batch;
      global.fetchAdd(batch);
    }
    mine.writeOnce(left);
    me.localIrqRestore();
  }

  /** {@code req_batch}. */
  int batch() {
    return batch;
  }

  /** How many slots are free, wherever; for properties. */
  long now() {
    long sum = global.peek();
    for (AtomicWord cpu : cpus) {
      sum += cpu.peek();
    }
    return sum;
  }
}
