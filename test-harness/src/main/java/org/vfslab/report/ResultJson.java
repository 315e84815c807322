package org.vfslab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Verdict;

/** Results as JSON, for programs. The order of the keys is always the same. */
public final class ResultJson {

  /** The name that stands for the standard output. */
  public static final String STANDARD_OUTPUT = "-";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ResultJson() {}

  /** One result as an object. */
  public static ObjectNode tree(ScenarioResult result) {
    Exploration exploration = result.exploration();
    ObjectNode tree = NODES.objectNode();
    tree.put("model", ModelVersion.CURRENT);
    tree.put("scenario", result.scenario());
    result.patches().forEach(tree.putArray("patches")::add);
    tree.put("expected", result.expected());
    tree.put("as_expected", result.asExpected());
    tree.set("machine", ReplayJson.machine(result.machine()));
    tree.put("verdict", exploration.verdict().name().toLowerCase(Locale.ROOT));
    tree.put("complete", exploration.verdict() == Verdict.HOLDS_COMPLETE);
    tree.put("bound", exploration.bound());
    tree.put("strategy", exploration.strategy());
    tree.put("executions", exploration.executions());
    tree.put("cut", exploration.cut());
    tree.put("steps", exploration.steps());
    tree.set("seconds", decimal(exploration.nanos() / 1e9, 6));
    tree.set("executions_per_second", decimal(exploration.executionsPerSecond(), 1));
    ArrayNode findings = tree.putArray("findings");
    for (int i = 0; i < exploration.failures().size(); i++) {
      findings.add(finding(exploration.failures().get(i), replay(result, i)));
    }
    ArrayNode sometimes = tree.putArray("sometimes");
    for (int i = 0; i < result.sometimes().size(); i++) {
      List<Long> counts = exploration.sometimes();
      sometimes
          .addObject()
          .put("property", result.sometimes().get(i))
          .put("executions", i < counts.size() ? counts.get(i) : 0L);
    }
    ObjectNode observations = tree.putObject("observations");
    exploration.observations().forEach(observations::put);
    tree.put("stopped_by", exploration.stoppedBy());
    return tree;
  }

  /** Several results as an array. */
  public static ArrayNode tree(List<ScenarioResult> results) {
    ArrayNode trees = NODES.arrayNode();
    results.forEach(result -> trees.add(tree(result)));
    return trees;
  }

  private static ObjectNode finding(FoundFailure failure, @Nullable String replay) {
    return NODES
        .objectNode()
        .put("kind", failure.finding().kind().word())
        .put("title", failure.finding().title())
        .put("text", failure.finding().text())
        .put("execution", failure.execution())
        .put("shown_by", failure.times())
        .put("replay", replay);
  }

  private static DecimalNode decimal(double value, int decimals) {
    return DecimalNode.valueOf(BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP));
  }

  private static @Nullable String replay(ScenarioResult result, int failure) {
    return failure < result.replays().size() ? result.replays().get(failure) : null;
  }

  /**
   * Writes {@code tree} to the file of this name in UTF-8, or in ASCII to {@code standardOutput} if
   * the name is {@value #STANDARD_OUTPUT}.
   *
   * @throws ReportException if it cannot be written
   */
  public static void write(String fileName, JsonNode tree, PrintStream standardOutput) {
    if (fileName.equals(STANDARD_OUTPUT)) {
      standardOutput.print(JsonText.ascii(tree) + "\n");
      standardOutput.flush();
      if (standardOutput.checkError()) {
        throw new ReportException("standard output", "the result cannot be written there");
      }
    } else {
      byte[] content = (JsonText.of(tree) + "\n").getBytes(StandardCharsets.UTF_8);
      ReportFiles.write(ReportFiles.path(fileName), content);
    }
  }
}
