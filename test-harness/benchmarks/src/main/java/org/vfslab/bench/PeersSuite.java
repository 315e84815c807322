package org.vfslab.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The same small programs under other explorers, each in a JVM of its own. */
final class PeersSuite implements Suite {

  private static final int SECONDS_MAX = 60;
  private static final int BUILD_SECONDS_MAX = 600;

  /** How many times as fast as the others we want to be. */
  private static final double TARGET = 100;

  private static final List<String> SOUND = List.of("readers-8", "freeze-aio");
  private static final List<String> BROKEN = List.of("missed-wake-up", "reference-race");

  private static final List<String> STRATEGIES = List.of("dfs", "dpor");

  private static final String FRAY =
      "Fray: left out: Maven Central was found to have org.pastalab.fray:fray-core and"
          + " fray-junit, but neither fray-runtime nor the JVMTI agent nor"
          + " fray-instrumentation-agent and -jdk, without which it cannot take control of threads"
          + " (it also needs a JDK image made with them).";

  /** What a run of one tool on one program showed. */
  private record Run(String tool, String program, Map<String, Long> numbers, boolean stopped) {
    /** Over one or several explorations, as the tool can tell. */
    double executionsPerSecond() {
      Long rate = numbers.get("rate");
      if (rate != null) {
        return rate;
      }
      return numbers.getOrDefault("executions", 0L)
          * 1e9
          / Math.max(1, numbers.getOrDefault("nanos", 0L));
    }

    boolean knows(String what) {
      return numbers.containsKey(what);
    }
  }

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public String title() {
    return "the same small programs under Lincheck, side by side";
  }

  @Override
  public void run(Session session) throws IOException, InterruptedException {
    List<String> leftOut = new ArrayList<>();
    leftOut.add(FRAY);
    Path peers = build(leftOut);
    speed(session, peers);
    bugs(session, peers);
    leftOut.forEach(line -> session.out().println("\n" + line));
  }

  // ---- executions per second

  private static void speed(Session session, @Nullable Path peers)
      throws IOException, InterruptedException {
    session.heading(
        "Executions per second (each in its own JVM, warmed up; target: "
            + Figures.count(TARGET)
            + " times the others)");
    Table table =
        new Table("program", "tool", "executions", "all", "exec/s", "steps/s", "times Lincheck");
    int seconds = session.quick() ? 5 : 20;
    for (String program : SOUND) {
      Run lincheck = peers == null ? null : lincheck(peers, program, session.quick() ? "5" : "15");
      double theirs = lincheck == null ? Double.NaN : lincheck.executionsPerSecond();
      for (String strategy : STRATEGIES) {
        Run ours = ours(program, strategy, "speed", seconds);
        speedRow(session, table, ours, theirs);
      }
      if (lincheck != null) {
        speedRow(session, table, lincheck, Double.NaN);
      }
    }
    session.print(table);
  }

  private static void speedRow(Session session, Table table, Run run, double theirs) {
    double executions = run.executionsPerSecond();
    table.row(
        run.program,
        run.tool,
        run.stopped
            ? "not done in " + SECONDS_MAX + " s"
            : Figures.count((double) run.numbers.getOrDefault("executions", 0L)),
        run.knows("complete") ? run.numbers.getOrDefault("complete", 0L) == 1 ? "yes" : "no" : "",
        Figures.count(executions),
        run.knows("steps") ? Figures.count((double) run.numbers.getOrDefault("steps", 0L)) : "",
        Double.isNaN(theirs) || theirs == 0 ? "" : Figures.count(executions / theirs));
    session.figure(
        "program",
        run.program,
        "tool",
        run.tool,
        "executions",
        run.numbers.get("executions"),
        "executionsPerSecond",
        executions,
        "stepsPerSecond",
        run.numbers.get("steps"));
  }

  // ---- time to a bug

