package org.vfslab.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfslab show}: prints a bundled scenario. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Print a bundled scenario, to read it or to begin one's own with it.",
    description = {"", "The language is described in docs/litmus.md.", ""},
    footerHeading = "%nExamples:%n",
    footer = {"  vfslab show freeze-waits-for-aio > mine.litmus", "  vfslab explore mine.litmus"})
final class ShowCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(paramLabel = "NAME", description = "Its name; 'vfslab list' lists them.")
  private String name;

  ShowCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    streams.out().print(BundledScenarios.text(ScenarioFiles.bundledName(name)));
    streams.out().flush();
    return ExitStatus.DONE;
  }
}
