package org.vfslab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.vfslab.report.ResultJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vfslab list}: the bundled scenarios. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "List the bundled scenarios.",
    description = {"", "Each can be given to 'explore', 'run' and 'show' by its name.", ""},
    footerHeading = "%nExamples:%n",
    footer = {"  vfslab list", "  vfslab show freeze-waits-for-aio > mine.litmus"})
final class ListCommand implements Callable<Integer> {

  private final Streams streams;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the list as JSON to FILE; '-' is the standard output.")
  private String json = "";

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    OutputFiles.requireWritable(json);
    PrintStream text = streams.text(json);
    ArrayNode tree = JsonNodeFactory.instance.arrayNode();
    for (String name : BundledScenarios.NAMES) {
      String test = ScenarioFiles.bundled(name).test();
      String question = BundledScenarios.question(name);
      text.println(name + ": " + test);
      Paragraph.lines(question, "    ").forEach(text::println);
      tree.addObject().put("name", name).put("test", test).put("question", question);
    }
    text.flush();
    if (!json.isEmpty()) {
      ResultJson.write(json, tree, streams.out());
    }
    return ExitStatus.DONE;
  }
}
