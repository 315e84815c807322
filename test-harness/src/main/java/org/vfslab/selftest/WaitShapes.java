package org.vfslab.selftest;

import static org.vfslab.selftest.LockKind.MUTEX_ANYWHERE;
import static org.vfslab.selftest.LockKind.RAW_SPIN;
import static org.vfslab.selftest.LockKind.RCU;
import static org.vfslab.selftest.LockKind.RCU_SCHED;
import static org.vfslab.selftest.LockKind.SPIN;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;
import org.vfslab.machine.IrqLine.Kind;

/** What may be waited for where, and locks of one class inside each other. */
final class WaitShapes {
  private static final List<String> INVALID = List.of("Invalid wait context");

  /** The columns: from what never waits to what sleeps. */
  static final List<LockKind<?>> INNER = List.of(RCU, RAW_SPIN, SPIN, MUTEX_ANYWHERE);

  private WaitShapes() {}

  /** A row for each surrounding. */
  static List<Shape> all() {
    List<Shape> rows = new ArrayList<>();
    rows.add(row("in hardirq context", 3, (bench, body) -> bench.inInterrupt(Kind.HARD, body)));
    rows.add(row("in hardirq context (not threaded)", 2, Bench::inInterruptNotThreaded));
    rows.add(row("in softirq context", 3, (bench, body) -> bench.inInterrupt(Kind.SOFT, body)));
    rows.add(inside("in RCU context", 3, RCU));
    rows.add(
        row(
            "in RCU-bh context",
            3,
            (bench, body) -> bench.without(Kind.SOFT, () -> around(bench, RCU, body))));
    rows.add(inside("in RCU-sched context", 2, RCU_SCHED));
    rows.add(inside("in RAW_SPINLOCK context", 2, RAW_SPIN));
    rows.add(inside("in SPINLOCK context", 3, SPIN));
    rows.add(inside("in MUTEX context", 4, MUTEX_ANYWHERE));
    return rows;
  }

  private static Shape inside(String name, int allowed, LockKind<?> outer) {
    return row(name, allowed, (bench, body) -> around(bench, outer, body));
  }

  private static void around(Bench bench, LockKind<?> outer, Runnable body) {
    bench.lock(outer, "O");
    body.run();
    bench.unlock(outer, "O");
  }

  /** Of the inner ones, the first {@code allowed} are. */
  private static Shape row(String name, int allowed, BiConsumer<Bench, Runnable> surrounding) {
    Map<String, Shape.Cell> cells = new LinkedHashMap<>();
    for (int i = 0; i < INNER.size(); i++) {
      LockKind<?> inner = INNER.get(i);
      cells.put(
          inner.column(),
          new Shape.Cell(
              bench -> surrounding.accept(bench, () -> bench.nested(inner, "I")),
              i < allowed ? Shape.SILENCE : INVALID));
    }
    return new Shape(name, cells);
  }

  // ---- nesting in one class

  private static void acquire(
      Lockdep lockdep, LockMap map, int subclass, boolean trylock, @Nullable LockMap nest) {
    lockdep.acquire(map, subclass, trylock, Mode.WRITE, true, nest, "lock");
  }

  /** Locks of one class inside each other, with and without what makes that safe. */
  static List<Shape> ofNesting() {
    return List.of(
        IrqShapes.one(
            "spinlock nest unlocked",
            List.of("Nested lock was not taken"),
            bench -> {
              Lockdep lockdep = bench.lockdep();
              LockMap a = lockdep.register("A", WaitType.CONFIG);
              acquire(lockdep, a, 0, false, lockdep.register("N"));
              lockdep.release(a);
            }),
        IrqShapes.one(
            "spinlock nest test",
            Shape.SILENCE,
            bench -> {
              Lockdep lockdep = bench.lockdep();
              LockMap x = lockdep.register("X", WaitType.CONFIG);
              LockMap y1 = lockdep.register("Y", WaitType.CONFIG);
              LockMap y2 = lockdep.register("Y", WaitType.CONFIG);
              LockMap a = lockdep.register("A", WaitType.CONFIG);
              acquire(lockdep, x, 0, false, null);
              acquire(lockdep, y1, 0, false, x);
              acquire(lockdep, a, 0, false, null);
              acquire(lockdep, y2, 0, false, x);
              lockdep.release(a);
              lockdep.release(y2);
              lockdep.release(y1);
              lockdep.release(x);
            }),
        IrqShapes.one(
            "many nested, given back in any order",
            Shape.SILENCE,
            bench -> {
              Lockdep lockdep = bench.lockdep();
              LockMap n = lockdep.register("N");
              LockMap y1 = lockdep.register("Y");
              LockMap y2 = lockdep.register("Y");
              LockMap y3 = lockdep.register("Y");
              acquire(lockdep, n, 0, false, null);
              acquire(lockdep, y1, 0, false, n);
              acquire(lockdep, y2, 0, false, n);
              acquire(lockdep, y3, 0, false, n);
              lockdep.release(y1);
              lockdep.release(y3);
              lockdep.release(y2);
              lockdep.release(n);
            }),
        IrqShapes.one(
            "subclasses",
            Shape.SILENCE,
            bench -> {
              Lockdep lockdep = bench.lockdep();
              LockMap parent = lockdep.register("I");
              LockMap child = lockdep.register("I");
              acquire(lockdep, parent, 0, false, null);
              acquire(lockdep, child, 1, false, null);
              lockdep.release(child);
              lockdep.release(parent);
            }),
        IrqShapes.one(
            "subclasses the other way round",
            Shapes.CIRCULAR,
            bench -> {
              Lockdep lockdep = bench.lockdep();
              LockMap parent = lockdep.register("I");
              LockMap child = lockdep.register("I");
              acquire(lockdep, parent, 0, false, null);
              acquire(lockdep, child, 1, false, null);
              lockdep.release(child);
              lockdep.release(parent);
              acquire(lockdep, child, 1, false, null);
              acquire(lockdep, parent, 0, false, null);
            }),
        IrqShapes.one(
            "A-B, B-trylock-A",
            Shape.SILENCE,
            bench -> {
              bench.nested(SPIN, "A", "B");
              Lockdep lockdep = bench.lockdep();
              bench.lock(SPIN, "B");
              LockMap a = lockdep.register("A", WaitType.CONFIG);
              acquire(lockdep, a, 0, true, null);
              lockdep.release(a);
              bench.unlock(SPIN, "B");
            }),
        IrqShapes.one(
            "A-trylock-B-C, C-A",
            Shapes.CIRCULAR,
            bench -> {
              Lockdep lockdep = bench.lockdep();
              LockMap b = lockdep.register("B", WaitType.CONFIG);
              bench.lock(SPIN, "A");
              acquire(lockdep, b, 0, true, null);
              bench.nested(SPIN, "C");
              lockdep.release(b);
              bench.unlock(SPIN, "A");
              bench.nested(SPIN, "C", "A");
            }));
  }
}
