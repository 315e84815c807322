package org.vfslab.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Replay;
import org.vfslab.explore.Verdict;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.report.FindingStory;
import org.vfslab.report.ModelVersion;
import org.vfslab.report.ReplayFile;
import org.vfslab.report.ResultJson;
import org.vfslab.report.ScenarioResult;
import org.vfslab.report.StoryTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfslab replay}: shows a recorded finding again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Show again what an exploration has found.",
    description = {
      "",
      "A replay file holds the scenario, the patches, the machine and the schedule. It is run"
          + " again, step by step, and told as 'explore' told it. A file that does not fit this"
          + " version of the model any more is refused.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab replay replays/freeze-waits-for-aio+pre-4.10-aio-freeze.json",
      "  vfslab replay finding.json --verbose --width 160",
      "",
      "Exit codes: 1 the finding shows again; 0 it does not; 2 the file is no good or does not fit."
    })
final class ReplayCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(paramLabel = "FILE", description = "The replay file that 'vfslab explore' wrote.")
  private String file;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write the result as JSON to FILE; '-' is the standard output, on which then nothing else"
              + " is printed.")
  private String json = "";

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell every event, not only what matters.")
  private boolean verbose;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "The width of the table in characters (default: ${DEFAULT-VALUE}).")
  private int width = StoryTable.WIDTH_DEFAULT;

  ReplayCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Values.require("--width", width, StoryTable.WIDTH_MIN, 1_000);
    OutputFiles.requireWritable(json);
    ReplayFile replay = ReplayFile.read(ScenarioFiles.path(file));
    LitmusScenario scenario = scenario(replay);
    long start = System.nanoTime();
    FindingStory story = story(scenario, replay);
    long nanos = System.nanoTime() - start;
    Optional<Finding> finding = story.finding(replay.kind(), replay.title());

    PrintStream text = streams.text(json);
    ScenarioHeader.lines(scenario, "the one of " + file).forEach(text::println);
    text.println();
    text.println(
        finding.isPresent()
            ? "Found: " + replay.kind().word() + ": " + replay.title()
            : "Not found again: " + replay.kind().word() + ": " + replay.title());
    text.println();
    ExplorationReport.story(
            story,
            finding.orElse(new Finding(replay.kind(), "the end of the recording", "")),
            width,
            verbose,
            streams.interruption().observer())
        .forEach(text::println);
    text.flush();
    if (!json.isEmpty()) {
      writeJson(scenario, replay, story, finding, nanos);
    }
    return finding.isPresent() ? ExitStatus.VIOLATED : ExitStatus.DONE;
  }

  private LitmusScenario scenario(ReplayFile replay) {
    if (!replay.isOfThisModel()) {
      throw new BadInputException(
          file
              + ": this was recorded with model "
              + replay.model()
              + " and does not fit model "
              + ModelVersion.CURRENT
              + "; explore the scenario again");
    }
    if (replay.litmusText().isEmpty()) {
      throw new BadInputException(
          file + ": the scenario '" + replay.scenario() + "' is none of a litmus file");
    }
    return LitmusScenario.compile(
        LitmusParser.parse(replay.litmusFile(), replay.litmusText()),
        ScenarioFiles.patches(replay.patches()),
        replay.machine());
  }

  private FindingStory story(LitmusScenario scenario, ReplayFile replay) {
    FindingStory story;
    try {
      story = FindingStory.of(scenario, replay.answers());
    } catch (Replay.DivergedException e) {
      throw doesNotFit(String.valueOf(e.getMessage()));
    }
    if (!story.fingerprint().equals(replay.fingerprint())) {
      throw doesNotFit("the run went another way than the recorded one");
    }
    return story;
  }

  private BadInputException doesNotFit(String why) {
    return new BadInputException(
        file + ": the recording does not fit any more: " + why + "; explore the scenario again");
  }

  private void writeJson(
      LitmusScenario scenario,
      ReplayFile replay,
      FindingStory story,
      Optional<Finding> finding,
      long nanos) {
    Exploration exploration =
        new Exploration(
            finding.isPresent() ? Verdict.VIOLATED : Verdict.NO_VIOLATION,
            "replay",
            1,
            0,
            story.execution().result().steps(),
            nanos,
            finding.stream().map(f -> new FoundFailure(f, replay.answers(), 1)).toList(),
            List.of(),
            new java.util.TreeMap<>(),
            "");
    ResultJson.write(
        json,
        ResultJson.tree(
            new ScenarioResult(
                scenario.name(),
                ScenarioHeader.patches(scenario),
                replay.kind().word(),
                finding.isPresent(),
                scenario.machine(),
                exploration,
                List.of(),
                List.of(file))),
        streams.out());
  }
}
