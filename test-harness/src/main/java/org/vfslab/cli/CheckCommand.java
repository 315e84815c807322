package org.vfslab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.litmus.LitmusUnsupportedException;
import org.vfslab.litmus.syntax.LitmusException;
import org.vfslab.litmus.syntax.LitmusFile;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.MachineConfig;
import org.vfslab.report.ResultJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfslab check}: reads scenarios without running them. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Read litmus files and say whether they can be run.",
    description = {
      "",
      "A line for each file: 'ok'; 'not yet' with what the language has and the model has not,"
          + " which is no mistake; or 'error' with the place of the mistake.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab check my.litmus",
      "  vfslab check tests/litmus",
      "",
      "Exit codes: 0 no file has a mistake; 2 some file has one, or cannot be read."
    })
final class CheckCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(
      paramLabel = "FILE|DIR",
      arity = "1..*",
      description =
          "Litmus files, names of bundled scenarios, or folders, of which all *.litmus files are"
              + " read.")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write the result as JSON to FILE; '-' is the standard output, on which then nothing else"
              + " is printed.")
  private String json = "";

  CheckCommand(Streams streams) {
    this.streams = streams;
  }

  private sealed interface Answer {
    String file();

    record Ok(String file, String test) implements Answer {}

    record NotYet(String file, List<String> missing) implements Answer {}

    record Mistake(String file, String message) implements Answer {}
  }

  @Override
  public Integer call() {
    OutputFiles.requireWritable(json);
    List<Answer> answers = new ArrayList<>();
    for (String argument : arguments) {
      for (String file : files(argument)) {
        answers.add(check(file));
      }
    }
    PrintStream text = streams.text(json);
    answers.forEach(answer -> text.println(line(answer)));
    text.println(summary(answers));
    text.flush();
    if (!json.isEmpty()) {
      ResultJson.write(json, tree(answers), streams.out());
    }
    return count(answers, Answer.Mistake.class) > 0 ? ExitStatus.BAD_INPUT : ExitStatus.DONE;
  }

  private static List<String> files(String argument) {
    Path path = ScenarioFiles.path(argument);
    if (!Files.isDirectory(path)) {
      return List.of(argument);
    }
    try (Stream<Path> found = Files.walk(path)) {
      List<String> files =
          found
              .filter(file -> file.toString().endsWith(BundledScenarios.SUFFIX))
              .filter(file -> !Files.isDirectory(file))
              .sorted()
              .map(Path::toString)
              .toList();
      if (files.isEmpty()) {
        throw new BadInputException(argument + ": there is no .litmus file in this folder");
      }
      return files;
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new BadInputException(argument + ": this folder cannot be read");
    }
  }

  private static Answer check(String file) {
    try {
      LitmusFile parsed =
          Files.exists(ScenarioFiles.path(file))
              ? LitmusParser.parse(ScenarioFiles.path(file))
              : ScenarioFiles.bundled(file);
      LitmusScenario scenario = LitmusScenario.compile(parsed, List.of(), MachineConfig.DEFAULT);
      return new Answer.Ok(parsed.source().fileName(), scenario.name());
    } catch (LitmusUnsupportedException e) {
      return new Answer.NotYet(file, e.missing().stream().distinct().toList());
    } catch (LitmusException e) {
      return new Answer.Mistake(file, String.valueOf(e.getMessage()));
    } catch (BadInputException e) {
      return new Answer.Mistake(file, String.valueOf(e.getMessage()));
    }
  }

  private static String line(Answer answer) {
    return switch (answer) {
      case Answer.Ok ok -> "ok       " + ok.file() + ": " + ok.test();
      case Answer.NotYet notYet ->
          "not yet  " + notYet.file() + ": needs " + String.join(", ", notYet.missing());
      case Answer.Mistake mistake -> "error    " + mistake.message();
    };
  }

  private static long count(List<Answer> answers, Class<? extends Answer> type) {
    return answers.stream().filter(type::isInstance).count();
  }

  private static String summary(List<Answer> answers) {
    return Values.count(answers.size(), "file", "files")
        + ": "
        + count(answers, Answer.Ok.class)
        + " ok, "
        + count(answers, Answer.NotYet.class)
        + " not supported yet, "
        + count(answers, Answer.Mistake.class)
        + " with a mistake";
  }

  private static ArrayNode tree(List<Answer> answers) {
    ArrayNode tree = JsonNodeFactory.instance.arrayNode();
    for (Answer answer : answers) {
      ObjectNode node = tree.addObject().put("file", answer.file());
      switch (answer) {
        case Answer.Ok ok -> node.put("status", "ok").put("test", ok.test());
        case Answer.NotYet notYet -> {
          node.put("status", "not_yet");
          notYet.missing().forEach(node.putArray("missing")::add);
        }
        case Answer.Mistake mistake ->
            node.put("status", "error").put("message", mistake.message());
      }
    }
    return tree;
  }
}
