package org.vfslab.litmus;

import java.util.List;

/** Steps that look at the clock. */
final class TimeFunctions {

  static final List<Function> ALL =
      List.of(
          Function.of(
              "ktime_get",
              List.of(),
              "the virtual time in nanoseconds",
              arguments -> frame -> frame.world().lab().machine().nowNs()));

  private TimeFunctions() {}
}
