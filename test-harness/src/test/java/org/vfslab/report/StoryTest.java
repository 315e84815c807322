package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.trace.Happening;
import org.vfslab.trace.TraceEvent;

/** What a brief story leaves out and what it tells as one. */
final class StoryTest {

  @Test
  void holdInsideACall_isLeftOut() {
    assertThat(
            told(
                new Traces()
                    .step("t")
                    .enters("c()")
                    .takes("a", "read")
                    .releases("a", "read")
                    .notes("then")))
        .containsExactly("t c()", "t then");
  }

  @Test
  void nestedHolds_areLeftOut() {
    Traces traces =
        new Traces()
            .step("t")
            .enters("c()")
            .takes("a", "read")
            .takes("b", "write")
            .releases("b", "write")
            .releases("a", "read");

    assertThat(told(traces)).containsExactly("t c()");
    assertThat(Story.brief(traces.events()).holdsLeftOut()).isEqualTo(2);
  }

  @Test
  void holdOutsideOfACall_isTold() {
    assertThat(told(new Traces().step("t").takes("a", "read").releases("a", "read")))
        .containsExactly("t takes a (read)", "t releases a (read)");
  }

  @Test
  void holdInWhichSomethingHappens_isTold() {
    assertThat(
            told(
                new Traces()
                    .step("t")
                    .enters("c()")
                    .takes("a", "read")
                    .add(new Happening.Changed("x", "0", "1"))
                    .releases("a", "read")))
        .containsExactly("t c()", "t takes a (read)", "t x: 0 -> 1", "t releases a (read)");
  }

  @Test
  void holdInWhichSomebodyElseDoesSomething_isTold() {
    assertThat(
            told(
                new Traces()
                    .step("t")
                    .enters("c()")
                    .takes("a", "read")
                    .step("u")
                    .notes("here")
                    .step("t")
                    .releases("a", "read")))
        .containsExactly("t c()", "t takes a (read)", "u here", "t releases a (read)");
  }

  @Test
  void holdOfALockThatSomebodyAwaits_isTold() {
    assertThat(
            told(
                new Traces()
                    .step("u")
                    .waitsFor("a", "write")
                    .sleeps("a")
                    .step("t")
                    .enters("c()")
                    .takes("a", "read")
                    .releases("a", "read")
                    .wakes("u")))
        .containsExactly(
            "u WAITS for a (write), SLEEPS [D uninterruptible]",
            "t c()",
            "t takes a (read)",
            "t releases a (read)",
            "t wakes u");
  }

  @Test
  void holdAfterTheWaitIsOver_isLeftOut() {
    assertThat(
            told(
                new Traces()
                    .step("u")
                    .waitsFor("a", "write")
                    .step("u")
                    .takes("a", "write")
                    .releases("a", "write")
                    .step("t")
                    .enters("c()")
                    .takes("a", "read")
                    .releases("a", "read")))
        .containsExactly(
            "u WAITS for a (write)", "u takes a (write)", "u releases a (write)", "t c()");
  }

  @Test
  void holdThatEndsInAnotherMode_isTold() {
    assertThat(
            told(
                new Traces()
                    .step("t")
                    .enters("c()")
                    .takes("a", "write")
                    .takes("a", "read, downgraded")
                    .releases("a", "read")))
        .hasSize(4);
  }

  @Test
  void sleepForAnotherReason_staysALine() {
    assertThat(told(new Traces().step("t").waitsFor("a", "read").sleeps("b")))
        .containsExactly("t WAITS for a (read)", "t SLEEPS: b [D uninterruptible]");
  }

  @Test
  void secondSleepOfAWait_staysALine() {
    assertThat(told(new Traces().step("t").waitsFor("a", "read").sleeps("a").sleeps("a")))
        .containsExactly(
            "t WAITS for a (read), SLEEPS [D uninterruptible]", "t SLEEPS: a [D uninterruptible]");
  }

  @Test
  void callInWhichNothingIsTold_isOneLine() {
    assertThat(
            told(
                new Traces()
                    .step("t")
                    .enters("close(3)")
                    .add(new Happening.Accessed("x = 1", "WRITE_ONCE"))
                    .leaves("close(3)", -9)))
        .containsExactly("t close(3) = -9");
  }

  @Test
  void callDuringWhichOthersDoSomething_isTwoLines() {
    assertThat(
            told(
                new Traces()
                    .step("t")
                    .enters("close(3)")
                    .step("u")
                    .notes("here")
                    .step("t")
                    .leaves("close(3)", 0)))
        .containsExactly("t close(3)", "u here", "t close(3) = 0");
  }

  @Test
  void fullStory_leavesNothingOut() {
    List<TraceEvent> trace =
        new Traces()
            .step("t")
            .enters("c()")
            .add(new Happening.Accessed("x = 1", "WRITE_ONCE"))
            .takes("a", "read")
            .releases("a", "read")
            .leaves("c()", 0)
            .events();

    assertThat(Story.full(trace).lines()).hasSameSizeAs(trace);
  }

  private static List<String> told(Traces traces) {
    return Story.brief(traces.events()).lines().stream()
        .map(line -> line.context() + " " + line.words())
        .toList();
  }
}
