package org.vfslab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;
import org.vfslab.report.ResultJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vfslab patches}: the changes to mainline that can be tried. */
@Command(
    name = "patches",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "List the patches that scenarios can be run against.",
    description = {"", "Without a patch a scenario runs against mainline.", ""},
    footerHeading = "%nExamples:%n",
    footer = {"  vfslab explore freeze-waits-for-aio --patch pre-4.10-aio-freeze"})
final class PatchesCommand implements Callable<Integer> {

  private final Streams streams;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the list as JSON to FILE; '-' is the standard output.")
  private String json = "";

  PatchesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    OutputFiles.requireWritable(json);
    PrintStream text = streams.text(json);
    ArrayNode tree = JsonNodeFactory.instance.arrayNode();
    for (Patch patch : Patches.ALL) {
      text.println(patch.name() + ": " + patch.title());
      Paragraph.lines("claim: " + patch.claim(), "    ").forEach(text::println);
      Paragraph.lines("source: " + patch.source(), "    ").forEach(text::println);
      tree.addObject()
          .put("name", patch.name())
          .put("title", patch.title())
          .put("claim", patch.claim())
          .put("source", patch.source());
    }
    text.flush();
    if (!json.isEmpty()) {
      ResultJson.write(json, tree, streams.out());
    }
    return ExitStatus.DONE;
  }
}
