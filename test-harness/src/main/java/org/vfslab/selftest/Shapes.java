package org.vfslab.selftest;

import static org.vfslab.selftest.LockKind.COLUMNS;
import static org.vfslab.selftest.LockKind.MUTEX;
import static org.vfslab.selftest.LockKind.RLOCK;
import static org.vfslab.selftest.LockKind.RPERCPU;
import static org.vfslab.selftest.LockKind.RSEM;
import static org.vfslab.selftest.LockKind.SPIN;
import static org.vfslab.selftest.LockKind.WLOCK;
import static org.vfslab.selftest.LockKind.WPERCPU;
import static org.vfslab.selftest.LockKind.WSEM;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The shapes without interrupts: the first part of {@code lib/locking-selftest.c}, and some of our
 * own.
 */
final class Shapes {
  static final List<String> RECURSIVE = List.of("possible recursive locking");
  static final List<String> CIRCULAR = List.of("possible circular locking");
  static final List<String> BALANCE = List.of("bad unlock balance");
  static final List<String> FREED = List.of("held lock freed");

  /** The orders of three events in the suite's rows. */
  static final List<String> ORDERS = List.of("123", "132", "213", "231", "312", "321");

  private Shapes() {}

  /** Rows in which every kind of lock has a cell. */
  static List<Shape> ofAllKinds() {
    List<Shape> rows = new ArrayList<>();
    rows.add(
        all(
            "A-A deadlock",
            RECURSIVE,
            (bench, kind) -> {
              bench.lock(kind, "X1");
              bench.lock(kind, "X2");
            }));
    rows.add(chain("A-B-B-A deadlock", "AB", "BA"));
    rows.add(chain("A-B-B-C-C-A deadlock", "AB", "BC", "CA"));
    rows.add(chain("A-B-C-A-B-C deadlock", "AB", "CA", "BC"));
    rows.add(chain("A-B-B-C-C-D-D-A deadlock", "AB", "BC", "CD", "DA"));
    rows.add(chain("A-B-C-D-B-D-D-A deadlock", "AB", "CD", "BD", "DA"));
    rows.add(chain("A-B-C-D-B-C-D-A deadlock", "AB", "CD", "BC", "DA"));
    rows.add(
        Shape.of(
            "double unlock",
            COLUMNS,
            (bench, kind) -> {
              bench.nested(kind, "A");
              bench.unlock(kind, "A");
            },
            BALANCE,
            List.of()));
    rows.add(
        Shape.of(
            "initialize held",
            COLUMNS,
            (bench, kind) -> {
              bench.lock(kind, "A");
              bench.init("A");
            },
            FREED,
            List.of()));
    rows.add(
        Shape.of(
            "non-nested unlock",
            COLUMNS,
            (bench, kind) -> {
              bench.lock(kind, "A");
              bench.lock(kind, "B");
              bench.lock(kind, "C");
              bench.unlock(kind, "A");
              bench.unlock(kind, "B");
              bench.unlock(kind, "C");
              bench.nested(kind, "A", "C");
            },
            Shape.SILENCE,
            List.of()));
    rows.add(
        all(
            "non-nested unlock, then C-A",
            CIRCULAR,
            (bench, kind) -> {
              bench.lock(kind, "A");
              bench.lock(kind, "B");
              bench.unlock(kind, "A");
              bench.nested(kind, "C");
              bench.unlock(kind, "B");
              bench.nested(kind, "C", "B");
            }));
    rows.add(
        Shape.of(
            "A-B, A-B again",
            COLUMNS,
            (bench, kind) -> {
              bench.nested(kind, "A", "B");
              bench.nested(kind, "A", "B");
              bench.nested(kind, "A", "B", "C");
              bench.nested(kind, "A", "C");
            },
            Shape.SILENCE,
            List.of()));
    return rows;
  }

  /** A row in which only recursive readers are fine. */
  private static Shape all(String name, List<String> says, BiConsumer<Bench, LockKind<?>> body) {
    return Shape.of(name, COLUMNS, body, says, List.of(RLOCK));
  }

  private static Shape chain(String name, String... pairs) {
    return all(
        name,
        CIRCULAR,
        (bench, kind) -> {
          for (String pair : pairs) {
            bench.nested(kind, pair.substring(0, 1), pair.substring(1));
          }
        });
  }

