package org.vfslab.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.report.ResultJson;
import org.vfslab.torture.LockStatistics;
import org.vfslab.torture.LockTorture;
import org.vfslab.torture.Torture;
import org.vfslab.torture.TortureOptions;
import org.vfslab.torture.TortureResult;
import org.vfslab.torture.Tortures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfslab torture}: many threads on one lock. */
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Torture a lock on real threads, as the kernel's locktorture does.",
    description = {
      "",
      "Writers and readers take and give back one lock until the time is over, and look whether"
          + " somebody is inside who must not be; for RCU and SRCU, as in rcutorture, readers look"
          + " whether a grace period was over too early. Nothing is steered and nothing is proved;"
          + " 'vfslab explore' is for answers. Without LOCK the locks are listed.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab torture",
      "  vfslab torture rwsem --seconds 60 --writers 4 --readers 8",
      "  vfslab torture srcu",
      "",
      "Exit codes: 0 nothing was wrong; 1 something was; 2 the input is no good."
    })
final class TortureCommand implements Callable<Integer> {

  private static final int SECONDS_MAX = 7 * 24 * 3600;
  private static final int THREADS_MAX = 256;

  private final Streams streams;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "LOCK",
      completionCandidates = Locks.class,
      description = "The lock, one of: ${COMPLETION-CANDIDATES}.")
  private String lock = "";

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For how long (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Option(
      names = "--writers",
      paramLabel = "N",
      description = "How many writers (default: ${DEFAULT-VALUE}).")
  private int writers = 2;

  @Option(
      names = "--readers",
      paramLabel = "N",
      description = "How many readers (default: ${DEFAULT-VALUE}).")
  private int readers = 2;

  @Option(
      names = "--stat-interval",
      paramLabel = "N",
      description = "Print statistics every N seconds (default: ${DEFAULT-VALUE}).")
  private int statInterval = 60;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the result as JSON to FILE; '-' is the standard output.")
  private String json = "";

  /** The names of the locks. */
  static final class Locks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Tortures.names().iterator();
    }
  }

  TortureCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Values.require("--seconds", seconds, 1, SECONDS_MAX);
    Values.require("--writers", writers, 0, THREADS_MAX);
    Values.require("--readers", readers, 0, THREADS_MAX);
    Values.require("--stat-interval", statInterval, 1, SECONDS_MAX);
    OutputFiles.requireWritable(json);
    if (lock.isEmpty()) {
      for (Torture torture : Tortures.listed()) {
        streams.out().println(torture.name() + ": " + torture.about());
      }
      return ExitStatus.DONE;
    }
    Torture torture =
        Tortures.find(lock)
            .orElseThrow(
                () ->
                    new BadInputException(
                        "there is no torture of '"
                            + lock
                            + "'; "
                            + Spelling.hint(
                                lock,
                                Tortures.names(),
                                "there are " + String.join(", ", Tortures.names()))));
    return torture(torture);
  }

  private int torture(Torture torture) {
    TortureOptions options =
        TortureOptions.DEFAULT
            .withTime(Duration.ofSeconds(seconds))
            .withThreads(writers, readers)
            .withStatInterval(Duration.ofSeconds(statInterval));
    PrintStream text = streams.text(json);
    String parameters =
        "nwriters_stress="
            + writers
            + " nreaders_stress="
            + readers
            + " stat_interval="
            + statInterval
            + " seconds="
            + seconds;
    text.println(torture.name() + "-torture:--- Start of test: " + parameters);
    streams.interruption().listen();
    TortureResult result =
        LockTorture.run(
            torture, options, lines -> print(text, lines), streams.interruption()::isRequested);
    print(text, result.statistics());
    result.problems().forEach(problem -> text.println("!!! " + problem));
    text.println(
        torture.name()
            + "-torture:--- End of test: "
            + (result.isSuccess() ? "SUCCESS" : "FAILURE")
            + ": "
            + parameters);
    text.flush();
    if (!json.isEmpty()) {
      ResultJson.write(json, tree(torture, result), streams.out());
    }
    return result.isSuccess() ? ExitStatus.DONE : ExitStatus.VIOLATED;
  }

  private static void print(PrintStream text, List<String> lines) {
    lines.forEach(text::println);
    text.flush();
  }

  private ObjectNode tree(Torture torture, TortureResult result) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("lock", torture.name()).put("seconds", seconds).put("success", result.isSuccess());
    statistics(tree.putObject("writes"), result.writes());
    statistics(tree.putObject("reads"), result.reads());
    ObjectNode counts = tree.putObject("counts");
    result.counts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(count -> counts.put(count.getKey(), count.getValue()));
    result.problems().forEach(tree.putArray("problems")::add);
    return tree;
  }

  private static void statistics(ObjectNode node, LockStatistics statistics) {
    node.put("total", statistics.total())
        .put("max", statistics.max())
        .put("min", statistics.min())
        .put("fail", statistics.fail());
  }
}
