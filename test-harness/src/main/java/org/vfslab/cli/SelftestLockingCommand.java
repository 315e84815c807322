package org.vfslab.cli;

import java.util.concurrent.Callable;
import org.vfslab.selftest.LockingSelftest;
import picocli.CommandLine.Command;

/** {@code vfslab selftest locking}: the grid of bug shapes and lock kinds. */
@Command(
    name = "locking",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Run the locking API test-suite: bug shapes by kinds of locks.",
    description = {
      "",
      "Each cell runs on a machine of its own. 'ok' says that lockdep found the bug, or said"
          + " nothing where there is none; false alarms count as failures. The rows are those of"
          + " the kernel's lib/locking-selftest.c and a few more.",
      ""
    },
    footerHeading = "%n",
    footer = {"Exit codes: 0 all cells are ok; 1 some are not."})
final class SelftestLockingCommand implements Callable<Integer> {

  private final Streams streams;

  SelftestLockingCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    return new LockingSelftest(streams.out()).run() ? ExitStatus.DONE : ExitStatus.VIOLATED;
  }
}
