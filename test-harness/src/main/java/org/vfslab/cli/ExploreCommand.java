package org.vfslab.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Recording;
import org.vfslab.explore.RefusedException;
import org.vfslab.explore.Resumable;
import org.vfslab.explore.Saved;
import org.vfslab.explore.Strategy;
import org.vfslab.litmus.Expectation;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.machine.MachineConfig;
import org.vfslab.report.FindingStory;
import org.vfslab.report.ResultJson;
import org.vfslab.report.ScenarioResult;
import org.vfslab.report.StoryTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfslab explore}: tries the schedules of a scenario. */
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Try the schedules of a scenario and show the one that breaks.",
    description = {
      "",
      "Runs the scenario under one schedule after the other until all were tried, something was"
          + " found, or a limit was reached. 'holds (complete)' is printed only if every schedule"
          + " was tried.",
      "",
      "What is found (a broken property, a deadlock, a complaint of lockdep, a data race, a use"
          + " after free, a livelock) is made as short as possible, told as a table with a column"
          + " for each task and interrupt, and written to a file that 'vfslab replay' shows again.",
      "",
      "On a terminal a bar shows how far it is. What is left is an estimate: dpor and dfs take each"
          + " branch of the tree of schedules for as large as its siblings, so early estimates may"
          + " be far off; those by dice know their number of executions. Ctrl-C ends the"
          + " exploration and prints what it has.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab explore scenarios/freeze-waits-for-aio.litmus",
      "  vfslab explore freeze-waits-for-aio --patch pre-4.10-aio-freeze",
      "  vfslab explore my.litmus --strategy random --seed 7 --time-limit 30s",
      "  vfslab explore my.litmus --all --json - | jq .findings",
      "  vfslab explore my.litmus --strategy dfs --checkpoint my.state --time-limit 8h",
      "",
      "Exit codes: 0 it holds, or shows what the file expects; 1 it does not; 2 the input is no"
          + " good; 130 Ctrl-C before anything was found."
    })
final class ExploreCommand implements Callable<Integer> {

  /** How many executions a random walk makes when nothing limits it. */
  private static final long RANDOM_EXECUTIONS = 10_000;

  /** How many executions are spent on a livelock before every schedule is tried. */
  private static final long LIVELOCK_EXECUTIONS = 10_000;

  private final Streams streams;

  @Mixin private ScenarioOptions options;

  @Option(
      names = {"-s", "--strategy"},
      paramLabel = "NAME",
      description =
          "How schedules are picked: dpor, one for each way in which conflicting steps can be"
              + " ordered, which answers for all; dfs, every one; preemptions and delays, every one"
              + " within --bound; fair, the same for a scheduler that gives turns, which finds"
              + " livelocks; random, pct, pos and coverage, by the throw of dice. The default"
              + " is dpor, or dfs where dpor cannot be used.")
  private String strategyName = "";

  private Strategies strategy = Strategies.DPOR;

  @Option(
      names = {"-b", "--bound"},
      paramLabel = "N",
      description =
          "How many preemptions or delays, or how many ordering constraints pct looks for"
              + " (default: ${DEFAULT-VALUE}).")
  private int bound = Strategies.BOUND_DEFAULT;

  @Option(
      names = {"-w", "--workers"},
      paramLabel = "N",
      description =
          "How many threads share the work, where the strategy can be divided (dpor, dfs,"
              + " preemptions, delays); the result is the same for any number (default: one for"
              + " each processor).")
  private int workers = Runtime.getRuntime().availableProcessors();

  /** Whether the user left the choice of the strategy to us. */
  private boolean mayFallBack;

