package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The final states of an exploration and how often each was seen, as herd prints them. */
public final class Histogram {

  private Histogram() {}

  /** The lines for {@code observations}, in the map's order; the counts are aligned. */
  public static List<String> lines(Map<String, Long> observations) {
    List<String> lines = new ArrayList<>();
    lines.add("States " + observations.size());
    int width =
        observations.values().stream().mapToInt(count -> count.toString().length()).max().orElse(0);
    observations.forEach(
        (state, count) -> {
          String number = count.toString();
          lines.add(
              (" ".repeat(width - number.length()) + number + "  *> " + Plain.line(state))
                  .stripTrailing());
        });
    return lines;
  }
}
