package org.vfslab.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Entry point of {@code ./vfslab bench}. */
@Command(
    name = "vfslab bench",
    mixinStandardHelpOptions = true,
    version = "vfslab 0.1.0",
    description = "Measures speed and memory; without a suite, lists them.")
public final class Main implements Runnable {

  private static final int BAD_INPUT = 2;

  private static final List<Suite> SUITES =
      List.of(
          new EngineSuite(),
          new ExplorerSuite(),
          new LocksSuite(),
          new MemorySuite(),
          new NotifySuite(),
          new AioSuite(),
          new BlockSuite(),
          new PeersSuite());

  @Parameters(arity = "0..1", paramLabel = "SUITE", description = "A suite, or all.")
  private @Nullable String suite;

  @Option(names = "--quick", description = "Shorter runs: for looking, not for quoting.")
  private boolean quick;

  @Option(names = "--full", description = "Also what takes many minutes.")
  private boolean full;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
  private @Nullable Path json;

  @Override
  public void run() {
    String wanted = suite;
    if (wanted == null) {
      list();
      return;
    }
    List<Suite> chosen =
        SUITES.stream().filter(s -> wanted.equals("all") || wanted.equals(s.name())).toList();
    if (chosen.isEmpty()) {
      throw new BenchException("there is no suite '" + wanted + "'; there are " + names());
    }
    if (quick && full) {
      throw new BenchException("--quick and --full exclude each other");
    }
    Session session = new Session(quick, full, json);
    session.begin();
    for (Suite each : chosen) {
      session.measure(each);
    }
    session.end();
  }

  private static void list() {
    Table table = new Table("suite", "what it measures");
    for (Suite each : SUITES) {
      table.row(each.name(), each.title());
    }
    table.row("all", "all of these");
    table.print(System.out);
    System.out.println("\n./vfslab bench SUITE [--quick | --full] [--json FILE]");
  }

  private static String names() {
    return SUITES.stream().map(Suite::name).collect(Collectors.joining(", ")) + " and all";
  }

  /** Runs the command line and exits with its status. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Main());
    line.setParameterExceptionHandler((e, a) -> complain(e));
    line.setExecutionExceptionHandler((e, l, r) -> complain(e));
    System.exit(line.execute(args));
  }

  private static int complain(Exception e) {
    boolean ours = e instanceof BenchException || e instanceof CommandLine.ParameterException;
    String sentence = ours ? String.valueOf(e.getMessage()) : "the benchmark failed: " + e;
    System.err.println("vfslab bench: " + sentence.lines().findFirst().orElse(""));
    return BAD_INPUT;
  }
}
