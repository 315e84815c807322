package org.vfslab.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vfslab selftest}: the campaigns that are too long for a test. Each is a subcommand. */
@Command(
    name = "selftest",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Have vfslab check itself for as long as you like.",
    synopsisSubcommandLabel = "COMMAND")
final class SelftestCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  SelftestCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(streams.out());
    return ExitStatus.DONE;
  }
}