  @Option(
      names = {"-n", "--executions"},
      paramLabel = "N",
      description =
          "End after so many executions (default: no limit; by dice without a time limit "
              + RANDOM_EXECUTIONS
              + ").")
  private long executions = 0;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      description = "End after this time, for example 500ms, 30s, 5m or 1h.")
  private @Nullable Duration timeLimit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where dice begin; the same seed gives the same schedules (default: 1).")
  private long seed = 1;

  @Option(
      names = "--all",
      description = "Collect every finding instead of ending at the first one.")
  private boolean all;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description =
          "Keep in FILE how far the exploration came, every minute and when it ends; the same"
              + " command with the same FILE goes on from there. Limits count from then on. Not for"
              + " coverage.")
  private String checkpointFile = "";

  @Option(
      names = "--replay-dir",
      paramLabel = "DIR",
      description =
          "Where the replay files go, one for each finding (default: the folder "
              + ReplayFiles.FOLDER
              + " in the current directory, made when needed).")
  private @Nullable Path replayFolder;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write the replay file of the finding to FILE; not together with --all.")
  private String replayFile = "";

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell every event of a finding, not only what matters.")
  private boolean verbose;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "The width of the table in characters (default: ${DEFAULT-VALUE}).")
  private int width = StoryTable.WIDTH_DEFAULT;

  ExploreCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    checkOptions();
    LitmusScenario scenario = options.compile(MachineConfig.DEFAULT);
    PrintStream text = streams.text(options.json());
    Resumable resumable = checkpointFile.isEmpty() ? null : resumable();
    ScenarioHeader.lines(scenario, strategy.words(seed, bound)).forEach(text::println);
    text.println();
    text.flush();

    Expectation expectation = scenario.expectation();
    Exploration found =
        resumable == null
            ? exploreOrFallBack(scenario, expectation, text)
            : exploreFromCheckpoint(scenario, expectation, resumable, text);
    List<String> missed = scenario.missed(found);
    Exploration result = shortened(scenario, found);
    boolean asExpected = expectation.isMetBy(result, missed);

    ExplorationReport.verdict(result).forEach(text::println);
    if (!checkpointFile.isEmpty() && !result.stoppedBy().isEmpty() && result.failures().isEmpty()) {
      text.println("  to go on, repeat the command: the state is in " + checkpointFile);
    }
    printPart(text, ExplorationReport.sometimes(scenario, result));
    printPart(text, ExplorationReport.observations(result));
    List<@Nullable String> replays = printFindings(scenario, found, result, text);
    printPart(text, ExplorationReport.expectation(expectation, result, missed));
    text.flush();
    if (!options.json().isEmpty()) {
      ResultJson.write(
          options.json(),
          ResultJson.tree(
              new ScenarioResult(
                  scenario.name(),
                  ScenarioHeader.patches(scenario),
                  expectation.words(),
                  asExpected,
                  scenario.machine(),
                  result,
                  scenario.sometimes(),
                  replays)),
          streams.out());
    }
    return status(result, asExpected);
  }

  private int status(Exploration result, boolean asExpected) {
    if (streams.interruption().isRequested() && result.failures().isEmpty()) {
      return ExitStatus.INTERRUPTED;
    }
    return asExpected ? ExitStatus.DONE : ExitStatus.VIOLATED;
  }

  private void checkOptions() {
    mayFallBack = strategyName.isEmpty();
    strategy = mayFallBack ? Strategies.DPOR : Strategies.named(strategyName);
    Values.require("--bound", bound, 0, 1_000);
    Values.require("--workers", workers, 1, 1_024);
    if (executions != 0) {
      Values.require("--executions", executions, 1, Long.MAX_VALUE);
    }
    Values.require("--width", width, StoryTable.WIDTH_MIN, 1_000);
    OutputFiles.requireWritable(replayFile);
    OutputFiles.requireWritable(checkpointFile);
    if (checkpointFile.equals(ResultJson.STANDARD_OUTPUT)) {
      throw new BadInputException("--checkpoint takes the name of a file, not '-'");
    }
    if (!replayFile.isEmpty() && all) {
      throw new BadInputException(
          "--out takes the recording of one finding, and --all may find several; use --replay-dir");
    }
    if (!replayFile.isEmpty() && replayFolder != null) {
      throw new BadInputException(
          "--out and --replay-dir say both where the recording goes; use one");
    }
    if (replayFolder != null) {
      OutputFiles.makeFolder(replayFolder);
    }
  }

  private long executionsMax() {
    if (executions != 0) {
      return executions;
    }
    return strategy.isSampling() && timeLimit == null ? RANDOM_EXECUTIONS : Long.MAX_VALUE;
  }

  private Strategy newStrategy() {
    return strategy.make(seed, executionsMax(), bound);
  }

  // ---- exploring

  /**
   * The strategy, if its state can be kept; where the choice is left to us, one of which it can.
   */
  private Resumable resumable() {
    if (mayFallBack && !(newStrategy() instanceof Resumable)) {
      strategy = Strategies.DEPTH_FIRST;
    }
    if (newStrategy() instanceof Resumable resumable) {
      return resumable;
    }
    throw new BadInputException(
        "the state of '"
            + strategyName
            + "' cannot be kept; use --checkpoint with one of "
            + String.join(", ", Strategies.resumable()));
  }

  private Exploration exploreFromCheckpoint(
      LitmusScenario scenario, Expectation expectation, Resumable resumable, PrintStream text) {
    boolean collects = all || expectation.outcome() != null;
    CheckpointOption checkpoint =
        CheckpointOption.of(checkpointFile, scenario, strategy.words(seed, bound), collects);
    if (!checkpoint.goesOn().isEmpty()) {
      text.println(checkpoint.goesOn());
      text.println();
      text.flush();
    }
    try (ProgressMeter meter = new ProgressMeter(streams, executionsMax(), timeLimit)) {
      long executionsMax = strategy.isSampling() ? Long.MAX_VALUE : executionsMax();
      Limits limits = new Limits(executionsMax, timeLimit, collects ? Integer.MAX_VALUE : 1);
      return new Explorer(scenario, limits, meter).explore(resumable, workers, checkpoint);
    } catch (RefusedException e) {
      throw new BadInputException(String.valueOf(e.getMessage()));
    } catch (Saved.UnfitException e) {
      throw new BadInputException(
          checkpointFile
              + ": this checkpoint is damaged: "
              + e.getMessage()
              + "; name another file");
    }
  }

  private Exploration exploreOrFallBack(
      LitmusScenario scenario, Expectation expectation, PrintStream text) {
    try {
      return explore(scenario, expectation);
    } catch (RefusedException e) {
      if (!mayFallBack) {
        throw new BadInputException(String.valueOf(e.getMessage()));
      }
      text.println(
          (e.isOfLoop() ? "Explored with fair, and then dfs: " : "Explored with dfs: ")
              + e.getMessage());
      text.println();
      text.flush();
      if (e.isOfLoop()) {
        Exploration livelock = lookForLivelock(scenario);
        if (!livelock.failures().isEmpty()) {
          return livelock;
        }
      }
      strategy = Strategies.DEPTH_FIRST;
      return explore(scenario, expectation);
    }
  }

  /** Whether contexts that take turns get in each other's way; dfs would take long to find it. */
  private Exploration lookForLivelock(LitmusScenario scenario) {
    strategy = Strategies.FAIR;
    long max = Math.min(executionsMax(), LIVELOCK_EXECUTIONS);
    return explore(scenario, new Limits(max, timeLimit, all ? Integer.MAX_VALUE : 1));
  }

  private Exploration explore(LitmusScenario scenario, Expectation expectation) {
    Exploration first = explore(scenario, all ? Integer.MAX_VALUE : 1);
    boolean waitsForAnother =
        !all
            && expectation.outcome() != null
            && !first.failures().isEmpty()
            && !expectation.isMetBy(first, List.of());
    return waitsForAnother ? explore(scenario, Integer.MAX_VALUE) : first;
  }

  private Exploration explore(LitmusScenario scenario, int findingsMax) {
    // One that throws dice ends by itself, and then its verdict does not name a limit.
    long executionsMax = strategy.isSampling() ? Long.MAX_VALUE : executionsMax();
    return explore(scenario, new Limits(executionsMax, timeLimit, findingsMax));
  }

  private Exploration explore(LitmusScenario scenario, Limits limits) {
    try (ProgressMeter meter = new ProgressMeter(streams, executionsMax(), timeLimit)) {
      return new Explorer(scenario, limits, meter).explore(newStrategy(), workers);
    }
  }

  /** The same with each failure made as short as possible. */
  private Exploration shortened(LitmusScenario scenario, Exploration found) {
    Explorer explorer = new Explorer(scenario, Limits.NONE, streams.interruption().observer());
    List<FoundFailure> failures = new ArrayList<>();
    for (FoundFailure failure : found.failures()) {
      failures.add(
          failure.finding().kind() == Finding.Kind.LIVELOCK || streams.interruption().isRequested()
              ? failure
              : explorer.shorten(failure));
    }
    return found.withFailures(failures);
  }

  // ---- printing

  private static void printPart(PrintStream text, List<String> lines) {
    if (!lines.isEmpty()) {
      text.println();
      lines.forEach(text::println);
    }
  }

  /** Prints the findings and writes their recordings; returns the names of the files. */
  private List<@Nullable String> printFindings(
      LitmusScenario scenario, Exploration found, Exploration result, PrintStream text) {
    List<@Nullable String> replays = new ArrayList<>();
    for (int i = 0; i < result.failures().size(); i++) {
      FoundFailure failure = result.failures().get(i);
      FindingStory story = FindingStory.of(scenario, failure.recording());
      Recording asFound = found.failures().get(i).recording();
      FindingStory before =
          asFound == failure.recording() ? story : FindingStory.of(scenario, asFound);
      text.println();
      text.println(
          (result.failures().size() > 1 ? "Finding " + (i + 1) + ": " : "Found: ")
              + failure.finding().kind().word()
              + ": "
              + failure.finding().title());
      text.println(howFound(failure, before, story));
      text.println();
      ExplorationReport.story(
              story, failure.finding(), width, verbose, streams.interruption().observer())
          .forEach(text::println);
      text.println();
      Path file = replayPath(scenario, i);
      ReplayFiles.write(file, scenario, result.strategy(), failure, story);
      replays.add(file.toString());
      text.println("To see it again: " + ReplayFiles.command(file));
    }
    return replays;
  }

  private Path replayPath(LitmusScenario scenario, int number) {
    if (!replayFile.isEmpty()) {
      return ScenarioFiles.path(replayFile);
    }
    Path folder = replayFolder == null ? Path.of(ReplayFiles.FOLDER) : replayFolder;
    OutputFiles.makeFolder(folder);
    return ReplayFiles.path(folder, scenario, number);
  }

  private static String howFound(FoundFailure failure, FindingStory before, FindingStory story) {
    StringBuilder text =
        new StringBuilder("in execution ").append(Values.number(failure.execution()));
    if (failure.times() > 1) {
      text.append(" first, shown by ").append(Values.number(failure.times()));
    }
    text.append(": ");
    return before.fingerprint().equals(story.fingerprint())
        ? text + story.length() + "; no shorter one was found"
        : text + before.length() + "; shortened to " + story.length();
  }
}
