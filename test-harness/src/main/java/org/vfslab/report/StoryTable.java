package org.vfslab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.trace.TraceEvent;

/**
 * Tells a trace as a table: a column per context, a line per event, the words of the locks at the
 * right.
 *
 * <pre>
 * step | t1                 | t2                 | lock after it
 * -----+--------------------+--------------------+---------------------------
 *    1 | takes a (write)    |                    | count 0x1 (WRITER), owner t1
 *    2 |                    | takes b (write)    | count 0x1 (WRITER), owner t2
 * </pre>
 *
 * <p>Step and time stand only where they change. What was reported goes across all columns, behind
 * three stars. Where the page is too narrow for the columns, the contexts share one, with the name
 * in front wherever another one goes on.
 *
 * @param tasks the names of the tasks in the order of their columns; other contexts follow as they
 *     appear
 * @param width the width of the page in characters; below {@link #WIDTH_MIN} counts as that
 * @param detail how much is told
 * @param mark what stands across the columns behind some step, or null
 */
public record StoryTable(List<String> tasks, int width, Detail detail, @Nullable Mark mark) {

  /**
   * A line across the columns.
   *
   * @param step the step behind which it stands
   * @param words what it says
   */
  public record Mark(long step, String words) {}

  /** The width of a page about which nothing is known. */
  public static final int WIDTH_DEFAULT = 100;

  /** No table is readable on less. */
  public static final int WIDTH_MIN = 40;

  /** A column narrower than this, that needs more, makes the contexts share one. */
  private static final int COLUMN_WIDTH_MIN = 14;

  /** How much is told. */
  public enum Detail {
    /** What matters: see {@link Story#brief}. */
    BRIEF,
    /** Every event. */
    FULL
  }

  /** A table without such a line. */
  public StoryTable(List<String> tasks, int width, Detail detail) {
    this(tasks, width, detail, null);
  }

  /** A brief table for {@code machine}, whose user tasks come first. */
  public static StoryTable of(Machine machine) {
    List<String> names =
        machine.tasks().stream().filter(task -> !task.isKernelThread()).map(Task::name).toList();
    return new StoryTable(names, WIDTH_DEFAULT, Detail.BRIEF);
  }

  /** The same for another width. */
  public StoryTable withWidth(int newWidth) {
    return new StoryTable(tasks, newWidth, detail, mark);
  }

  /** The same with more or less detail. */
  public StoryTable withDetail(Detail newDetail) {
    return new StoryTable(tasks, width, newDetail, mark);
  }

  /** The same with a line across it. */
  public StoryTable withMark(@Nullable Mark newMark) {
    return new StoryTable(tasks, width, detail, newMark);
  }

  /**
   * The lines of the table.
   *
   * @param title what the story ends in, such as a finding's title, or null
   */
  public List<String> lines(List<TraceEvent> trace, @Nullable String title) {
    Story story =
        switch (detail) {
          case BRIEF -> Story.brief(trace);
          case FULL -> Story.full(trace);
        };
    int page = Math.max(width, WIDTH_MIN);
    List<String> contexts = contexts(story);
    TextTable table = new StoryLayout(story, contexts, mark).columnPerContext();
    if (table.narrowest(page) < COLUMN_WIDTH_MIN) {
      table = new StoryLayout(story, contexts, mark).oneColumn();
    }
    if (title != null && !endsWith(story, title)) {
      table.across("*** " + Plain.line(title));
    }
    List<String> lines = new ArrayList<>(table.lines(page));
    if (story.holdsLeftOut() > 0) {
      lines.add(
          "("
              + story.holdsLeftOut()
              + (story.holdsLeftOut() == 1 ? " brief hold" : " brief holds")
              + " of a lock, which nobody waited for, left out)");
    }
    return lines;
  }

  private List<String> contexts(Story story) {
    Set<String> names = new LinkedHashSet<>();
    tasks.forEach(task -> names.add(Plain.line(task)));
    story.lines().forEach(line -> names.add(line.context()));
    names.remove("");
    return List.copyOf(names);
  }

  /** Whether the last thing told is the report of {@code title} itself. */
  private static boolean endsWith(Story story, String title) {
    return !story.lines().isEmpty()
        && story.lines().getLast().words().equals("*** " + Plain.line(title));
  }
}
