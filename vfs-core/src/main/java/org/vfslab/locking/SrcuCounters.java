package org.vfslab.locking;

import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PerCpuWord;

/**
 * What the readers of an {@link Srcu} domain write: for each of two indexes, how often it was
 * locked and how often unlocked, on each CPU ({@code struct srcu_data}, the part of the readers).
 */
final class SrcuCounters {

  /*
   * Overview. Counters only ever grow. A reader that began on one CPU may end on another, so only
   * sums mean something: index i is without readers if the sum of its unlocks, read first, equals
   * the sum of its locks, read after a full barrier (A). Whoever was seen unlocking was then seen
   * locking; a reader that comes in between makes the sums differ, and one more look is needed.
   *
   * The barrier A pairs with B in the reader, after its lock was counted, and with C, before its
   * unlock is. Readers of the fast flavours leave B and C out; for them A is an RCU grace period,
   * and counting is done inside an RCU section.
   */
  private final Machine machine;
  private final String name;
  private final PerCpuWord[] locks = new PerCpuWord[2];
  private final PerCpuWord[] unlocks = new PerCpuWord[2];

  /** The flavour first used on each CPU ({@code srcu_reader_flavor}); 0 before. */
  private final AtomicWord[] flavors;

  SrcuCounters(Machine machine, String name) {
    this.machine = machine;
    this.name = name;
    for (int i = 0; i < 2; i++) {
      locks[i] = new PerCpuWord(machine, name + " locks[" + i + "]");
      unlocks[i] = new PerCpuWord(machine, name + " unlocks[" + i + "]");
    }
    flavors = new AtomicWord[machine.config().cpus()];
    for (int cpu = 0; cpu < flavors.length; cpu++) {
      flavors[cpu] = new AtomicWord(machine, name + " flavor/cpu" + cpu, 0);
    }
  }

  void lock(Context me, int index) {
    locks[index].addMb(me, 1); // B
  }

  void unlock(Context me, int index) {
    unlocks[index].add(me, 1); // C: what the reader did is seen by who sees this
  }

  /** {@code srcu_readers_active_idx_check}: whether the index had no reader at some moment. */
  boolean isInactive(int index, Rcu rcu) {
    long flavor = 0;
    for (AtomicWord seen : flavors) {
      flavor |= seen.look();
    }
    long ended = unlocks[index].sum();
    if ((flavor & (Srcu.Flavor.FAST.bit() | Srcu.Flavor.FAST_UPDOWN.bit())) != 0) {
      rcu.synchronize(); // A
    }
    return locks[index].sum() == ended; // A is the barrier at the beginning of a sum
  }

  /** {@code srcu_readers_active}: whether anybody reads, as far as one can see. */
  boolean anyActive() {
    return locks[0].sum() + locks[1].sum() != unlocks[0].sum() + unlocks[1].sum();
  }

  /** {@code __srcu_check_read_flavor}: readers of one domain keep to one flavour. */
  void checkFlavor(Context me, Srcu.Flavor flavor) {
    AtomicWord first = flavors[me.cpu().number()];
    long seen = first.look();
    if (seen == 0 && first.compareAndSet(0, flavor.bit())) {
      return;
    }
    seen = first.look();
    if (seen != flavor.bit()) {
      String title = "WARNING: __srcu_check_read_flavor: " + name + " mixes flavours of readers";
      machine.report(
          ReportKind.BUG,
          title,
          title
              + "\nCPU "
              + me.cpu().number()
              + " old state "
              + seen
              + " new state "
              + flavor.bit()
              + " ("
              + flavor
              + ")");
    }
  }

  /** How often the index was locked, in the step in progress. */
  long locksNow(int index) {
    return locks[index].look();
  }

  /** How often the index was unlocked; for properties. */
  long unlocksPeek(int index) {
    return unlocks[index].peek();
  }

  @Override
  public String toString() {
    return "readers ["
        + (locks[0].peek() - unlocks[0].peek())
        + ", "
        + (locks[1].peek() - unlocks[1].peek())
        + "]";
  }
}
