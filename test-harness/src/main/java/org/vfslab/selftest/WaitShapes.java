package org.vfslab.selftest;

import static org.vfslab.selftest.LockKind.MUTEX;
import static org.vfslab.selftest.LockKind.MUTEX_IN_INTERRUPT;
import static org.vfslab.selftest.LockKind.RAW_SPIN;
import static org.vfslab.selftest.LockKind.RCU;
import static org.vfslab.selftest.LockKind.RCU_BH;
import static org.vfslab.selftest.LockKind.RCU_SCHED;
import static org.vfslab.selftest.LockKind.SPIN;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.IrqLine.Kind;

/** What may be waited for where, and locks of one class inside each other. */
final class WaitShapes {
  private static final List<String> INVALID = List.of("Invalid wait context");

  /** The columns: from what never waits to what sleeps. */
  static final List<LockKind<?>> INNER = List.of(RCU, RAW_SPIN, SPIN, MUTEX);

  private static final List<LockKind<?>> IN_INTERRUPT =
      List.of(RCU, RAW_SPIN, SPIN, MUTEX_IN_INTERRUPT);

  private WaitShapes() {}

  /** A row for each surrounding. */
  static List<Shape> all() {
    List<Shape> rows = new ArrayList<>();
    rows.add(
        row(
            "in hardirq context",
            3,
            IN_INTERRUPT,
            (bench, body) -> bench.inInterrupt(Kind.HARD, body)));
    rows.add(
        row("in hardirq context (not threaded)", 2, IN_INTERRUPT, Bench::inInterruptNotThreaded));
    rows.add(
        row(
            "in softirq context",
            3,
            IN_INTERRUPT,
            (bench, body) -> bench.inInterrupt(Kind.SOFT, body)));
    rows.add(inside("in RCU context", 3, RCU));
    rows.add(inside("in RCU-bh context", 3, RCU_BH));
    rows.add(inside("in RCU-sched context", 2, RCU_SCHED));
    rows.add(inside("in RAW_SPINLOCK context", 2, RAW_SPIN));
    rows.add(inside("in SPINLOCK context", 3, SPIN));
    rows.add(inside("in MUTEX context", 4, MUTEX));
    return rows;
  }

  private static Shape inside(String name, int allowed, LockKind<?> outer) {
    return row(name, allowed, INNER, (bench, body) -> around(bench, outer, body));
  }

  private static void around(Bench bench, LockKind<?> outer, Runnable body) {
    bench.lock(outer, "O");
    body.run();
    bench.unlock(outer, "O");
  }

  /** Of the inner ones, the first {@code allowed} are. */
  private static Shape row(
      String name, int allowed, List<LockKind<?>> kinds, BiConsumer<Bench, Runnable> surrounding) {
    Map<String, Shape.Cell> cells = new LinkedHashMap<>();
    for (int i = 0; i < kinds.size(); i++) {
      LockKind<?> inner = kinds.get(i);
      cells.put(
          inner.column(),
          new Shape.Cell(
              bench -> surrounding.accept(bench, () -> bench.nested(inner, "I")),
              i < allowed ? Shape.SILENCE : INVALID));
    }
    return new Shape(name, cells);
  }

  // ---- nesting in one class

  private static Mutex mutex(Bench bench, String name) {
    return new Mutex(bench.lockdep(), name);
  }

  /** Locks of one class inside each other, with and without what makes that safe. */
  static List<Shape> ofNesting() {
    return List.of(
        IrqShapes.one(
            "mutex nest unlocked",
            List.of("Nested lock was not taken"),
            bench -> {
              Mutex a = mutex(bench, "A");
              a.lockNestLock(mutex(bench, "N"));
              a.unlock();
            }),
        IrqShapes.one(
            "mutex nest test",
            Shape.SILENCE,
            bench -> {
              Mutex x = mutex(bench, "X");
              Mutex y1 = mutex(bench, "Y");
              Mutex y2 = mutex(bench, "Y");
              Mutex a = mutex(bench, "A");
              x.lock();
              y1.lockNestLock(x);
              a.lock();
              y2.lockNestLock(x);
              a.unlock();
              y2.unlock();
              y1.unlock();
              x.unlock();
            }),
        IrqShapes.one(
            "many nested, given back in any order",
            Shape.SILENCE,
            bench -> {
              Mutex n = mutex(bench, "N");
              List<Mutex> inside = List.of(mutex(bench, "Y"), mutex(bench, "Y"), mutex(bench, "Y"));
              n.lock();
              inside.forEach(y -> y.lockNestLock(n));
              inside.get(0).unlock();
              inside.get(2).unlock();
              inside.get(1).unlock();
              n.unlock();
            }),
        IrqShapes.one(
            "subclasses", Shape.SILENCE, bench -> parentAndChild(mutex(bench, "I"), bench)),
        IrqShapes.one(
            "subclasses the other way round",
            Shapes.CIRCULAR,
            bench -> {
              Mutex parent = mutex(bench, "I");
              parentAndChild(parent, bench);
              mutex(bench, "I").lockNested(1);
              parent.lock();
            }),
        IrqShapes.one(
            "A-B, B-trylock-A",
            Shape.SILENCE,
            bench -> {
              bench.nested(SPIN, "A", "B");
              SpinLock a = new SpinLock(bench.lockdep(), "A");
              bench.lock(SPIN, "B");
              a.trylock();
              a.unlock();
              bench.unlock(SPIN, "B");
            }),
        IrqShapes.one(
            "A-trylock-B-C, C-A",
            Shapes.CIRCULAR,
            bench -> {
              SpinLock b = new SpinLock(bench.lockdep(), "B");
              bench.lock(SPIN, "A");
              b.trylock();
              bench.nested(SPIN, "C");
              b.unlock();
              bench.unlock(SPIN, "A");
              bench.nested(SPIN, "C", "A");
            }));
  }

  private static void parentAndChild(Mutex parent, Bench bench) {
    Mutex child = mutex(bench, "I");
    parent.lock();
    child.lockNested(1);
    child.unlock();
    parent.unlock();
  }
}
