package org.vfslab.selftest;

import static org.vfslab.selftest.LockKind.MUTEX;
import static org.vfslab.selftest.LockKind.RLOCK;
import static org.vfslab.selftest.LockKind.SPIN;
import static org.vfslab.selftest.LockKind.WLOCK;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.vfslab.machine.IrqLine.Kind;

/** The shapes with interrupts: the second part of {@code lib/locking-selftest.c}. */
final class IrqShapes {
  private static final List<String> INCONSISTENT = List.of("inconsistent lock state");

  /** Which of the two it is depends on which event comes last. */
  private static final List<String> ORDER =
      List.of("-unsafe lock order detected", "possible irq lock inversion");

  private static final List<LockKind<?>> KINDS = List.of(SPIN, WLOCK, RLOCK);
  private static final List<LockKind<?>> RW = List.of(WLOCK, RLOCK);

  private IrqShapes() {}

  /** One event of a row. */
  private interface Event {
    void happens(Bench bench, LockKind<?> kind, Kind irq);
  }

  /** All rows of the grid. */
  static List<Shape> all() {
    List<Shape> rows = new ArrayList<>();
    Event takesInIrq = (bench, kind, irq) -> bench.inInterrupt(irq, () -> bench.nested(kind, "A"));
    Event takes = (bench, kind, irq) -> bench.nested(kind, "A");
    Event takesB = (bench, kind, irq) -> bench.nested(kind, "B");
    Event enablesHolding =
        (bench, kind, irq) -> {
          bench.disable(irq);
          bench.lock(kind, "A");
          bench.enable(irq);
          bench.unlock(kind, "A");
        };
    two(rows, "irqs-on + irq-safe-A", true, takesInIrq, takes);
    two(
        rows,
        "sirq-safe-A => hirqs-on",
        false,
        takesInIrq,
        (bench, kind, irq) -> enablesHolding.happens(bench, kind, Kind.HARD));
    two(rows, "safe-A + irqs-on", true, takesInIrq, enablesHolding);
    Event nests = (bench, kind, irq) -> bench.nested(kind, "A", "B");
    Event nestsWithout =
        (bench, kind, irq) -> bench.without(irq, () -> bench.nested(kind, "A", "B"));
    // In the first variant A is held with interrupts enabled, which is a contradiction by itself.
    List<String> any = List.of(INCONSISTENT.getFirst(), ORDER.getFirst(), ORDER.getLast());
    three(rows, "safe-A + unsafe-B #1", KINDS, any, nests, takesB, takesInIrq);
    three(rows, "safe-A + unsafe-B #2", KINDS, ORDER, nestsWithout, takesB, takesInIrq);
    three(
        rows,
        "irq lock-inversion",
        KINDS,
        ORDER,
        (bench, kind, irq) -> bench.without(irq, () -> bench.nested(WLOCK, "A", kind, "B")),
        takesB,
        (bench, kind, irq) -> bench.inInterrupt(irq, () -> bench.nested(RLOCK, "A")));
    Event readsA = (bench, kind, irq) -> bench.nested(RLOCK, "A");
    three(
        rows,
        "irq read-recursion",
        RW,
        INCONSISTENT,
        (bench, kind, irq) -> bench.without(irq, () -> bench.nested(WLOCK, "A")),
        readsA,
        (bench, kind, irq) -> bench.inInterrupt(irq, () -> bench.nested(kind, "A", SPIN, "B")));
    three(
        rows,
        "irq read-recursion #2",
        RW,
        ORDER,
        (bench, kind, irq) -> bench.without(irq, () -> bench.nested(SPIN, "B", kind, "A")),
        readsA,
        (bench, kind, irq) -> bench.inInterrupt(irq, () -> bench.nested(SPIN, "B")));
    three(
        rows,
        "irq read-recursion #3",
        RW,
        ORDER,
        (bench, kind, irq) -> bench.without(irq, () -> bench.nested(WLOCK, "B", kind, "A")),
        readsA,
        (bench, kind, irq) -> bench.inInterrupt(irq, () -> bench.nested(RLOCK, "B")));
    return rows;
  }

  private static void two(
      List<Shape> rows, String name, boolean bothIrqs, Event first, Event second) {
    for (String order : List.of("12", "21")) {
      for (Kind irq : bothIrqs ? Kind.values() : new Kind[] {Kind.SOFT}) {
        String prefix = bothIrqs ? irq.name().toLowerCase(Locale.ROOT) + "-" : "";
        rows.add(row(prefix + name + "/" + order, KINDS, INCONSISTENT, irq, order, first, second));
      }
    }
  }

