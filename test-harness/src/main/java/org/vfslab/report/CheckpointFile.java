package org.vfslab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vfslab.explore.Saved;
import org.vfslab.machine.MachineConfig;

/**
 * How far a long exploration came, and of what: enough to go on with it, and to refuse when it is
 * another question by now.
 *
 * @param model the version of the model
 * @param litmusText the whole text of the scenario
 * @param patches the names of the patches
 * @param machine what the machine is like
 * @param strategy the strategy with its bound and seed, in words
 * @param collects whether every finding is collected, not only the first
 * @param state what the explorer kept
 */
public record CheckpointFile(
    String model,
    String litmusText,
    List<String> patches,
    MachineConfig machine,
    String strategy,
    boolean collects,
    Saved state) {

  /** The version of the file format that is written, and the only one that is read. */
  public static final int FORMAT = 1;

  private static final String SORT_FIELD = "kind";
  private static final String SORT = "vfslab checkpoint";
  private static final int SIZE_BYTES_MAX = 1 << 30;

  private static final JsonMapper MAPPER = new JsonMapper();

  /** Copies the list. */
  public CheckpointFile {
    patches = List.copyOf(patches);
  }

  /**
   * Why an exploration of {@code now} cannot go on from this file, in words, or an empty string.
   * The state of {@code now} does not matter.
   */
  public String misfit(CheckpointFile now) {
    if (!model.equals(now.model)) {
      return "it was made with model " + model + " and does not fit model " + now.model;
    }
    if (!litmusText.equals(now.litmusText)) {
      return "the scenario is another one, or was changed since";
    }
    if (!patches.equals(now.patches)) {
      return "it was made with " + named(patches) + ", not with " + named(now.patches);
    }
    if (!machine.equals(now.machine)) {
      return "it was made for another machine: --granularity and --steps-max must be the same";
    }
    if (!strategy.equals(now.strategy)) {
      return "its schedules are '" + strategy + "', not '" + now.strategy + "'";
    }
    if (collects != now.collects) {
      return collects
          ? "it collects every finding, as --all does"
          : "it ends at the first finding, and --all does not";
    }
    return "";
  }

  private static String named(List<String> patches) {
    return patches.isEmpty() ? "upstream" : String.join(", ", patches);
  }

  /**
   * Writes {@code checkpoint}; a file that is there already is replaced in one go.
   *
   * @throws ReportException if it cannot be written
   */
  public static void write(Path path, CheckpointFile checkpoint) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put(SORT_FIELD, SORT);
    root.put("format", FORMAT);
    root.put("model", checkpoint.model);
    root.put("litmus_text", checkpoint.litmusText);
    checkpoint.patches.forEach(root.putArray("patches")::add);
    root.set("machine", ReplayJson.machine(checkpoint.machine));
    root.put("strategy", checkpoint.strategy);
    root.put("collects", checkpoint.collects);
    root.set("state", json(checkpoint.state));
    try {
      ReportFiles.write(path, MAPPER.writeValueAsBytes(root));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always has a text", e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws ReportException if it cannot be read, or is no checkpoint of this format
   */
  public static CheckpointFile read(Path path) {
    String file = path.toString();
    JsonNode root;
    try {
      root = MAPPER.readTree(ReportFiles.read(path, SIZE_BYTES_MAX, "a checkpoint"));
    } catch (IOException e) {
      throw new ReportException(file, "this is not JSON, and so no checkpoint", e);
    }
    if (!root.path(SORT_FIELD).asText().equals(SORT)) {
      throw new ReportException(file, "this is JSON, but not a checkpoint of vfslab");
    }
    JsonObject object = new JsonObject(file, root);
    long format = object.number("format", 1, Integer.MAX_VALUE);
    if (format != FORMAT) {
      throw object.problem(
          "this checkpoint has format "
              + format
              + ", and this vfslab goes on from format "
              + FORMAT);
    }
    object.object("state");
    return new CheckpointFile(
        object.text("model"),
        object.text("litmus_text"),
        object.texts("patches"),
        ReplayJson.machine(object.object("machine")),
        object.text("strategy"),
        object.yesOrNo("collects"),
        saved(file, root.get("state")));
  }

  // ---- the state

  private static ObjectNode json(Saved state) {
    ObjectNode node = MAPPER.createObjectNode();
    state.values().forEach((name, value) -> node.set(name, json(value)));
    return node;
  }

  private static JsonNode json(Object value) {
    return switch (value) {
      case Long number -> MAPPER.getNodeFactory().numberNode(number);
      case Boolean yes -> MAPPER.getNodeFactory().booleanNode(yes);
      case String text -> MAPPER.getNodeFactory().textNode(text);
      case Saved state -> json(state);
      case List<?> list -> {
        ArrayNode array = MAPPER.createArrayNode();
        list.forEach(item -> array.add(json(item)));
        yield array;
      }
      default -> throw new IllegalArgumentException("no plain data: " + value.getClass());
    };
  }

  private static Saved saved(String file, JsonNode object) {
    Saved state = new Saved();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      state.put(field.getKey(), value(file, field.getValue()));
    }
    return state;
  }

  private static Object value(String file, JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> saved(file, node);
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case ARRAY -> {
        List<Object> list = new ArrayList<>(node.size());
        node.forEach(item -> list.add(value(file, item)));
        yield list;
      }
      case NUMBER -> {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
          throw new ReportException(file, "the state has a number that is not whole");
        }
        yield node.longValue();
      }
      default -> throw new ReportException(file, "the state has a value that is no plain data");
    };
  }
}
