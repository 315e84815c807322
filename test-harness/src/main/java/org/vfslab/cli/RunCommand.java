package org.vfslab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Recording;
import org.vfslab.explore.Verdict;
import org.vfslab.litmus.Expectation;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.machine.MachineConfig;
import org.vfslab.report.ResultJson;
import org.vfslab.report.ScenarioResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfslab run}: runs a scenario many times without steering it. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Run a scenario many times, on real threads or under random schedules.",
    description = {
      "",
      "On the live engine each task and each interrupt line is a thread of its own, and time is"
          + " real. Nothing is steered there, so nothing is proved: 'never' and 'always' are looked"
          + " at again and again while the threads run, not after every step, and 'sometimes' is"
          + " not demanded. 'vfslab explore' is for answers.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab run freeze-waits-for-aio --times 1000",
      "  vfslab run my.litmus --engine deterministic --seed 3 --times 100000",
      "",
      "Exit codes: 0 no run showed a violation, or one showed what the file expects; 1 otherwise; 2"
          + " the input is no good; 130 Ctrl-C before anything was found."
    })
final class RunCommand implements Callable<Integer> {

  private static final String LIVE = "live";
  private static final String DETERMINISTIC = "deterministic";
  private static final List<String> ENGINES = List.of(LIVE, DETERMINISTIC);

  private final Streams streams;

  @Mixin private ScenarioOptions options;

  @Option(
      names = {"-e", "--engine"},
      paramLabel = "live|deterministic",
      description =
          "What runs it: real threads (live, the default), or coroutines under random schedules"
              + " (deterministic).")
  private String engine = LIVE;

