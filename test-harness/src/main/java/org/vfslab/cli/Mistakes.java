package org.vfslab.cli;

import java.io.PrintStream;
import java.util.List;
import org.vfslab.litmus.LitmusUnsupportedException;
import org.vfslab.litmus.syntax.LitmusException;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.report.ReportException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user of a mistake: one sentence, exit status 2, no stack trace. */
final class Mistakes implements IParameterExceptionHandler, IExecutionExceptionHandler {

  /** Set to {@code true}, it shows the stack of an internal error. */
  private static final String STACK_PROPERTY = "vfslab.stack";

  private final PrintStream err;

  Mistakes(PrintStream err) {
    this.err = err;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName(" ");
    err.println(printable(name + ": " + sentence(e, command) + " ('" + name + " --help' helps)"));
    return ExitStatus.BAD_INPUT;
  }

  private static String sentence(ParameterException e, CommandLine command) {
    if (!(e instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      String message = String.valueOf(e.getMessage()).strip();
      return message.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + message.substring(1);
    }
    String word = unmatched.getUnmatched().getFirst();
    if (unmatched.isUnknownOption()) {
      List<String> options =
          command.getCommandSpec().options().stream()
              .map(OptionSpec::longestName)
              .filter(name -> name.startsWith("--"))
              .toList();
      return "there is no option '" + word + "'" + guess(word, options);
    }
    if (command.getSubcommands().isEmpty()) {
      return "'" + word + "' is one argument too many";
    }
    return "there is no command '" + word + "'" + guess(word, command.getSubcommands().keySet());
  }

  private static String guess(String word, java.util.Collection<String> known) {
    return Spelling.closest(word, known).map(guess -> "; did you mean '" + guess + "'?").orElse("");
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    switch (e) {
      case LitmusException litmus -> err.println(litmus.rendered().stripTrailing());
      case BadInputException bad -> tell(bad);
      case ReportException report -> tell(report);
      case LitmusUnsupportedException unsupported -> tell(unsupported);
      default -> {
        return internal(err, e);
      }
    }
    return ExitStatus.BAD_INPUT;
  }

  private void tell(RuntimeException mistake) {
    err.println(printable("vfslab: " + mistake.getMessage()));
  }

  /** The same on one line and without anything that a terminal would obey. */
  private static String printable(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints().map(c -> Character.isISOControl(c) ? '?' : c).forEach(line::appendCodePoint);
    return line.toString();
  }

  /** Tells of a mistake that is not the user's. */
  static int internal(PrintStream err, Throwable thrown) {
    StackTraceElement[] stack = thrown.getStackTrace();
    err.println(
        "vfslab: internal error, please report it: "
            + String.valueOf(thrown).lines().findFirst().orElse("")
            + (stack.length == 0 ? "" : " at " + stack[0]));
    if (Boolean.getBoolean(STACK_PROPERTY)) {
      thrown.printStackTrace(err);
    }
    return ExitStatus.BAD_INPUT;
  }
}
