package org.vfslab.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs a class in a JVM of its own. */
final class ChildJvm {

  private ChildJvm() {}

  /** How it ended: its exit status, or -1 if it was stopped; and the lines that it printed. */
  record Outcome(int status, List<String> lines) {

    /** Whether its time was up. */
    boolean stopped() {
      return status == -1;
    }

    /** The lines of the form {@code name=number}. */
    Map<String, Long> numbers() {
      Map<String, Long> numbers = new TreeMap<>();
      for (String line : lines) {
        int equals = line.indexOf('=');
        if (equals > 0 && line.matches("[a-z.]+=[0-9]+")) {
          numbers.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
        }
      }
      return numbers;
    }

    /** Why it failed, as far as it said so. */
    String complaint() {
      return lines.stream()
          .filter(line -> line.contains("Error") || line.contains("Exception"))
          .findFirst()
          .orElse("status " + status);
    }
  }

  /** Runs {@code main} of this jar with further options for the JVM, as long as it may. */
  static Outcome run(List<String> options, Class<?> main, List<String> arguments, int secondsMax)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(java().toString());
    for (String inherited : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (inherited.startsWith("--")) {
        command.add(inherited);
      }
    }
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    return run(command, secondsMax);
  }

  /** Runs a command; its output and errors together are the lines. */
  static Outcome run(List<String> command, int secondsMax)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = new ArrayList<>();
    Thread reader =
        Thread.ofPlatform().daemon().start(() -> process.inputReader().lines().forEach(lines::add));
    boolean ended = process.waitFor(secondsMax, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    reader.join();
    return new Outcome(ended ? process.exitValue() : -1, lines);
  }

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
