package org.vfslab.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vfslab.campaign.Counts;
import org.vfslab.campaign.FaultCampaign;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vfslab campaign faults}: I/Os on devices with every kind of fault. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Make I/Os on devices with every kind of fault.",
    description = {
      "",
      "Each I/O must end exactly once, its status must be explained by a fault that struck, and a"
          + " read must bring what was written, as far as no fault says otherwise. No tag may be"
          + " left. Machines, devices and faults follow from the seed.",
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

  FaultsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Values.require("--ios", ios, 1, Long.MAX_VALUE);
    Long only = batch;
    if (only != null) {
      Values.require("--batch", only, 0, Long.MAX_VALUE);
    }
    PrintStream out = streams.out();
    Interruption interruption = streams.interruption();
    interruption.listen();
    FaultCampaign campaign = new FaultCampaign(seed);
    long begin = System.nanoTime();
    FaultCampaign.Violation violation =
        only == null
            ? campaign.run(ios, () -> !interruption.isRequested())
            : campaign.batch(only, (int) Math.min(ios, FaultCampaign.BATCH_IOS));
    long nanos = System.nanoTime() - begin;
    table(campaign.counts()).forEach(out::println);
    out.println();
    summary(campaign.counts(), nanos).forEach(out::println);
    if (violation != null) {
      out.println();
      out.println("VIOLATED in batch " + violation.batch() + ": " + violation.sentence());
      out.println(
          "To see it again: "
              + System.getProperty("vfslab.program", "vfslab")
              + " campaign faults --seed "
              + seed
              + " --batch "
              + violation.batch());
      return ExitStatus.VIOLATED;
    }
    if (interruption.isRequested()) {
      return ExitStatus.INTERRUPTED;
    }
    out.println("each ended exactly once; no tag, command or request was left");
    return ExitStatus.DONE;
  }

  private static List<String> table(Counts counts) {
    Set<String> outcomes = new TreeSet<>();
    counts.table().values().forEach(row -> outcomes.addAll(row.keySet()));
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder(String.format("%-22s", "fault"));
    outcomes.forEach(outcome -> head.append(String.format(" %14s", outcome)));
    lines.add(head.toString());
    lines.add("-".repeat(head.length()));
    for (Map.Entry<String, Map<String, Long>> row : counts.table().entrySet()) {
      String name = row.getKey().equals(Counts.NO_FAULT) ? "none" : row.getKey();
      StringBuilder line = new StringBuilder(String.format("%-22s", name));
      for (String outcome : outcomes) {
        Long count = row.getValue().get(outcome);
        line.append(String.format(" %14s", count == null ? "" : Values.number(count)));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static List<String> summary(Counts counts, long nanos) {
    long perSecond = Math.round(counts.ios() / Math.max(1e-9, nanos / 1e9));
    return List.of(
        Values.number(counts.bios())
            + " bios and "
            + Values.number(counts.iocbs())
            + " aio requests in "
            + Values.time(nanos)
            + ", "
            + Values.number(perSecond)
            + " a second; "
            + Values.number(counts.steps())
            + " steps",
        Values.number(counts.reads())
            + " reads were compared with what was written; "
            + Values.number(counts.stale())
            + " answers came late or twice and ended nothing");
  }
}
