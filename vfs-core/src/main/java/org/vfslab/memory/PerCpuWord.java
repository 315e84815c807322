package org.vfslab.memory;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;

/**
 * A counter with a part on each CPU ({@code DEFINE_PER_CPU}); only the sum means something when
 * contexts add on one CPU and subtract on another.
 */
public final class PerCpuWord {

  /*
   * Overview. A CPU adds to its own part, which no other CPU writes: that is why the kernel needs
   * neither a locked instruction nor a cache line that travels. A CPU of a live machine runs
   * several threads at once, so there each context has the part that a CPU has in the kernel. On a
   * deterministic machine the parts are those of the CPUs, and an addition is one step.
   */
  private final Machine machine;
  private final String name;
  private final AtomicWord[] cpus;

  /** By the number of the context; only ever grows. Protected by this, for growing. */
  private volatile @Nullable OwnWord[] contexts = new OwnWord[8];

  /** A counter of zeroes. */
  public PerCpuWord(Machine machine, String name) {
    this.machine = machine;
    this.name = name;
    cpus = new AtomicWord[machine.isLive() ? 0 : machine.config().cpus()];
    for (int cpu = 0; cpu < cpus.length; cpu++) {
      cpus[cpu] = new AtomicWord(machine, name + "/cpu" + cpu, 0);
    }
  }

  /**
   * {@code this_cpu_add} for {@code me}: what came before is seen by who sees the addition. What
   * follows may be done before it; see {@link #addMb}.
   */
  public void add(Context me, long delta) {
    if (cpus.length > 0) {
      cpus[me.cpu().number()].fetchAdd(delta);
    } else {
      OwnWord part = part(me);
      part.storeRelease(part.own() + delta);
    }
  }

  /** {@code this_cpu_add}, then {@code smp_mb}. */
  public void addMb(Context me, long delta) {
    if (cpus.length > 0) {
      cpus[me.cpu().number()].fetchAdd(delta);
    } else {
      OwnWord part = part(me);
      part.storeMb(part.own() + delta);
    }
  }

  private OwnWord part(Context me) {
    @Nullable OwnWord[] known = contexts;
    int index = me.index();
    OwnWord part = index < known.length ? known[index] : null;
    return part == null ? newPart(index) : part;
  }

  private synchronized OwnWord newPart(int index) {
    OwnWord part = new OwnWord(machine, name + "/" + index);
    @Nullable OwnWord[] grown =
        Arrays.copyOf(contexts, Math.max(contexts.length, Integer.highestOneBit(index) * 2));
    grown[index] = part;
    contexts = grown;
    return part;
  }

  /** The sum, read part by part ({@code per_cpu_sum}); exact only when nobody adds. */
  public long sum() {
    long sum = 0;
    for (AtomicWord part : cpus) {
      sum += part.loadAcquire();
    }
    if (cpus.length == 0) {
      // A part that appears later is one whose owner has not added before this barrier.
      VarHandle.fullFence();
      for (@Nullable OwnWord part : contexts) {
        sum += part == null ? 0 : part.loadAcquire();
      }
    }
    return sum;
  }

  /** Makes every part 0; only while nobody adds. */
  public void clear(Context me) {
    long sum = sum();
    if (sum != 0) {
      add(me, -sum);
    }
  }

  /** The sum in the step in progress, which makes no other step and orders nothing. */
  public long look() {
    for (AtomicWord part : cpus) {
      part.look();
    }
    return peek();
  }

  /** The sum for printing and for properties: no steps. */
  public long peek() {
    long sum = 0;
    for (AtomicWord part : cpus) {
      sum += part.peek();
    }
    for (@Nullable OwnWord part : contexts) {
      sum += part == null ? 0 : part.peek();
    }
    return sum;
  }
}
