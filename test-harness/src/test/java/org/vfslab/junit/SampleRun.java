package org.vfslab.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs one test of {@link Samples} by JUnit, and tells how it ended. */
final class SampleRun {
  private final TestExecutionResult result;

  private SampleRun(TestExecutionResult result) {
    this.result = result;
  }

  /** Runs a method; its replay file goes to {@code folder}. */
  static SampleRun of(Class<?> sample, String method, Path folder) {
    return of(select(sample, method), folder, null);
  }

  /** The same with the replay file {@code replay}. */
  static SampleRun replay(Class<?> sample, String method, Path folder, String replay) {
    return of(select(sample, method), folder, replay);
  }

  private static DiscoverySelector select(Class<?> sample, String name) {
    Method method =
        Arrays.stream(sample.getDeclaredMethods())
            .filter(candidate -> candidate.getName().equals(name) && !candidate.isSynthetic())
            .findFirst()
            .orElseThrow();
    Class<?> outer = sample.getEnclosingClass();
    return outer == Samples.class
        ? selectMethod(sample, method)
        : selectNestedMethod(List.of(outer), sample, method);
  }

  private static SampleRun of(DiscoverySelector selector, Path folder, @Nullable String replay) {
    EngineTestKit.Builder kit =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selector)
            .configurationParameter(ExploreExtension.REPLAY_FOLDER, folder.toString());
    if (replay != null) {
      kit = kit.configurationParameter(ExploreExtension.REPLAY, replay);
    }
    List<Event> finished = kit.execute().testEvents().finished().list();
    if (finished.size() != 1) {
      throw new IllegalStateException(finished.size() + " tests have run, not one");
    }
    return new SampleRun(finished.getFirst().getPayload(TestExecutionResult.class).orElseThrow());
  }

  /** Passed, failed or aborted. */
  TestExecutionResult.Status status() {
    return result.getStatus();
  }

  /** What the test threw. */
  Throwable thrown() {
    return result.getThrowable().orElseThrow(() -> new AssertionError("the test has passed"));
  }

  /** The message of the assertion that failed. */
  String failure() {
    if (thrown() instanceof AssertionError failed && failed.getMessage() != null) {
      return failed.getMessage();
    }
    throw new AssertionError("no failed assertion with a message", thrown());
  }
}
