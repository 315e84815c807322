package org.vfslab.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vfslab.campaign.powercut.PowerCutCampaign;
import org.vfslab.campaign.powercut.PowerCutCounts;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;
import org.vfslab.report.ModelVersion;
import org.vfslab.report.ResultJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vfslab campaign powercut}: what is left after the power went, at every step. */
@Command(
    name = "powercut",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Cut the power after every step, mount what is left, and look for what was promised.",
    description = {
      "",
      "Programs write, sync, rename, truncate and freeze on a filesystem with a journal. Any part"
          + " of what the disk had not made durable may be lost. The rest must mount; what fsync,"
          + " fdatasync, O_DSYNC, syncfs or a freeze promised must be there; nothing else may be"
          + " in a file than what was written to it; names change as a whole. The disk of a frozen"
          + " filesystem needs no recovery.",
      "",
      "Small programs are cut after every step, on disks without a cache, with a volatile one, and"
          + " with FUA; random ones follow and are cut at random.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab campaign powercut --mounts 20000",
      "  vfslab campaign powercut --patch nobarrier",
      "  vfslab campaign powercut --only fsync-append/volatile --cut 150",
      "",
      "Exit codes: 0 nothing was wrong; 1 something was; 2 the input is no good; 130 Ctrl-C, and"
          + " the counts so far are printed."
    })
final class PowerCutCommand implements Callable<Integer> {

  private static final long MOUNTS_DEFAULT = 5_000;

  private final Streams streams;

  @Option(
      names = "--mounts",
      paramLabel = "N",
      description =
          "How many disks of random programs to mount after the small programs (default: 5000).")
  private long mounts = MOUNTS_DEFAULT;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where dice begin; the same seed gives the same cuts (default: 1).")
  private long seed = 1;

  @Option(
      names = "--only",
      paramLabel = "PROGRAM",
      description =
          "Run one program alone: the name of a small one (--list prints them), or the number of a"
              + " random one.")
  private @Nullable String only;

  @Option(
      names = "--cut",
      paramLabel = "STEP",
      description = "With --only: cut the power after this step alone.")
  private @Nullable Long cut;

  @Option(names = "--list", description = "Print the names of the small programs.")
  private boolean list;

  @Option(
      names = {"-p", "--patch"},
      paramLabel = "PATCH",
      split = ",",
      description = "Apply a patch to mainline; may be repeated. 'vfslab patches' lists them.")
  private List<String> patches = new ArrayList<>();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write the counts as JSON to FILE; '-' is the standard output, on which then nothing else"
              + " is printed.")
  private String json = "";

  PowerCutCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    check();
    PrintStream text = streams.text(json);
    if (list) {
      PowerCutCampaign.smallPrograms().forEach(text::println);
      text.flush();
      return ExitStatus.DONE;
    }
    List<Patch> applied = ScenarioFiles.patches(patches);
    PowerCutCampaign campaign = new PowerCutCampaign(seed, Patches.apply(applied));
    Interruption interruption = streams.interruption();
    interruption.listen();
    long begin = System.nanoTime();
    String program = only;
    PowerCutCampaign.Violation violation =
        program == null
            ? campaign.run(mounts, () -> goesOn(campaign.counts()))
            : campaign.only(program, cut);
    long nanos = System.nanoTime() - begin;
    if (streams.errIsTerminal()) {
      streams.err().print("\r\u001b[K");
      streams.err().flush();
    }
    lines(campaign.counts(), nanos).forEach(text::println);
    if (violation != null) {
      told(violation).forEach(text::println);
    } else if (!interruption.isRequested()) {
      text.println("all of them mounted, and everything that was promised was there");
    }
    text.flush();
    if (!json.isEmpty()) {
      ResultJson.write(json, tree(campaign.counts(), violation, nanos), streams.out());
    }
    if (violation != null) {
      return ExitStatus.VIOLATED;
    }
    return interruption.isRequested() ? ExitStatus.INTERRUPTED : ExitStatus.DONE;
  }

  private void check() {
    Values.require("--mounts", mounts, 0, Long.MAX_VALUE);
    OutputFiles.requireWritable(json);
    String program = only;
    Long at = cut;
    if (at != null) {
      Values.require("--cut", at, 1, Long.MAX_VALUE);
      if (program == null) {
        throw new BadInputException("--cut needs --only, which says of which program");
      }
    }
    List<String> small = PowerCutCampaign.smallPrograms();
    if (program != null && !small.contains(program) && !program.matches("\\d{1,18}")) {
      throw new BadInputException(
          "there is no program '"
              + program
              + "'; "
              + Spelling.hint(program, small, "--list prints the small ones, others are numbers"));
    }
  }

  private boolean goesOn(PowerCutCounts counts) {
    if (streams.errIsTerminal()) {
      streams
          .err()
          .print(
              "\r\u001b[K"
                  + Values.count(counts.programs(), "program", "programs")
                  + ", "
                  + Values.count(counts.mounts(), "disk", "disks")
                  + " mounted");
      streams.err().flush();
    }
    return !streams.interruption().isRequested();
  }

  private static List<String> lines(PowerCutCounts counts, long nanos) {
    return List.of(
        Values.count(counts.programs(), "program", "programs")
            + " of "
            + Values.count(counts.cuts(), "step", "steps")
            + " in "
            + Values.time(nanos),
        "power cut at "
            + Values.count(counts.moments(), "moment", "moments")
            + ", at "
            + Values.number(counts.complete())
            + " with everything that may survive",
        Values.count(counts.mounts(), "disk", "disks")
            + " mounted again, which had lost "
            + Values.count(counts.lost(), "sector", "sectors")
            + "; "
            + Values.count(counts.snapshots(), "snapshot", "snapshots")
            + " of a frozen one",
        Values.count(counts.promises(), "promise", "promises") + " looked for");
  }

  private List<String> told(PowerCutCampaign.Violation violation) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "VIOLATED in program "
            + violation.program()
            + ", power cut after step "
            + violation.cut()
            + ": "
            + violation.sentence());
    lines.add("What had begun by then:");
    violation.story().forEach(line -> lines.add("  " + line));
    StringBuilder again = new StringBuilder("To see it again: ");
    again.append(System.getProperty("vfslab.program", "vfslab")).append(" campaign powercut");
    again.append(" --seed ").append(seed).append(" --only ").append(violation.program());
    again.append(" --cut ").append(violation.cut());
    patches.forEach(patch -> again.append(" --patch ").append(patch));
    lines.add(again.toString());
    return lines;
  }

  private ObjectNode tree(
      PowerCutCounts counts, PowerCutCampaign.@Nullable Violation violation, long nanos) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("model", ModelVersion.CURRENT);
    tree.put("seed", seed);
    patches.forEach(tree.putArray("patches")::add);
    tree.put("programs", counts.programs());
    tree.put("steps", counts.cuts());
    tree.put("moments", counts.moments());
    tree.put("moments_complete", counts.complete());
    tree.put("mounts", counts.mounts());
    tree.put("sectors_lost", counts.lost());
    tree.put("snapshots", counts.snapshots());
    tree.put("promises", counts.promises());
    tree.put("milliseconds", nanos / 1_000_000);
    if (violation == null) {
      tree.putNull("violation");
    } else {
      ObjectNode found = tree.putObject("violation");
      found.put("program", violation.program());
      found.put("cut", violation.cut());
      found.put("sentence", violation.sentence());
      violation.story().forEach(found.putArray("story")::add);
    }
    return tree;
  }
}
