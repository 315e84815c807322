package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.trace.Happening;
import org.vfslab.trace.Happening.LockAction;
import org.vfslab.trace.TraceEvent;

/** Builds a trace by hand; each {@link #step} begins a new step. */
final class Traces {
  private final List<TraceEvent> events = new ArrayList<>();
  private long step;
  private long timeNs;
  private String context = "";

  /** What follows happens in a new step of {@code newContext}. */
  Traces step(String newContext) {
    step++;
    context = newContext;
    return this;
  }

  Traces at(long newTimeNs) {
    timeNs = newTimeNs;
    return this;
  }

  Traces add(Happening happening) {
    events.add(new TraceEvent(step, timeNs, context, happening));
    return this;
  }

  Traces enters(String call) {
    return add(new Happening.EnteredSyscall(call));
  }

  Traces leaves(String call, long result) {
    return add(new Happening.LeftSyscall(call, result));
  }

  Traces takes(String lock, String mode) {
    return add(new Happening.Locked(LockAction.ACQUIRED, lock, mode, lock + " taken"));
  }

  Traces waitsFor(String lock, String mode) {
    return add(new Happening.Locked(LockAction.WAITS, lock, mode, lock + " awaited"));
  }

  Traces releases(String lock, String mode) {
    return add(new Happening.Locked(LockAction.RELEASED, lock, mode, lock + " free"));
  }

  Traces sleeps(String why) {
    return add(new Happening.Slept("D uninterruptible", why));
  }

  Traces wakes(String task) {
    return add(new Happening.Woke(task));
  }

  Traces notes(String text) {
    return add(new Happening.Noted(text));
  }

  List<TraceEvent> events() {
    return events;
  }
}
