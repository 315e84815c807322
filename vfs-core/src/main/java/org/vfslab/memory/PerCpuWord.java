package org.vfslab.memory;

import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;

/**
 * A counter with a part on each CPU ({@code DEFINE_PER_CPU}); only the sum means something when
 * contexts add on one CPU and subtract on another.
 */
public final class PerCpuWord {
  private final AtomicWord[] parts;

  /** A counter of zeroes. */
  public PerCpuWord(Machine machine, String name) {
    parts = new AtomicWord[machine.config().cpus()];
    for (int cpu = 0; cpu < parts.length; cpu++) {
      parts[cpu] = new AtomicWord(machine, name, 0);
    }
  }

  /**
   * {@code this_cpu_add} on the CPU of {@code me}; fully ordered here, which the kernel's is not.
   */
  public void add(Context me, long delta) {
    parts[me.cpu().number()].fetchAdd(delta);
  }

  /** The sum, read part by part ({@code per_cpu_sum}); exact only when nobody adds. */
  public long sum() {
    long sum = 0;
    for (AtomicWord part : parts) {
      sum += part.loadAcquire();
    }
    return sum;
  }

  /** The sum for printing and for properties: no steps. */
  public long peek() {
    long sum = 0;
    for (AtomicWord part : parts) {
      sum += part.peek();
    }
    return sum;
  }
}
