package org.vfslab.explore;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.RunResult;

/**
 * What must hold in one execution of a {@link Scenario}; looks at the model without changing it.
 */
public interface Properties {

  /** Nothing is demanded beyond what the machine itself reports. */
  Properties NONE = new Properties() {};

  /** Whether {@link #afterStep} has anything to look at. */
  default boolean watchesSteps() {
    return false;
  }

  /**
   * Whether something at which {@link #afterStep} looks has changed since the last call, which is
   * only then called; each such thing is a single word of the model. Strategies that leave
   * schedules out rely on it.
   */
  default boolean visibleChange() {
    return true;
  }

  /** What is broken after a step, in a sentence, or null. */
  default @Nullable String afterStep() {
    return null;
  }

  /** What is broken at the end of an execution that came to its end, in a sentence, or null. */
  default @Nullable String atEnd(RunResult result) {
    return null;
  }

  /** The names of the {@code sometimes} properties that were true in this execution. */
  default List<Integer> seen() {
    return List.of();
  }

  /** The final state to be counted in a histogram, or null. */
  default @Nullable String observation() {
    return null;
  }

  /** Lines that describe the objects of the scenario as they are now, for a story's end. */
  default List<String> describe() {
    return List.of();
  }
}
