package org.vfslab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code vfslab bench}: listed here so that {@code --help} knows it. The launcher starts another
 * program for it and never comes here.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    header = "Run the benchmarks.",
    description = {
      "",
      "The launcher ./vfslab builds them when needed and starts them: 'vfslab bench' lists the"
          + " suites, 'vfslab bench all --quick' runs them shortly. docs/benchmarks.md says what is"
          + " measured how.",
      ""
    })
final class BenchCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    throw new BadInputException(
        ("the benchmarks are started by the launcher: ./vfslab bench "
                + String.join(" ", arguments))
            .strip());
  }
}