  @Option(
      names = {"-n", "--times"},
      paramLabel = "N",
      description = "How often (default: ${DEFAULT-VALUE}).")
  private long times = 100;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Where the random schedules of the deterministic engine begin (default: 1); the live"
              + " engine has no seed.")
  private long seed = 1;

  @Option(
      names = "--hang-after",
      paramLabel = "TIME",
      description =
          "Take a live run for a deadlock when nothing has moved for this time (default: 10s).")
  private Duration hangAfter = Duration.ofNanos(MachineConfig.DEFAULT.hangAfterNs());

  RunCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Values.require("--times", times, 1, Long.MAX_VALUE);
    if (!ENGINES.contains(engine)) {
      throw new BadInputException(
          "there is no engine '"
              + engine
              + "'; "
              + Spelling.hint(engine, ENGINES, "there are " + String.join(" and ", ENGINES)));
    }
    LitmusScenario scenario =
        options.compile(MachineConfig.DEFAULT.withHangAfterNs(hangAfter.toNanos()));
    PrintStream text = streams.text(options.json());
    ScenarioHeader.lines(scenario, schedules()).forEach(text::println);
    text.println();
    text.flush();

    Tally tally = new Tally();
    run(scenario, tally);
    Exploration result = tally.exploration(engine);
    Expectation expectation = scenario.expectation();
    boolean asExpected = expectation.isMetBy(result, List.of());

    tally.lines().forEach(text::println);
    ExplorationReport.sometimes(scenario, result).forEach(text::println);
    ExplorationReport.observations(result).forEach(text::println);
    if (!result.failures().isEmpty()) {
      Finding first = result.failures().getFirst().finding();
      text.println();
      text.println(
          "First found, in run " + Values.number(result.failures().getFirst().execution()));
      text.println(first.kind().word() + ": " + first.title());
      if (!first.text().equals(first.title())) {
        first.text().strip().lines().forEach(text::println);
      }
    }
    List<String> expected = ExplorationReport.expectation(expectation, result, List.of());
    if (!expected.isEmpty()) {
      text.println();
      expected.forEach(text::println);
    }
    text.flush();
    if (!options.json().isEmpty()) {
      ObjectNode tree =
          ResultJson.tree(
              new ScenarioResult(
                  scenario.name(),
                  ScenarioHeader.patches(scenario),
                  expectation.words(),
                  asExpected,
                  scenario.machine(),
                  result,
                  scenario.sometimes(),
                  Collections.nCopies(result.failures().size(), null)));
      ObjectNode outcomes = tree.putObject("outcomes");
      tally.outcomes.forEach(outcomes::put);
      ResultJson.write(options.json(), tree, streams.out());
    }
    if (streams.interruption().isRequested() && result.failures().isEmpty()) {
      return ExitStatus.INTERRUPTED;
    }
    return asExpected ? ExitStatus.DONE : ExitStatus.VIOLATED;
  }

  private String schedules() {
    return engine.equals(LIVE)
        ? "as the threads of this computer happen to run"
        : Strategies.RANDOM.words(seed, 0);
  }

  private void run(LitmusScenario scenario, Tally tally) {
    streams.interruption().listen();
    RandomWalk walk = new RandomWalk(seed, times);
    Supplier<Execution> one =
        engine.equals(LIVE)
            ? () -> Execution.live(scenario)
            : () -> {
              walk.begin();
              return Execution.run(scenario, walk);
            };
    for (long i = 0; i < times && !streams.interruption().isRequested(); i++) {
      if (tally.add(one.get()) && engine.equals(LIVE)) {
        tally.endedBy = "a hang; its threads are left behind, so no more runs were made";
        break;
      }
    }
    if (streams.interruption().isRequested()) {
      tally.endedBy = "an interrupt";
    }
  }

  /** What came of the runs so far. */
  private final class Tally {
    private static final String NOTHING = "nothing found";

    private final long startedNs = System.nanoTime();
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final Map<String, Long> observations = new TreeMap<>();
    private final List<FoundFailure> failures = new ArrayList<>();
    private long runs;
    private long steps;
    private final List<Long> sometimes = new ArrayList<>();
    private String endedBy = "";

    /** Counts one run; returns whether it hung. */
    boolean add(Execution execution) {
      runs++;
      steps += execution.result().steps();
      if (execution.findings().isEmpty()) {
        outcomes.merge(NOTHING, 1L, Long::sum);
      }
      for (Finding finding : execution.findings()) {
        outcomes.merge(finding.kind().word() + ": " + finding.title(), 1L, Long::sum);
        if (failures.stream().noneMatch(known -> known.finding().sameAs(finding))) {
          failures.add(new FoundFailure(finding, new Recording(), runs));
        }
      }
      for (int property : execution.properties().seen()) {
        while (sometimes.size() <= property) {
          sometimes.add(0L);
        }
        sometimes.set(property, sometimes.get(property) + 1);
      }
      String observation = execution.properties().observation();
      if (observation != null) {
        observations.merge(observation, 1L, Long::sum);
      }
      return execution.findings().stream().anyMatch(f -> f.kind() == Finding.Kind.DEADLOCK);
    }

    Exploration exploration(String strategy) {
      return new Exploration(
          failures.isEmpty() ? Verdict.NO_VIOLATION : Verdict.VIOLATED,
          strategy,
          runs,
          0,
          steps,
          System.nanoTime() - startedNs,
          List.copyOf(failures),
          sometimes,
          observations,
          endedBy);
    }

    List<String> lines() {
      long nanos = System.nanoTime() - startedNs;
      List<String> lines = new ArrayList<>();
      lines.add(
          Values.count(runs, "run", "runs")
              + (engine.equals(LIVE)
                  ? " on real threads ('never' and 'always' sampled, not checked at every step), "
                  : " under random schedules, ")
              + Values.time(nanos)
              + ", "
              + Values.number(Math.round(runs * 1e9 / Math.max(1, nanos)))
              + " per second");
      if (!endedBy.isEmpty()) {
        lines.add("  ended by " + endedBy);
      }
      int numberWidth =
          outcomes.values().stream()
              .mapToInt(count -> Values.number(count).length())
              .max()
              .orElse(0);
      outcomes.forEach(
          (outcome, count) -> {
            String number = Values.number(count);
            lines.add("  " + " ".repeat(numberWidth - number.length()) + number + "  " + outcome);
          });
      return lines;
    }
  }
}
