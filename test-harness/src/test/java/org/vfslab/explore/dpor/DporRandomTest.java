package org.vfslab.explore.dpor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;

/** Random programs: what the reduction leaves out must be nothing but repetitions. */
final class DporRandomTest {

  @Test
  void showsWhatAllSchedulesShow() {
    int compared = 0;
    int singleWords = 0;
    long violations = 0;
    for (int seed = 0; seed < 300; seed++) {
      Comparison comparison = Comparison.withAll(RandomPrograms.of(seed), 1_500);
      assertAgrees(seed, comparison);
      if (!comparison.tooLarge) {
        compared++;
        singleWords += comparison.singleWords ? 1 : 0;
        violations += comparison.violations;
      }
    }
    assertThat(compared).isGreaterThan(150);
    assertThat(singleWords).isGreaterThan(20);
    assertThat(violations).isPositive();
  }

  @Test
  void showsWhatSleepSetsShowOfMoreTasks() {
    int compared = 0;
    int executions = 0;
    int cut = 0;
    for (int seed = 0; seed < 100; seed++) {
      Comparison comparison = Comparison.withSleepSets(RandomPrograms.larger(seed, 1), 1_000);
      assertAgrees(seed, comparison);
      if (!comparison.tooLarge) {
        compared++;
        executions += comparison.executions;
        cut += comparison.cut;
      }
    }
    assertThat(compared).isGreaterThan(50);
    assertThat(cut).isLessThan(executions / 20);
  }

  /**
   * Programs in which a step shuts out another one, and what could open its gate again has been
   * tried elsewhere.
   */
  @ParameterizedTest
  @ValueSource(ints = {201_239, 201_556})
  void turnsStepsRoundThatAreShutOutWhenAnExecutionIsCut(int seed) {
    assertAgrees(seed, Comparison.withSleepSets(RandomPrograms.larger(seed, 1), 10_000));
  }

  @Test
  void makesOneExecutionForEachTraceOfStraightLines() {
    for (int seed = 0; seed < 1_500; seed++) {
      StraightLines lines = new StraightLines(seed);
      Program program = lines.program();

      Exploration exploration =
          new Explorer(program, Limits.EXHAUST, Observer.NONE).explore(new OptimalDpor());

      assertThat(exploration.executions())
          .as("program %d%n%s", seed, program)
          .isEqualTo(lines.traces());
      assertThat(exploration.cut()).as("program %d%n%s", seed, program).isZero();
    }
  }

  private static void assertAgrees(int seed, Comparison comparison) {
    if (comparison.mismatch != null) {
      Comparison smallest = Comparison.shrunk(comparison);
      assertThat(smallest.mismatch).as("program %d%n%s", seed, smallest.program).isNull();
    }
  }
}
