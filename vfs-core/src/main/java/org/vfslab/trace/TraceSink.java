package org.vfslab.trace;

/** Takes the events of a run in the order in which they happen. */
@FunctionalInterface
public interface TraceSink {
  /** Takes one event. */
  void accept(TraceEvent event);
}