  /** Rows about readers and writers of one lock; they stand in the column of the readers. */
  static List<Shape> ofReadersAndWriters() {
    List<Shape> rows = new ArrayList<>();
    rows.add(
        readers(
            "recursive read-lock",
            RECURSIVE,
            Shape.SILENCE,
            rw -> {
              rw.bench.lock(rw.read, "X1");
              rw.bench.lock(rw.read, "X1");
            }));
    rows.add(
        readers(
            "recursive read-lock #2",
            RECURSIVE,
            Shape.SILENCE,
            rw -> {
              rw.bench.lock(rw.read, "X1");
              rw.bench.lock(rw.read, "X2");
            }));
    rows.add(
        readers(
            "mixed read-write-lock",
            RECURSIVE,
            RECURSIVE,
            rw -> {
              rw.bench.lock(rw.read, "X1");
              rw.bench.lock(rw.write, "X2");
            }));
    rows.add(
        readers(
            "mixed write-read-lock",
            RECURSIVE,
            RECURSIVE,
            rw -> {
              rw.bench.lock(rw.write, "X1");
              rw.bench.lock(rw.read, "X2");
            }));
    rows.add(
        readers(
            "mixed read-lock/lock-write ABBA",
            CIRCULAR,
            CIRCULAR,
            rw -> {
              rw.bench.nested(rw.read, "X1", rw.other, "Y1");
              rw.bench.nested(rw.other, "Y1", rw.write, "X1");
            }));
    rows.add(
        readers(
            "mixed read-lock/lock-read ABBA",
            CIRCULAR,
            Shape.SILENCE,
            rw -> {
              rw.bench.nested(rw.read, "X1", rw.other, "Y1");
              rw.bench.nested(rw.other, "Y1", rw.read, "X1");
            }));
    rows.add(
        readers(
            "mixed write-lock/lock-write ABBA",
            CIRCULAR,
            CIRCULAR,
            rw -> {
              rw.bench.nested(rw.write, "X1", rw.other, "Y1");
              rw.bench.nested(rw.other, "Y1", rw.write, "X1");
            }));
    rows.add(
        readers(
            "chain cached mixed R-L/L-W ABBA",
            CIRCULAR,
            CIRCULAR,
            rw -> {
              rw.bench.nested(rw.read, "X1", rw.other, "Y1");
              rw.bench.nested(rw.other, "Y1", rw.read, "X1");
              rw.bench.nested(rw.other, "Y1", rw.write, "X1");
            }));
    for (String order : ORDERS) {
      rows.add(chains("W1R2/W2R3/W3R1", order, CIRCULAR, "WXRY", "WYRZ", "WZRX"));
    }
    for (String order : ORDERS) {
      rows.add(chains("W1W2/R2R3/W3R1", order, CIRCULAR, "WXWY", "RYRZ", "WZRX"));
    }
    for (String order : ORDERS) {
      rows.add(chains("W1W2/R2R3/R3W1", order, Shape.SILENCE, "WXWY", "RYRZ", "RZWX"));
    }
    for (String order : ORDERS) {
      rows.add(chains("W1R2/R2R3/W3W1", order, Shape.SILENCE, "WXRY", "RYRZ", "WZWX"));
    }
    return rows;
  }

  /** The two ways to take a lock, and another lock of no such sort. */
  private record Rw(Bench bench, LockKind<?> read, LockKind<?> write, LockKind<?> other) {}

  private static Shape readers(
      String name, List<String> fair, List<String> recursive, Consumer<Rw> body) {
    Map<String, Shape.Cell> cells = new LinkedHashMap<>();
    cells.put(
        RLOCK.column(),
        new Shape.Cell(bench -> body.accept(new Rw(bench, RLOCK, WLOCK, SPIN)), recursive));
    cells.put(
        RSEM.column(),
        new Shape.Cell(bench -> body.accept(new Rw(bench, RSEM, WSEM, MUTEX)), fair));
    cells.put(
        RPERCPU.column(),
        new Shape.Cell(bench -> body.accept(new Rw(bench, RPERCPU, WPERCPU, MUTEX)), fair));
    return new Shape(name, cells);
  }

  /** Three pairs, in this order; fair readers always deadlock in a circle. */
  private static Shape chains(String name, String order, List<String> recursive, String... pairs) {
    return readers(
        name + "/" + order,
        CIRCULAR,
        recursive,
        rw -> {
          for (int i = 0; i < order.length(); i++) {
            String pair = pairs[order.charAt(i) - '1'];
            rw.bench.nested(
                pair.charAt(0) == 'R' ? rw.read : rw.write,
                pair.substring(1, 2) + "1",
                pair.charAt(2) == 'R' ? rw.read : rw.write,
                pair.substring(3) + "1");
          }
        });
  }
}
