package org.vfslab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a JSON object that was read from a file. What is missing or wrong is named with its
 * path, such as {@code machine.cpus} or {@code patches[1]}.
 */
final class JsonObject {

  private static final int SHOWN_MAX = 40;

  private final String file;
  private final String path;
  private final JsonNode node;

  JsonObject(String file, JsonNode node) {
    this(file, "", node);
  }

  private JsonObject(String file, String path, JsonNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
  }

  JsonObject object(String name) {
    JsonNode value = require(name);
    if (!value.isObject()) {
      throw wrong(path + name, "an object", value);
    }
    return new JsonObject(file, path + name + ".", value);
  }

  String text(String name) {
    return text(path + name, require(name));
  }

  List<String> texts(String name) {
    JsonNode value = array(name, "a list of texts");
    List<String> texts = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      texts.add(text(path + name + "[" + i + "]", value.get(i)));
    }
    return List.copyOf(texts);
  }

  boolean yesOrNo(String name) {
    JsonNode value = require(name);
    if (!value.isBoolean()) {
      throw wrong(path + name, "true or false", value);
    }
    return value.booleanValue();
  }

  long number(String name, long min, long max) {
    return number(path + name, require(name), min, max);
  }

  /** A list of whole numbers from 0 to the largest int. */
  int[] counts(String name) {
    JsonNode value = array(name, "a list of whole numbers");
    int[] counts = new int[value.size()];
    for (int i = 0; i < counts.length; i++) {
      JsonNode item = value.get(i);
      // The path is built for a mistake only: there may be millions of items.
      counts[i] =
          item.isInt() && item.intValue() >= 0
              ? item.intValue()
              : (int) number(path + name + "[" + i + "]", item, 0, Integer.MAX_VALUE);
    }
    return counts;
  }

  /** One of several words. */
  int oneOf(String name, List<String> words) {
    String word = text(name);
    int index = words.indexOf(word);
    if (index < 0) {
      throw wrong(path + name, "one of " + String.join(", ", words), require(name));
    }
    return index;
  }

  ReportException problem(String sentence) {
    return new ReportException(file, sentence);
  }

  private JsonNode require(String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw problem(path + name + " is missing");
    }
    return value;
  }

  private JsonNode array(String name, String sort) {
    JsonNode value = require(name);
    if (!value.isArray()) {
      throw wrong(path + name, sort, value);
    }
    return value;
  }

  private String text(String where, JsonNode value) {
    if (!value.isTextual()) {
      throw wrong(where, "a text", value);
    }
    return value.textValue();
  }

  private long number(String where, JsonNode value, long min, long max) {
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw wrong(where, "a whole number from " + min + " to " + max, value);
    }
    return value.longValue();
  }

  private ReportException wrong(String where, String sort, JsonNode value) {
    String shown =
        value.isObject()
            ? "an object"
            : value.isArray() ? "a list" : Plain.shortened(Plain.line(value.toString()), SHOWN_MAX);
    return problem(where + " must be " + sort + ", not " + shown);
  }
}
