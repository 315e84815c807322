package org.vfslab.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How much heap the things of a machine take, and an exploration. */
final class MemorySuite implements Suite {

  private static final int SECONDS_MAX = 120;
  private static final int SECONDS_MAX_FULL = 3600;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String title() {
    return "heap of 1,000,000 cells and 10,000 tasks; with --full, of 10,000,000 executions";
  }

  @Override
  public void run(Session session) throws IOException, InterruptedException {
    objects(session);
    exploration(session);
  }

  private static void objects(Session session) throws IOException, InterruptedException {
    session.heading("Cells and blocked tasks, in a JVM with -Xmx1g");
    ChildJvm.Outcome outcome = child("1g", SECONDS_MAX, "objects");
    if (outcome.status() != 0) {
      session.figure("what", "cells and tasks", "fits", false);
      session.out().println("Fits in 1 GiB of heap: NO (" + outcome.complaint() + ")");
      return;
    }
    Map<String, Long> seen = outcome.numbers();
    Table table = new Table("what", "count", "heap MiB", "bytes each");
    for (String what : List.of("cells", "tasks")) {
      long count = seen.getOrDefault(what, 0L);
      long bytes = seen.getOrDefault(what + ".bytes", 0L);
      table.row(
          what.equals("cells") ? "idle AtomicWord" : "task that made a step and is blocked",
          Figures.count((double) count),
          Figures.mebibytes((double) bytes),
          Figures.count((double) bytes / count));
      session.figure("what", what, "count", count, "bytes", bytes);
    }
    long used = seen.getOrDefault("used", 0L);
    table.row("all that the JVM holds then", "", Figures.mebibytes((double) used), "");
    session.print(table);
    session.figure("what", "heap after garbage collection", "bytes", used, "limit", 1L << 30);
    session.out().println("\nFits in 1 GiB of heap: " + (used < 1L << 30 ? "yes" : "NO"));
  }

  private static void exploration(Session session) throws IOException, InterruptedException {
    long executions = session.full() ? 10_000_000 : 200_000;
    session.heading(
        "Explorations of "
            + Figures.count((double) executions)
            + " executions, in a JVM with -Xmx512m"
            + (session.full() ? "" : " (--full: 10,000,000)"));
    Table table =
        new Table("strategy", "program", "executions", "seconds", "live heap, peak, MiB", "fits");
    for (MemoryChild.Subject subject : MemoryChild.SUBJECTS) {
      ChildJvm.Outcome outcome =
          child(
              "512m",
              session.full() ? SECONDS_MAX_FULL : SECONDS_MAX,
              subject.name(),
              String.valueOf(executions));
      boolean ended = outcome.status() == 0;
      Map<String, Long> seen = outcome.numbers();
      table.row(
          subject.strategy().get().name(),
          subject.program().name(),
          Figures.count((double) seen.getOrDefault("executions", 0L)),
          Figures.seconds((double) seen.getOrDefault("nanos", 0L)),
          Figures.mebibytes((double) seen.getOrDefault("peak", 0L)),
          ended ? "yes" : outcome.stopped() ? "took too long" : "NO: " + outcome.complaint());
      session.figure(
          "subject", subject.name(),
          "executions", seen.get("executions"),
          "peakBytes", seen.get("peak"),
          "ended", ended);
    }
    session.print(table);
  }

  private static ChildJvm.Outcome child(String heap, int secondsMax, String... arguments)
      throws IOException, InterruptedException {
    return ChildJvm.run(
        List.of("-Xmx" + heap, "-XX:+UseSerialGC"),
        MemoryChild.class,
        List.of(arguments),
        secondsMax);
  }
}
