package org.vfslab.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.trace.Happening;
import org.vfslab.trace.Happening.EnteredSyscall;
import org.vfslab.trace.Happening.LeftSyscall;
import org.vfslab.trace.Happening.LockAction;
import org.vfslab.trace.Happening.Locked;
import org.vfslab.trace.Happening.Slept;
import org.vfslab.trace.TraceEvent;

/**
 * The events of a trace that are told, in order.
 *
 * @param lines what is told
 * @param holdsLeftOut how many brief holds of locks are not told
 */
record Story(List<StoryLine> lines, int holdsLeftOut) {

  /** Every event, each on its own. */
  static Story full(List<TraceEvent> trace) {
    return new Story(trace.stream().map(StoryLine::new).toList(), 0);
  }

  /**
   * What matters. Of the events that belong into a story,
   *
   * <ul>
   *   <li>a lock taken and released inside a system call is left out, if nothing was told in
   *       between and nobody waited for the lock: nobody could notice. A hold outside of a call is
   *       a step that the scenario asked for, and stays;
   *   <li>a wait for a lock and the sleep that follows at once become one line;
   *   <li>a system call and its return become one line, if nothing is told in between.
   * </ul>
   */
  static Story brief(List<TraceEvent> trace) {
    Teller teller = new Teller();
    for (TraceEvent event : trace) {
      if (event.happening().inStory()) {
        teller.take(event);
      }
    }
    return new Story(teller.lines, teller.holdsLeftOut);
  }

  private static final class Teller {
    private final List<StoryLine> lines = new ArrayList<>();
    private final Map<String, String> lockAwaitedBy = new HashMap<>();
    private final Map<String, String> callOf = new HashMap<>();
    private int holdsLeftOut;

    void take(TraceEvent event) {
      String context = event.context();
      if (!(event.happening() instanceof Slept)) {
        lockAwaitedBy.remove(context);
      }
      @Nullable StoryLine before = lastLineOf(context);
      switch (event.happening()) {
        case Locked locked when locked.action() == LockAction.WAITS -> {
          lockAwaitedBy.put(context, locked.lock());
          lines.add(new StoryLine(event));
        }
        case Locked released when endsBriefHold(before, released, context) -> {
          lines.removeLast();
          holdsLeftOut++;
        }
        case Slept slept when before != null && waitsFor(before, slept.why()) ->
            lines.set(
                lines.size() - 1,
                new StoryLine(
                    before.event(),
                    before.words() + ", SLEEPS [" + Plain.line(slept.state()) + "]"));
        case EnteredSyscall entered -> {
          callOf.put(context, entered.call());
          lines.add(new StoryLine(event));
        }
        case LeftSyscall left -> {
          callOf.remove(context);
          if (before != null && entered(before, left.call())) {
            lines.removeLast();
          }
          lines.add(new StoryLine(event));
        }
        default -> lines.add(new StoryLine(event));
      }
    }

    /** The last line if it tells of {@code context}: nothing was told of anybody since. */
    private @Nullable StoryLine lastLineOf(String context) {
      return !lines.isEmpty() && lines.getLast().event().context().equals(context)
          ? lines.getLast()
          : null;
    }

    private boolean endsBriefHold(@Nullable StoryLine before, Locked released, String context) {
      return released.action() == LockAction.RELEASED
          && before != null
          && before.event().happening() instanceof Locked taken
          && taken.action() == LockAction.ACQUIRED
          && taken.lock().equals(released.lock())
          && taken.mode().equals(released.mode())
          && callOf.containsKey(context)
          && !lockAwaitedBy.containsValue(released.lock());
    }

    private static boolean waitsFor(StoryLine line, String lock) {
      return line.event().happening() instanceof Locked waits
          && waits.action() == LockAction.WAITS
          && waits.lock().equals(lock)
          && line.isInOwnWords();
    }

    private static boolean entered(StoryLine line, String call) {
      Happening happening = line.event().happening();
      return happening instanceof EnteredSyscall entered && Objects.equals(entered.call(), call);
    }
  }
}
