package org.vfslab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call of the command: how thorough it is, where it prints, and the figures so far. */
final class Session {
  private final boolean quick;
  private final boolean full;
  private final @Nullable Path json;
  private final PrintStream out = System.out;
  private final Map<String, Object> result = new LinkedHashMap<>();
  private List<Map<String, @Nullable Object>> figures = new ArrayList<>();

  Session(boolean quick, boolean full, @Nullable Path json) {
    this.quick = quick;
    this.full = full;
    this.json = json;
  }

  /** Whether short and noisy runs are wanted. */
  boolean quick() {
    return quick;
  }

  /** Whether what takes many minutes is wanted too. */
  boolean full() {
    return full;
  }

  PrintStream out() {
    return out;
  }

  void begin() {
    Path file = json;
    if (file != null) {
      Path folder = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
        throw new BenchException("cannot write the figures to " + file);
      }
    }
    Map<String, String> conditions = Conditions.now();
    result.put("conditions", conditions);
    result.put("quick", quick);
    conditions.forEach((name, value) -> out.printf("%-11s %s%n", name, value));
    if (quick) {
      out.printf("%-11s %s%n", "quick", "short runs: for looking, not for quoting");
    }
  }

  void measure(Suite suite) {
    figures = new ArrayList<>();
    result.put(suite.name(), figures);
    out.printf("%n== %s: %s%n", suite.name(), suite.title());
    try {
      suite.run(this);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new BenchException("the suite '" + suite.name() + "' failed: " + e);
    }
  }

  void end() {
    Path file = json;
    if (file != null) {
      try {
        new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .writeValue(file.toFile(), result);
      } catch (IOException e) {
        throw new BenchException("cannot write the figures to " + file + ": " + e.getMessage());
      }
    }
  }

  /** Notes a figure for the JSON file: name, value, name, value. */
  void figure(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> figure = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      figure.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    figures.add(figure);
  }

  void heading(String text) {
    out.println();
    out.println(text);
  }

  void print(Table table) {
    table.print(out);
  }
}
