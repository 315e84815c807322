package org.vfslab.selftest;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A row of a grid: something that a task does, for each of the columns, and what lockdep has to say
 * there.
 *
 * @param name the row's name
 * @param cells what stands in which column; empty where it makes no sense
 */
record Shape(String name, Map<String, Cell> cells) {

  /** Nothing may be said. */
  static final List<String> SILENCE = List.of();

  /**
   * One test.
   *
   * @param body what the task does
   * @param says what the title of a report must contain, one of these; none for no report at all
   */
  record Cell(Consumer<Bench> body, List<String> says) {}

  /** A row with the same expectation in all of these columns. */
  static Shape of(
      String name,
      List<LockKind<?>> kinds,
      BiConsumer<Bench, LockKind<?>> body,
      List<String> says,
      List<LockKind<?>> silent) {
    Map<String, Cell> cells = new java.util.LinkedHashMap<>();
    for (LockKind<?> kind : kinds) {
      cells.put(
          kind.column(),
          new Cell(bench -> body.accept(bench, kind), silent.contains(kind) ? SILENCE : says));
    }
    return new Shape(name, cells);
  }
}
