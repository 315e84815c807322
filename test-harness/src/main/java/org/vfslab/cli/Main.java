package org.vfslab.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code vfslab} command. */
@Command(
    name = "vfslab",
    mixinStandardHelpOptions = true,
    version = "vfslab 0.1.0",
    description = "A userspace laboratory for the locking of the Linux VFS.")
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  /** Runs the command line and exits with its status. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
