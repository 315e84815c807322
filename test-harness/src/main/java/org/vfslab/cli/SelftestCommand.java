package org.vfslab.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vfslab selftest}: what the laboratory checks about itself. */
@Command(
    name = "selftest",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Check the laboratory itself.",
    synopsisSubcommandLabel = "COMMAND")
final class SelftestCommand implements Runnable {

  @Spec private CommandSpec spec;

  private SelftestCommand() {}

  /** The command with its subcommands. */
  static CommandLine commandLine(Streams streams) {
    return new CommandLine(new SelftestCommand())
        .addSubcommand(new SelftestLockingCommand(streams))
        .addSubcommand(new SelftestReplayCommand(streams));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
