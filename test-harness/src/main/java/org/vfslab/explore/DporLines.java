package org.vfslab.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Lines of whole numbers, written or read one after the other: what is kept of an exploration. */
final class DporLines {
  private final List<String> lines;
  private int read;

  /** To write. */
  DporLines() {
    lines = new ArrayList<>();
  }

  /** To read. */
  DporLines(List<String> lines) {
    this.lines = lines;
  }

  void add(long... numbers) {
    lines.add(Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(" ")));
  }

  void add(int[] numbers) {
    add(Arrays.stream(numbers).asLongStream().toArray());
  }

  List<String> written() {
    return lines;
  }

  /**
   * The next line.
   *
   * @throws IllegalArgumentException if there is none, or it has fewer numbers than that
   */
  long[] next(int atLeast) {
    if (read == lines.size()) {
      throw new IllegalArgumentException("the state of the exploration ends early");
    }
    String line = lines.get(read++);
    long[] numbers =
        line.isEmpty()
            ? new long[0]
            : Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    if (numbers.length < atLeast) {
      throw new IllegalArgumentException("line " + read + " of the state is too short: " + line);
    }
    return numbers;
  }

  /** The next line, of numbers of steps. */
  int[] nextSteps(StepTable table) {
    long[] numbers = next(0);
    int[] steps = new int[numbers.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = step(numbers[i], table);
    }
    return steps;
  }

  /** A number as that of a step. */
  int step(long number, StepTable table) {
    if (number < 0 || number >= table.size()) {
      throw new IllegalArgumentException("line " + read + " of the state: no step " + number);
    }
    return (int) number;
  }
}