  private static void three(
      List<Shape> rows, String name, List<LockKind<?>> kinds, List<String> says, Event... events) {
    for (String order : Shapes.ORDERS) {
      for (Kind irq : Kind.values()) {
        rows.add(
            row(
                irq.name().toLowerCase(Locale.ROOT) + "-" + name + "/" + order,
                kinds,
                says,
                irq,
                order,
                events));
      }
    }
  }

  private static Shape row(
      String name,
      List<LockKind<?>> kinds,
      List<String> says,
      Kind irq,
      String order,
      Event... events) {
    return Shape.of(
        name,
        kinds,
        (bench, kind) -> {
          for (int i = 0; i < order.length(); i++) {
            events[order.charAt(i) - '1'].happens(bench, kind, irq);
          }
        },
        says,
        List.of(RLOCK));
  }

  // ---- single tests

  /** Readers that queue behind writers in process context, and do not in interrupts. */
  static List<Shape> ofQueuedReaders() {
    return List.of(
        one(
            "hardirq read-lock/lock-read",
            Shapes.CIRCULAR,
            bench -> {
              bench.queuedReaders();
              bench.inInterrupt(Kind.HARD, () -> bench.nested(RLOCK, "A", SPIN, "B"));
              bench.without(Kind.HARD, () -> bench.nested(SPIN, "B", RLOCK, "A"));
            }),
        one(
            "hardirq lock-read/read-lock",
            Shape.SILENCE,
            bench -> {
              bench.queuedReaders();
              bench.inInterrupt(Kind.HARD, () -> bench.nested(SPIN, "B", RLOCK, "A"));
              bench.without(Kind.HARD, () -> bench.nested(RLOCK, "A", SPIN, "B"));
            }),
        one(
            "hardirq inversion",
            ORDER,
            bench -> {
              bench.queuedReaders();
              bench.inInterrupt(Kind.HARD, () -> bench.nested(SPIN, "B"));
              bench.without(Kind.HARD, () -> bench.nested(SPIN, "B", RLOCK, "A"));
              bench.nested(RLOCK, "A");
            }));
  }

  /** Locks of a CPU, which carry no dependency for interrupts. */
  static List<Shape> ofLocalLocks() {
    LockKind<?> local = LockKind.LOCAL_LOCK;
    Consumer<Bench> safeA = bench -> bench.inInterrupt(Kind.HARD, () -> bench.nested(SPIN, "A"));
    Consumer<Bench> localInA =
        bench -> bench.without(Kind.HARD, () -> bench.nested(SPIN, "A", local, "L"));
    return List.of(
        one(
            "local_lock inversion  2",
            Shape.SILENCE,
            bench -> {
              bench.nested(local, "L");
              safeA.accept(bench);
              localInA.accept(bench);
            }),
        one(
            "local_lock inversion 3A",
            Shape.SILENCE,
            bench -> {
              bench.nested(local, "L", SPIN, "B");
              safeA.accept(bench);
              localInA.accept(bench);
            }),
        one(
            "local_lock inversion 3B",
            ORDER,
            bench -> {
              bench.nested(local, "L", SPIN, "B");
              safeA.accept(bench);
              localInA.accept(bench);
              bench.without(Kind.HARD, () -> bench.nested(SPIN, "A", "B"));
            }));
  }

  /** A way to the wrong lock must not hide the way to the right one. */
  static Shape hardUnsafeSoftSafe() {
    return one(
        "hardirq_unsafe_softirq_safe",
        ORDER,
        bench -> {
          bench.lock(MUTEX, "M");
          bench.without(Kind.HARD, () -> bench.nested(SPIN, "C"));
          bench.unlock(MUTEX, "M");
          bench.inInterrupt(Kind.HARD, () -> bench.nested(SPIN, "A"));
          bench.without(Kind.HARD, () -> bench.nested(SPIN, "A", "B"));
          bench.without(Kind.HARD, () -> bench.nested(SPIN, "B", "C"));
          bench.inInterrupt(Kind.SOFT, () -> bench.nested(SPIN, "D"));
          bench.without(Kind.SOFT, () -> bench.nested(SPIN, "D"));
          bench.without(Kind.HARD, () -> bench.nested(SPIN, "C", "D"));
        });
  }

  static Shape one(String name, List<String> says, Consumer<Bench> body) {
    return new Shape(name, Map.of("", new Shape.Cell(body, says)));
  }
}
