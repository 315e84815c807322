package org.vfslab.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.vfslab.campaign.Counts;
import org.vfslab.campaign.FaultCampaign;
import org.vfslab.patch.Patches;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vfslab campaign faults}: I/Os on devices with every kind of fault. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Make I/Os on devices with every kind of fault, freezing and thawing.",
    description = {
      "",
      "Each I/O must end exactly once, its status must be explained by a fault that struck, and a"
          + " read must bring what was written, as far as no fault says otherwise. No write may"
          + " reach a frozen device. No lock, reference or tag may be left. Machines, devices and"
          + " faults follow from the seed.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab campaign faults --ios 10000000",
      "  vfslab campaign faults --seed 7 --batch 12",
      "",
      "Exit codes: 0 nothing was wrong; 1 something was; 2 the input is no good."
    })
final class FaultsCommand implements Callable<Integer> {

  private static final long IOS_DEFAULT = 100_000;
  private static final int WORKERS_MAX = 1_024;

  private final Streams streams;

  @Option(
      names = "--ios",
      paramLabel = "N",
      description = "How many I/Os to make (default: 100000).")
  private long ios = IOS_DEFAULT;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where dice begin; the same seed gives the same I/Os (default: 1).")
  private long seed = 1;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Make this batch of the campaign alone: to see a violation again.")
  private @Nullable Long batch;

  @Option(
      names = {"-p", "--patch"},
      paramLabel = "PATCH",
      split = ",",
      description = "Apply a patch to mainline; may be repeated. 'vfslab patches' lists them.")
  private List<String> patches = new ArrayList<>();

  @Option(
      names = {"-w", "--workers"},
      paramLabel = "N",
      description =
          "How many threads share the work; the result is the same for any number (default: one"
              + " for each processor).")
  private int workers = Runtime.getRuntime().availableProcessors();

  FaultsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Values.require("--ios", ios, 1, Long.MAX_VALUE);
    Values.require("--workers", workers, 1, WORKERS_MAX);
    Long only = batch;
    if (only != null) {
      Values.require("--batch", only, 0, Long.MAX_VALUE);
    }
    FaultCampaign campaign = new FaultCampaign(seed, Patches.apply(ScenarioFiles.patches(patches)));
    long begin = System.nanoTime();
    FaultCampaign.Violation violation = run(campaign, only);
    long nanos = System.nanoTime() - begin;
    PrintStream out = streams.out();
    table(campaign.counts()).forEach(out::println);
    out.println();
    summary(campaign.counts(), nanos).forEach(out::println);
    if (violation != null) {
      out.println();
      out.println("VIOLATED in batch " + violation.batch() + ": " + violation.sentence());
      out.println("To see it again: " + again(violation));
      return ExitStatus.VIOLATED;
    }
    if (streams.interruption().isRequested()) {
      return ExitStatus.INTERRUPTED;
    }
    out.println(
        "each ended exactly once; no write reached a frozen device; no lock, reference or tag was"
            + " left");
    return ExitStatus.DONE;
  }

  private FaultCampaign.@Nullable Violation run(FaultCampaign campaign, @Nullable Long only) {
    if (only != null) {
      return campaign.batch(only, (int) Math.min(ios, FaultCampaign.BATCH_IOS));
    }
    Lock shown = new ReentrantLock();
    try (ProgressMeter meter = new ProgressMeter(streams, "campaign", "I/Os", ios, null)) {
      return campaign.run(
          ios,
          workers,
          made -> {
            shown.lock();
            try {
              return meter.after(made, () -> (double) made / ios);
            } finally {
              shown.unlock();
            }
          });
    }
  }

  private String again(FaultCampaign.Violation violation) {
    return System.getProperty("vfslab.program", "vfslab")
        + " campaign faults --seed "
        + seed
        + " --batch "
        + violation.batch()
        + String.join("", patches.stream().map(patch -> " --patch " + patch).toList());
  }

  private static List<String> table(Counts counts) {
    Set<String> outcomes = new TreeSet<>();
    counts.table().values().forEach(row -> outcomes.addAll(row.keySet()));
    Set<String> faults = new TreeSet<>(counts.table().keySet());
    faults.addAll(counts.struck().keySet());
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder(String.format("%-22s %12s", "fault", "struck"));
    outcomes.forEach(outcome -> head.append(String.format(" %12s", "bio " + outcome)));
    lines.add(head.toString());
    lines.add("-".repeat(head.length()));
    for (String fault : faults) {
      String name = fault.equals(Counts.NO_FAULT) ? "none" : fault;
      StringBuilder line = new StringBuilder(String.format("%-22s", name));
      line.append(cell(counts.struck().get(fault)));
      Map<String, Long> row = counts.table().getOrDefault(fault, Map.of());
      outcomes.forEach(outcome -> line.append(cell(row.get(outcome))));
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static String cell(@Nullable Long count) {
    return String.format(" %12s", count == null ? "" : Values.number(count));
  }

  private static List<String> summary(Counts counts, long nanos) {
    long perSecond = Math.round(counts.ios() / Math.max(1e-9, nanos / 1e9));
    List<String> lines = new ArrayList<>();
    lines.add(
        Values.number(counts.bios())
            + " bios and "
            + Values.number(counts.iocbs())
            + " aio requests in "
            + Values.time(nanos)
            + ", "
            + Values.number(perSecond)
            + " a second; "
            + Values.number(counts.steps())
            + " steps");
    lines.add(
        Values.number(counts.reads())
            + " reads were compared with what was written; "
            + Values.number(counts.stale())
            + " answers came late or twice and ended nothing");
    if (counts.iocbs() > 0) {
      lines.add("aio requests: " + outcomes(counts.iocbOutcomes()));
      lines.add("freezes: " + outcomes(counts.freezes()));
    }
    return lines;
  }

  private static String outcomes(Map<String, Long> counts) {
    return String.join(
        ", ",
        counts.entrySet().stream()
            .map(one -> Values.number(one.getValue()) + " " + one.getKey())
            .toList());
  }
}
