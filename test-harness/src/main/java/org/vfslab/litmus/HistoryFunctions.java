package org.vfslab.litmus;

import java.util.List;
import org.vfslab.memory.AtomicWord;

/** What properties can ask of the past. */
final class HistoryFunctions {

  static final List<Function> ALL =
      List.of(
          Function.of(
              "at",
              List.of("\"text\"", "value"),
              "what the value was when the mark was passed, 0 before",
              arguments -> {
                Slot<AtomicWord> mark =
                    arguments.compiler().scope().mark(arguments.string(0, "a mark"));
                return arguments
                    .compiler()
                    .remembered(frame -> frame.world().get(mark).peek(), () -> arguments.code(1));
              }));

  private HistoryFunctions() {}
}
