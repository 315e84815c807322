package org.vfslab.cli;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.machine.MachineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfslab selftest replay}: is a run really a function of its recording? */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Run a scenario under random schedules and see that each replay is the same.",
    description = {
      "",
      "Every run is recorded and replayed; compared are all events with their steps, virtual times"
          + " and the words of the locks, how the run ended, and what each context does at its"
          + " end. Some are replayed on threads too, which is slower.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab selftest replay rwsem-released-by-irq --times 1000000",
      "",
      "Exit codes: 0 all replays were the same; 1 one was not; 2 the input is no good; 130 Ctrl-C."
    })
final class SelftestReplayCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ScenarioOptions options;

  @Option(
      names = {"-n", "--times"},
      paramLabel = "N",
      description = "How many runs (default: ${DEFAULT-VALUE}).")
  private long times = 10_000;

  @Option(
      names = "--threads-every",
      paramLabel = "N",
      description = "One run in so many is replayed on threads too (default: ${DEFAULT-VALUE}).")
  private int threadsEvery = 1_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where dice begin; the same seed gives the same schedules (default: 1).")
  private long seed = 1;

  SelftestReplayCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Values.require("--times", times, 1, 100_000_000);
    Values.require("--threads-every", threadsEvery, 1, Integer.MAX_VALUE);
    LitmusScenario scenario = options.compile(MachineConfig.DEFAULT);
    if (!options.json().isEmpty()) {
      throw new BadInputException("selftest replay prints counts and has no --json");
    }
    PrintStream out = streams.out();
    ScenarioHeader.lines(scenario, Strategies.RANDOM.words(seed, 0)).forEach(out::println);
    out.println();
    out.flush();
    Interruption interruption = streams.interruption();
    interruption.listen();
    ReplayCampaign campaign = new ReplayCampaign(scenario, seed, times, threadsEvery);
    long start = System.nanoTime();
    campaign.run(() -> !interruption.isRequested());
    campaign.lines(System.nanoTime() - start).forEach(out::println);
    if (!campaign.difference().isEmpty()) {
      out.println("NOT the same: " + campaign.difference());
      return ExitStatus.VIOLATED;
    }
    return campaign.runs() < times ? ExitStatus.INTERRUPTED : ExitStatus.DONE;
  }
}
