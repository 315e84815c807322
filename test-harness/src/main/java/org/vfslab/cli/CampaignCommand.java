package org.vfslab.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vfslab campaign}: the parent of the campaigns. */
@Command(
    name = "campaign",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Run many operations under faults and check each of them.",
    description = {""},
    synopsisSubcommandLabel = "CAMPAIGN",
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab campaign faults --ios 10000000",
      "  vfslab campaign powercut --mounts 20000"
    })
final class CampaignCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets spec
  private CampaignCommand(Streams streams) {
    this.streams = streams;
  }

  /** The command with its campaigns. */
  static CommandLine commandLine(Streams streams) {
    return new CommandLine(new CampaignCommand(streams))
        .addSubcommand(new FaultsCommand(streams))
        .addSubcommand(new PowerCutCommand(streams))
        .addSubcommand(new HelpCommand());
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(streams.out());
    return ExitStatus.DONE;
  }
}
