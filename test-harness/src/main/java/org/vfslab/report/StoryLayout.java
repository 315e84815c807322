package org.vfslab.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The two ways to lay a story out as a table. */
final class StoryLayout {

  private static final String LOCK_HEADER = "lock after it";

  private final Story story;
  private final List<String> contexts;
  private final StoryTable.@Nullable Mark mark;
  private final boolean hasSteps;
  private final boolean hasTimes;
  private final boolean hasLockWords;

  StoryLayout(Story story, List<String> contexts, StoryTable.@Nullable Mark mark) {
    this.story = story;
    this.contexts = contexts;
    this.mark = mark;
    // A live machine counts no steps; on a deterministic one, time may stand still.
    this.hasTimes = story.lines().stream().anyMatch(line -> line.event().timeNs() != 0);
    this.hasSteps = !hasTimes || story.lines().stream().anyMatch(line -> line.event().step() != 0);
    this.hasLockWords = story.lines().stream().anyMatch(line -> !line.lockWord().isEmpty());
  }

  /** Each context has a column of its own. */
  TextTable columnPerContext() {
    TextTable table = table(contexts);
    List<String> cells = new ArrayList<>();
    Counters counters = new Counters();
    Marker marker = new Marker(table);
    for (StoryLine line : story.lines()) {
      marker.before(line);
      if (line.isAcross()) {
        table.across(across(line));
        continue;
      }
      cells.clear();
      counters.addTo(cells, line);
      cells.addAll(Collections.nCopies(contexts.size(), ""));
      cells.set(counters.size() + contexts.indexOf(line.context()), line.words());
      addLockWord(cells, line);
      table.row(List.copyOf(cells));
    }
    marker.atEnd();
    return table;
  }

  /** All contexts share a column, with the name in front wherever another one goes on. */
  TextTable oneColumn() {
    TextTable table = table(List.of("context", "what it does"));
    List<String> cells = new ArrayList<>();
    Counters counters = new Counters();
    String before = "";
    Marker marker = new Marker(table);
    for (StoryLine line : story.lines()) {
      if (marker.before(line)) {
        before = "";
      }
      if (line.isAcross()) {
        table.across(across(line));
        before = "";
        continue;
      }
      cells.clear();
      counters.addTo(cells, line);
      cells.add(line.context().equals(before) ? "" : line.context());
      cells.add(line.words());
      addLockWord(cells, line);
      table.row(List.copyOf(cells));
      before = line.context();
    }
    marker.atEnd();
    return table;
  }

  private TextTable table(List<String> columns) {
    List<String> header = new ArrayList<>();
    if (hasSteps) {
      header.add("step");
    }
    if (hasTimes) {
      header.add("time");
    }
    int numberColumns = header.size();
    header.addAll(columns);
    if (hasLockWords) {
      header.add(LOCK_HEADER);
    }
    return new TextTable(header, numberColumns);
  }

  private void addLockWord(List<String> cells, StoryLine line) {
    if (hasLockWords) {
      cells.add(line.lockWord());
    }
  }

  private static String across(StoryLine line) {
    String where =
        line.context().isEmpty()
            ? ""
            : " (" + line.context() + ", " + Moment.of(line.event()) + ")";
    return line.words() + where;
  }

  /** Puts the mark where it belongs. */
  private final class Marker {
    private final TextTable table;
    private boolean isDone = mark == null;

    Marker(TextTable table) {
      this.table = table;
    }

    /** Whether the mark was put before {@code line}. */
    boolean before(StoryLine line) {
      return mark != null && !isDone && line.event().step() > mark.step() && put(mark.words());
    }

    void atEnd() {
      if (mark != null && !isDone) {
        put(mark.words());
      }
    }

    private boolean put(String words) {
      isDone = true;
      table.across("--- " + words + " ---");
      return true;
    }
  }

  /** The step and the time, each only where it differs from the line before. */
  private final class Counters {
    private String step = "";
    private String time = "";

    int size() {
      return (hasSteps ? 1 : 0) + (hasTimes ? 1 : 0);
    }

    void addTo(List<String> cells, StoryLine line) {
      if (hasSteps) {
        String now = Long.toString(line.event().step());
        cells.add(now.equals(step) ? "" : now);
        step = now;
      }
      if (hasTimes) {
        String now = Moment.words(line.event().timeNs());
        cells.add(now.equals(time) ? "" : now);
        time = now;
      }
    }
  }
}
