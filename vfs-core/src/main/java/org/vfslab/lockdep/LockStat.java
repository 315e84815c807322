package org.vfslab.lockdep;

import org.vfslab.machine.Machine;

/** How long locks are waited for and held: {@code CONFIG_LOCK_STAT}. Off until asked for. */
final class LockStat {
  private final Machine machine;
  private final Graph graph;
  private volatile boolean on;

  LockStat(Machine machine, Graph graph) {
    this.machine = machine;
    this.graph = graph;
  }

  boolean on() {
    return on;
  }

  void record(boolean wanted) {
    on = wanted;
  }

  /** {@code clear_lock_stats} of all classes. */
  void clear() {
    synchronized (graph) {
      for (LockClass each : graph.classes.all()) {
        each.statistics = null;
      }
    }
  }

  void acquired(HeldLock held) {
    held.heldSinceNs = machine.nowNs();
  }

  /** {@code __lock_contended}. */
  void waits(HeldLock held, int cpu, String site) {
    held.waited = true;
    held.waitsSinceNs = machine.nowNs();
    synchronized (graph) {
      ClassStatistics statistics = of(held);
      ClassStatistics.count(statistics.contention, site);
      ClassStatistics.count(statistics.contending, held.map().lastSite);
      if (held.map().lastCpu != cpu) {
        statistics.side(held).contendedBounces++;
      }
    }
  }

  /** {@code __lock_acquired}. */
  void waited(HeldLock held, int cpu, String site) {
    LockMap map = held.map();
    synchronized (graph) {
      ClassStatistics.Side side = of(held).side(held);
      if (held.waited) {
        long now = machine.nowNs();
        side.waits.add(now - held.waitsSinceNs);
        held.heldSinceNs = now;
        held.waited = false;
      }
      if (map.lastCpu != cpu) {
        side.acquiredBounces++;
      }
      map.lastCpu = cpu;
      map.lastSite = site;
    }
  }

  /** {@code lock_release_holdtime}. */
  void released(HeldLock held) {
    synchronized (graph) {
      of(held).side(held).holds.add(machine.nowNs() - held.heldSinceNs);
    }
  }

  private static ClassStatistics of(HeldLock held) {
    LockClass lockClass = held.lockClass();
    ClassStatistics known = lockClass.statistics;
    if (known == null) {
      known = new ClassStatistics();
      lockClass.statistics = known;
    }
    return known;
  }
}
