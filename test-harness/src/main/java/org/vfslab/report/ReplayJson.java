package org.vfslab.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Recording;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.MachineConfig.Granularity;

/** A {@link ReplayFile} as JSON. */
final class ReplayJson {

  /*
   * The first field says what the file is, the second in which format. The answers come last and
   * are written by hand: many on a line, since there may be a million of them.
   */
  private static final String SORT_FIELD = "kind";
  private static final String SORT = "vfslab replay";
  private static final String FORMAT_FIELD = "format";
  private static final int LINE_WIDTH = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final List<Finding.Kind> KINDS = List.of(Finding.Kind.values());
  private static final List<Granularity> GRANULARITIES = List.of(Granularity.values());

  private ReplayJson() {}

  static String text(ReplayFile replay) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put(SORT_FIELD, SORT);
    root.put(FORMAT_FIELD, ReplayFile.FORMAT);
    root.put("model", replay.model());
    root.put("scenario", replay.scenario());
    root.put("litmus_file", replay.litmusFile());
    root.put("litmus_text", replay.litmusText());
    replay.patches().forEach(root.putArray("patches")::add);
    root.set("machine", machine(replay.machine()));
    root.put("strategy", replay.strategy());
    root.putObject("finding").put("kind", replay.kind().word()).put("title", replay.title());
    root.put("fingerprint", replay.fingerprint());
    String text = JsonText.of(root);
    StringBuilder whole = new StringBuilder(text.length() + 3 * replay.answers().size() + 40);
    whole.append(text, 0, text.lastIndexOf("\n}")).append(",\n  \"answers\": [");
    addAnswers(whole, replay.answers());
    return whole.append("\n  ]\n}\n").toString();
  }

  static ObjectNode machine(MachineConfig config) {
    return MAPPER
        .createObjectNode()
        .put("cpus", config.cpus())
        .put("granularity", word(config.granularity()))
        .put("race_detection", config.raceDetection())
        .put("steps_max", config.stepsMax());
  }

  private static void addAnswers(StringBuilder to, Recording answers) {
    int lineStart = Integer.MIN_VALUE;
    for (int i = 0; i < answers.size(); i++) {
      if (i > 0) {
        to.append(',');
      }
      if (i == 0 || to.length() - lineStart > LINE_WIDTH - 4) {
        to.append("\n");
        lineStart = to.length();
        to.append("    ");
      }
      to.append(answers.get(i));
    }
  }

  static ReplayFile parse(String file, byte[] content) {
    JsonNode root = tree(file, content);
    if (!root.path(SORT_FIELD).asText().equals(SORT)) {
      throw new ReportException(file, "this is JSON, but not a replay file of vfslab");
    }
    JsonObject replay = new JsonObject(file, root);
    long format = replay.number(FORMAT_FIELD, 1, Integer.MAX_VALUE);
    if (format > ReplayFile.FORMAT) {
      throw replay.problem(
          "written by a newer vfslab (format "
              + format
              + "; this one reads up to "
              + ReplayFile.FORMAT
              + ")");
    }
    JsonObject machine = replay.object("machine");
    JsonObject finding = replay.object("finding");
    return new ReplayFile(
        replay.text("model"),
        replay.text("scenario"),
        replay.text("litmus_file"),
        replay.text("litmus_text"),
        replay.texts("patches"),
        machine(machine),
        replay.text("strategy"),
        KINDS.get(finding.oneOf("kind", KINDS.stream().map(Finding.Kind::word).toList())),
        finding.text("title"),
        new Recording(replay.counts("answers")),
        replay.text("fingerprint"));
  }

  static MachineConfig machine(JsonObject machine) {
    List<String> words = GRANULARITIES.stream().map(ReplayJson::word).toList();
    return MachineConfig.DEFAULT
        .withCpus((int) machine.number("cpus", 1, MachineConfig.CPUS_MAX))
        .withGranularity(GRANULARITIES.get(machine.oneOf("granularity", words)))
        .withRaceDetection(machine.yesOrNo("race_detection"))
        .withStepsMax(machine.number("steps_max", 1, Long.MAX_VALUE));
  }

  private static JsonNode tree(String file, byte[] content) {
    try {
      return MAPPER.readTree(content);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " (line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr()
                  + ")";
      throw new ReportException(file, "this is not JSON" + where, e);
    } catch (IOException e) {
      throw new ReportException(file, "this is not JSON: " + ReportException.reason(e), e);
    }
  }

  private static String word(Granularity granularity) {
    return granularity.name().toLowerCase(Locale.ROOT);
  }
}
