package org.vfslab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.vfslab.machine.CoroutineKind;

/** Under what the figures came about. */
final class Conditions {

  private Conditions() {}

  static Map<String, String> now() {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put(
        "date",
        ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    conditions.put("cpu", firstLine("/proc/cpuinfo", "model name"));
    conditions.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    conditions.put("load", firstLine("/proc/loadavg", ""));
    conditions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    conditions.put(
        "jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    conditions.put(
        "heap max", Figures.mebibytes((double) Runtime.getRuntime().maxMemory()) + " MiB");
    conditions.put("coroutines", CoroutineKind.best().name());
    return conditions;
  }

  private static String firstLine(String file, String start) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(start))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
