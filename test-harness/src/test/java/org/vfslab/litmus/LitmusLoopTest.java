package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.DelayBounded;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.RefusedException;
import org.vfslab.explore.Verdict;
import org.vfslab.machine.MachineConfig;

/** Loops in litmus files: those that wait for a word, those that try again, those without end. */
final class LitmusLoopTest {

  private static final String WAITS =
      """
      int ready = 0
      int data = 0
      task reader { %s  assert READ_ONCE(data) == 1 }
      task writer { WRITE_ONCE(data, 1)  WRITE_ONCE(ready, 1) }
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while (READ_ONCE(ready) == 0) {}",
        "do {} while (READ_ONCE(ready) != 1)",
        "v = 0  while (v == 0) { v = READ_ONCE(ready) }",
        "do { v = READ_ONCE(ready) } while (v < 1)",
      })
  void spinWait_holdsCompletely_inEveryStrategy(String loop) {
    LitmusScenario scenario = Litmus.test(WAITS.formatted(loop));
    assertThat(Litmus.dpor(scenario).verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(Litmus.dfs(scenario).verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  @Test
  void spinWait_goesOnTooEarly_ifTheProgramIsWrong() {
    LitmusScenario broken =
        Litmus.test(
            """
            int ready = 0
            int data = 0
            task reader { while (READ_ONCE(ready) == 0) {}  assert READ_ONCE(data) == 1 }
            task broken_writer { WRITE_ONCE(ready, 1)  WRITE_ONCE(data, 1) }
            """);
    assertThat(Litmus.dpor(broken).verdict()).isEqualTo(Verdict.VIOLATED);
  }

  @Test
  void spinWait_seesEveryValueThatALoopRoundByRoundSees() {
    String values =
        """
        atomic x = 0
        atomic seen = 0
        task a { %s  seen = x }
        task b { x = 1  x = 2  x = 0  x = 3 }
        observe seen
        """;
    // The second look at x in each round is nothing that a loop which only waits would do.
    Exploration rounds =
        Litmus.dfs(
            Litmus.test(
                values.formatted("v = 0  while (v == 0) { v = x  if (v == 0) { v = x } }")));
    Exploration waits = Litmus.dfs(Litmus.test(values.formatted("while (x == 0) {}")));
    assertThat(waits.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(waits.observations().keySet())
        .containsExactlyElementsOf(rounds.observations().keySet())
        .hasSize(4);
  }

  @Test
  void spinWaitOnOneCpu_doesNotKeepTheOtherFromIt() {
    Exploration exploration =
        Litmus.dpor(
            Litmus.test(
                "machine { cpus 1 }\n" + WAITS.formatted("while (READ_ONCE(ready) == 0) {}")));
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  @Test
  void spinWaitForWhatNobodyWrites_isADeadlockThatNamesTheWord() {
    Exploration exploration =
        Litmus.dpor(Litmus.test("int x = 0\ntask a { while (READ_ONCE(x) == 0) {} }"));
    assertThat(exploration.failures().getFirst().finding().text()).isEqualTo("a waits for x  [0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v = 0  while (v < 2) { v = v + x }", // another value in each round
        "while (x == 0) { seen = 1 }", // it writes
        "while (x + seen == 0) {}", // two words
        "do { v = x  w = x } while (v != w)",
      })
  void loopThatDoesMoreThanLook_isRunRoundByRound(String loop) {
    Exploration exploration =
        Litmus.explore(
            Litmus.compile(
                "test \"t\"\natomic x = 1\natomic seen = 0\ntask a { " + loop + " }",
                MachineConfig.DEFAULT.withStepsMax(2_000)),
            new DelayBounded(0));
    assertThat(exploration.failures()).isEmpty();
  }

  @Test
  void trylockTriedAgain_holds_underFairSchedules() {
    LitmusScenario scenario =
        Litmus.test(
            """
            rwsem s
            task holder { down_write(s)  up_write(s) }
            task again  { got = 0  while (got == 0) { got = down_write_trylock(s) }  up_write(s) }
            finally !locked(s)
            """);
    assertThatThrownBy(() -> Litmus.dpor(scenario)).isInstanceOf(RefusedException.class);
    Exploration exploration = Litmus.dfs(scenario);
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
    assertThat(exploration.bound()).startsWith("fair schedules");
  }

  @Test
  void tasksThatBackOffForEachOther_areALivelock_asTheFileExpects() {
    LitmusScenario scenario =
        Litmus.compile(
            """
            test "back off"
            rwsem x
            rwsem y
            task a { got = 0
                     while (got == 0) {
                       down_write(x)  got = down_write_trylock(y)  if (got == 0) up_write(x)
                     }
                     up_write(y)  up_write(x) }
            task b { got = 0
                     while (got == 0) {
                       down_write(y)  got = down_write_trylock(x)  if (got == 0) up_write(y)
                     }
                     up_write(x)  up_write(y) }
            expect livelock
            """,
            MachineConfig.DEFAULT.withStepsMax(5_000));
    Exploration exploration = Litmus.explore(scenario, DelayBounded.ofTurns(1));
    assertThat(Litmus.findings(exploration)).containsExactly("LIVELOCK livelock of a, b");
    assertThat(exploration.failures().getFirst().finding().text())
        .contains("a repeats: ", "b repeats: ", "takes x (write)", "cmpxchg (failed) y");
    assertThat(scenario.expectation().isMetBy(exploration, java.util.List.of())).isTrue();
  }
}