  private static void bugs(Session session, @Nullable Path peers)
      throws IOException, InterruptedException {
    session.heading("Time to the bug (each in its own JVM, cold; at most " + SECONDS_MAX + " s)");
    Table table = new Table("program", "tool", "found", "executions", "seconds");
    for (String program : BROKEN) {
      for (String strategy : STRATEGIES) {
        bugRow(session, table, ours(program, strategy, "bug", SECONDS_MAX));
      }
      if (peers != null) {
        bugRow(session, table, lincheck(peers, program, "bug"));
      }
    }
    session.print(table);
  }

  private static void bugRow(Session session, Table table, Run run) {
    boolean found = run.numbers.getOrDefault("bug", 0L) > 0;
    Long executions = run.numbers.get("executions");
    double nanos = run.numbers.getOrDefault("nanos", 0L);
    table.row(
        run.program,
        run.tool,
        found ? "yes" : run.stopped ? "not in " + SECONDS_MAX + " s" : "no",
        executions == null ? "" : Figures.count((double) executions),
        found ? Figures.seconds(nanos) : "");
    session.figure(
        "program",
        run.program,
        "tool",
        run.tool,
        "found",
        found,
        "executions",
        executions,
        "seconds",
        found ? nanos / 1e9 : null);
  }

  // ---- starting them

  private static Run ours(String program, String strategy, String aim, int seconds)
      throws IOException, InterruptedException {
    ChildJvm.Outcome outcome =
        ChildJvm.run(
            List.of("-XX:+UseSerialGC"),
            TwinChild.class,
            List.of(program, strategy, aim, String.valueOf(seconds)),
            SECONDS_MAX + 30);
    return run("vfslab " + strategy, program, outcome);
  }

  private static Run lincheck(Path peers, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ChildJvm.java().toString());
    command.add("-XX:+EnableDynamicAgentLoading");
    command.add("-cp");
    command.add(peers.resolve("peers.jar") + ":" + peers.resolve("lib") + "/*");
    command.add("org.vfslab.peers.LincheckRun");
    command.addAll(List.of(arguments));
    return run("Lincheck", arguments[0], ChildJvm.run(command, SECONDS_MAX));
  }

  private static Run run(String tool, String program, ChildJvm.Outcome outcome) {
    Map<String, Long> numbers = outcome.numbers();
    if (!outcome.stopped() && !numbers.containsKey("nanos")) {
      throw new BenchException(tool + " failed on " + program + ": " + outcome.complaint());
    }
    return new Run(tool, program, numbers, outcome.stopped());
  }

  /** Builds what needs Lincheck; returns where it is, or null if it cannot be had. */
  private static @Nullable Path build(List<String> leftOut)
      throws IOException, InterruptedException {
    Path module = module();
    if (module == null) {
      leftOut.add("Lincheck: left out: test-harness/benchmarks/peers is not beside this program.");
      return null;
    }
    List<String> command =
        List.of(
            "mvn",
            "-B",
            "-ntp",
            "-q",
            "-f",
            module.resolve("pom.xml").toString(),
            "-Dmaven.test.skip=true",
            "-Dformat.skip=true",
            "package");
    ChildJvm.Outcome outcome;
    try {
      outcome = ChildJvm.run(command, BUILD_SECONDS_MAX);
    } catch (IOException e) {
      leftOut.add("Lincheck: left out: no Maven (mvn) on the PATH to fetch and build it with.");
      return null;
    }
    if (outcome.status() != 0) {
      String reason =
          outcome.lines().stream()
              .filter(line -> line.contains("[ERROR]"))
              .findFirst()
              .orElse("Maven ended with " + outcome.status());
      leftOut.add("Lincheck: left out: " + reason);
      return null;
    }
    return module.resolve("target");
  }

  /** Found by its place relative to this jar, which stands below benchmarks/target. */
  private static @Nullable Path module() {
    try {
      Path place =
          Path.of(PeersSuite.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path folder = place; folder != null; folder = folder.getParent()) {
        if (Files.isRegularFile(folder.resolve("peers/pom.xml"))) {
          return folder.resolve("peers");
        }
      }
    } catch (URISyntaxException e) {
      // Not started from a jar or folder.
    }
    return null;
  }
}
