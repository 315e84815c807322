package org.vfslab.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vfslab.compare.Barrier;
import org.vfslab.compare.Comparison;
import org.vfslab.compare.ComparisonPrinter;
import org.vfslab.compare.Question;
import org.vfslab.explore.Limits;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.report.ResultJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vfslab compare}: barriers side by side. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Put the barriers side by side: what each waits for, blocks and promises.",
    description = {
      "",
      "Each cell is the answer to a litmus file into which the barrier was put, for every schedule"
          + " unless it is marked with '*'. --questions prints what is asked.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab compare",
      "  vfslab compare --format markdown",
      "  vfslab compare --json - | jq .barriers[].name",
      "",
      "Exit codes: 0 the table is whole; 2 the input is no good; 130 Ctrl-C, and the rows that were"
          + " done are printed."
    })
final class CompareCommand implements Callable<Integer> {

  private static final String TEXT = "text";
  private static final String MARKDOWN = "markdown";
  private static final List<String> FORMATS = List.of(TEXT, MARKDOWN);

  private final Streams streams;

  @Option(names = "--questions", description = "Print what the columns ask, and compute nothing.")
  private boolean questions;

  @Option(
      names = "--format",
      paramLabel = "text|markdown",
      description = "How the table is printed (default: text).")
  private String format = TEXT;

  @Option(
      names = {"-n", "--executions"},
      paramLabel = "N",
      description =
          "End each exploration after so many executions (default: ${DEFAULT-VALUE}); the cell is"
              + " then marked.")
  private long executions = 20_000;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      description = "End each exploration after this time (default: no limit).")
  private @Nullable Duration timeLimit;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write the table as JSON to FILE; '-' is the standard output, on which then nothing else"
              + " is printed.")
  private String json = "";

  CompareCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (!FORMATS.contains(format)) {
      throw new BadInputException(
          "there is no format '"
              + format
              + "'; "
              + Spelling.hint(format, FORMATS, "there are " + String.join(" and ", FORMATS)));
    }
    Values.require("--executions", executions, 1, Long.MAX_VALUE);
    OutputFiles.requireWritable(json);
    PrintStream text = streams.text(json);
    if (questions) {
      for (Question question : Question.ALL) {
        text.println(question.title());
        Paragraph.lines(question.words(), "    ").forEach(text::println);
      }
      text.flush();
      return ExitStatus.DONE;
    }
    streams.interruption().listen();
    Comparison comparison =
        Comparison.of(
            Barrier.ALL,
            Question.ALL,
            new Limits(executions, timeLimit, Integer.MAX_VALUE),
            this::begins);
    if (streams.errIsTerminal()) {
      streams.err().print("\r\u001b[K");
      streams.err().flush();
    }
    (format.equals(MARKDOWN)
            ? ComparisonPrinter.markdown(comparison)
            : ComparisonPrinter.text(comparison))
        .forEach(text::println);
    text.flush();
    if (!json.isEmpty()) {
      ResultJson.write(json, ComparisonPrinter.json(comparison), streams.out());
    }
    return streams.interruption().isRequested() ? ExitStatus.INTERRUPTED : ExitStatus.DONE;
  }

  private boolean begins(Barrier barrier, Question question) {
    if (streams.errIsTerminal()) {
      streams.err().print("\r\u001b[K" + barrier.name() + ": " + question.title());
      streams.err().flush();
    }
    return !streams.interruption().isRequested();
  }
}
