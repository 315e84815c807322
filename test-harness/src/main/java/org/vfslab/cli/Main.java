package org.vfslab.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.vfslab.machine.MachineConfig.Granularity;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Entry point of the {@code vfslab} command. */
@Command(
    name = "vfslab",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "A userspace laboratory for the locking of the Linux VFS.",
    description = {
      "",
      "A litmus file asks a question about locks, freezing or asynchronous I/O. vfslab tries the"
          + " schedules that a real machine would hit once a year and shows the one that breaks.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab list",
      "  vfslab explore scenarios/freeze-waits-for-aio.litmus",
      "  vfslab explore freeze-waits-for-aio --patch pre-4.10-aio-freeze",
      "  vfslab replay replays/freeze-waits-for-aio+pre-4.10-aio-freeze.json",
      "",
      "Exit codes: 0 it holds, or is done; 1 a violation was found, or an expectation was not met;"
          + " 2 the input is no good; 130 ended by Ctrl-C before anything was found."
    })
public final class Main implements Runnable {

  static final String VERSION = "vfslab 0.1.0";

  private final Streams streams;

  private Main(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void run() {
    commandLine(streams).usage(streams.out());
  }

  /** The whole command line, printing to {@code streams}. */
  static CommandLine commandLine(Streams streams) {
    CommandLine line =
        new CommandLine(new Main(streams))
            .addSubcommand(new ExploreCommand(streams))
            .addSubcommand(new ReplayCommand(streams))
            .addSubcommand(new RunCommand(streams))
            .addSubcommand(new CheckCommand(streams))
            .addSubcommand(new ListCommand(streams))
            .addSubcommand(new ShowCommand(streams))
            .addSubcommand(new PatchesCommand(streams))
            .addSubcommand(new CompareCommand(streams))
            .addSubcommand(new LockdepCommand(streams))
            .addSubcommand(SelftestCommand.commandLine(streams))
            .addSubcommand(new TortureCommand(streams))
            .addSubcommand(CampaignCommand.commandLine(streams))
            .addSubcommand(new BenchCommand())
            .addSubcommand(new HelpCommand());
    line.registerConverter(Duration.class, Values::duration);
    line.registerConverter(Granularity.class, Values::granularity);
    line.registerConverter(Long.class, Values::wholeNumber);
    line.registerConverter(long.class, Values::wholeNumber);
    line.registerConverter(Integer.class, Values::smallNumber);
    line.registerConverter(int.class, Values::smallNumber);
    line.setOut(writer(streams.out()));
    line.setErr(writer(streams.err()));
    line.setUsageHelpWidth(100);
    line.setAbbreviatedOptionsAllowed(false);
    Mistakes mistakes = new Mistakes(streams.err());
    line.setParameterExceptionHandler(mistakes);
    line.setExecutionExceptionHandler(mistakes);
    return line;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** Runs one command and returns its exit status; throws nothing. */
  static int run(Streams streams, String... args) {
    try {
      return commandLine(streams).execute(args);
    } catch (Error e) {
      return Mistakes.internal(streams.err(), e);
    }
  }

  /** Runs the command line and exits with its status. */
  public static void main(String[] args) {
    Interruption interruption = new Interruption();
    interruption.installHook();
    int status = run(Streams.ofProcess(interruption), args);
    System.out.flush();
    interruption.finished(status);
    System.exit(status);
  }
}
