package org.vfslab.report;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vfslab.trace.Happening;
import org.vfslab.trace.Happening.InterruptEntered;
import org.vfslab.trace.Happening.InterruptLeft;
import org.vfslab.trace.Happening.LockAction;
import org.vfslab.trace.Happening.Locked;
import org.vfslab.trace.Happening.Reported;
import org.vfslab.trace.Happening.Slept;
import org.vfslab.trace.TraceEvent;

/** What a trace knows of each context at its end. Contexts go by their names. */
final class LastEvents {
  private final Map<String, TraceEvent> last = new HashMap<>();
  private final Map<String, TraceEvent> lastWait = new HashMap<>();
  private final Map<String, Map<String, Integer>> holds = new HashMap<>();
  private final Set<String> inHandler = new HashSet<>();

  LastEvents(List<TraceEvent> trace) {
    for (TraceEvent event : trace) {
      Happening happening = event.happening();
      String context = event.context();
      @Nullable TraceEvent before = last.get(context);
      if (happening.inStory() && !(happening instanceof Reported)) {
        last.put(context, event);
      }
      switch (happening) {
        // A wait that the context has told of begins there, and not at the sleep that follows.
        case Slept slept when before != null && isWait(before) -> {}
        case Slept slept -> lastWait.put(context, event);
        case Locked locked -> count(event, locked);
        case InterruptEntered entered -> inHandler.add(context);
        case InterruptLeft left -> inHandler.remove(context);
        default -> {}
      }
    }
  }

  private static boolean isWait(TraceEvent event) {
    return event.happening() instanceof Locked locked && locked.action() == LockAction.WAITS;
  }

  private void count(TraceEvent event, Locked locked) {
    int change =
        switch (locked.action()) {
          case ACQUIRED -> isConversion(locked) ? 0 : 1;
          case RELEASED -> -1;
          case WAITS -> 0;
        };
    if (locked.action() == LockAction.WAITS) {
      lastWait.put(event.context(), event);
    }
    holds
        .computeIfAbsent(event.context(), context -> new HashMap<>())
        .merge(locked.lock(), change, Integer::sum);
  }

  /** Whether a hold changed its mode: the number of holds stays. */
  private static boolean isConversion(Locked locked) {
    return locked.mode().endsWith("downgraded");
  }

  /** The last event of the story in {@code context}, reports apart, or null. */
  @Nullable TraceEvent last(String context) {
    return last.get(context);
  }

  /** When {@code context} went to sleep, or began to wait for a lock, for the last time. */
  @Nullable TraceEvent lastWait(String context) {
    return lastWait.get(context);
  }

  /** How often {@code context} took {@code lock} and did not give it back. */
  int holds(String context, String lock) {
    return holds.getOrDefault(context, Map.of()).getOrDefault(lock, 0);
  }

  /** Whether {@code context} is an interrupt whose handler has not returned. */
  boolean isInHandler(String context) {
    return inHandler.contains(context);
  }
}
