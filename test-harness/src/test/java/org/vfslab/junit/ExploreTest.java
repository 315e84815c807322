package org.vfslab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.opentest4j.TestAbortedException;
import org.vfslab.explore.Finding;
import org.vfslab.machine.MachineConfig;

/** Tests that explore pass when they should, and say why when they fail. */
final class ExploreTest {

  @TempDir Path folder;

  private SampleRun run(Class<?> sample, String method) {
    return SampleRun.of(sample, method, folder);
  }

  private List<String> lines(String method) {
    return run(Samples.Outcomes.class, method).failure().lines().toList();
  }

  // ---- verdicts

  @ParameterizedTest
  @ValueSource(
      strings = {
        "holds",
        "expectedDeadlock",
        "expectedFindingBehindOthers",
        "endedEarlyAsWanted",
      })
  void outcome_asExpected_passes(String method) {
    assertThat(run(Samples.Outcomes.class, method).status()).isEqualTo(Status.SUCCESSFUL);
  }

  @Test
  void deadlock_isToldWithTableAndWaits() {
    List<String> lines = lines("deadlock");
    assertThat(lines).first().isEqualTo("deadlock: deadlock of t1, t2");
    assertThat(lines.get(1)).matches("VIOLATED: \\d executions?, \\d+ steps, dpor");
    assertThat(lines.get(2)).matches("in execution \\d.*:");
    assertThat(lines)
        .anyMatch(line -> line.matches("step \\| t1 +\\| t2 +\\| lock after it"))
        .anyMatch(line -> line.contains("*** deadlock of t1, t2"))
        .contains("At the end:")
        .anyMatch(line -> line.contains("t1 [D uninterruptible] waits for b"))
        .anyMatch(line -> line.contains("Circular wait: t1"));
  }

  @Test
  void violation_hasTheSentenceOfTheDemand() {
    assertThat(lines("violation")).first().isEqualTo("violation: two are counted");
  }

  @Test
  void livelock_isToldFromTheScheduleThatShowedIt() {
    assertThat(lines("livelock")).first().isEqualTo("livelock: livelock of t1");
  }

  @Test
  void exceptionOfATask_isAFinding() {
    assertThat(lines("taskThrows"))
        .first()
        .asString()
        .startsWith("bug: t1 threw java.lang.UnsupportedOperationException: not here at ");
  }

  @Test
  void expectedFinding_thatNoScheduleShows_fails() {
    List<String> lines = lines("expectedDeadlockThatIsNot");
    assertThat(lines).hasSize(2).first().isEqualTo("expected deadlock, and no schedule shows it");
    assertThat(lines.get(1)).matches("holds \\(complete\\): 2 executions, \\d+ steps, dpor");
  }

  @Test
  void expectedFinding_beyondTheBound_failsWithoutAClaim() {
    List<String> lines = lines("expectedDeadlockBeyondTheBound");
    assertThat(lines)
        .first()
        .isEqualTo("expected deadlock, and no schedule that was tried shows it");
    assertThat(lines.get(1)).startsWith("holds within the bound: ").endsWith(", preemptions<=0");
  }

  @Test
  void expectedFinding_whenAnotherIsFound_failsWithTheOther() {
    assertThat(lines("expectedViolationAndFoundADeadlock"))
        .startsWith("expected violation, and found instead", "deadlock: deadlock of t1, t2");
    assertThat(lines("expectedAnotherDeadlock"))
        .startsWith(
            "expected deadlock \"of c\", and found instead", "deadlock: deadlock of t1, t2");
  }

  @Test
  void exploration_thatALimitEnds_isNotComplete() {
    List<String> lines = lines("endedEarly");
    assertThat(lines)
        .first()
        .isEqualTo("not complete: ended by the limit of 1 executions after 1 execution");
    assertThat(lines.get(1)).contains("complete = false");
    assertThat(lines.get(2)).startsWith("no violation found: 1 execution, ");
  }

  @Test
  void exploration_thatJUnitInterrupts_ends() {
    Throwable thrown = run(Samples.Endless.class, "timeout").thrown();
    assertThat(thrown).isInstanceOf(TimeoutException.class);
    assertThat(thrown.getSuppressed())
        .singleElement()
        .asString()
        .contains("not complete: ended by an interrupt");
  }

  @Test
  void expectations_haveAllKindsOfFindings() {
    assertThat(Arrays.stream(Expected.values()).skip(1).map(Expected::name))
        .containsExactlyElementsOf(
            Arrays.stream(Finding.Kind.values()).map(Finding.Kind::name).toList());
  }

  // ---- what the annotation says

  @ParameterizedTest
  @ValueSource(
      strings = {"dfs", "preemptions", "delays", "random", "pct", "pos", "coverage", "machine"})
  void attribute_isPassedOn(String method) {
    assertThat(run(Samples.Attributes.class, method).status()).isEqualTo(Status.SUCCESSFUL);
  }

  @Test
  void sample_thatIsComplete_passes() {
    Samples.Attributes.setUps = 0;
    assertThat(run(Samples.Attributes.class, "sampleThatHolds").status())
        .isEqualTo(Status.SUCCESSFUL);
    assertThat(Samples.Attributes.setUps).isEqualTo(17);
  }

  @Test
  void defaults_areThoseOfTheMachine() throws NoSuchMethodException {
    assertThat(defaultOf("cpus")).isEqualTo(MachineConfig.DEFAULT.cpus());
    assertThat(defaultOf("stepsMax")).isEqualTo(MachineConfig.DEFAULT.stepsMax());
    assertThat(defaultOf("granularity")).isEqualTo(MachineConfig.DEFAULT.granularity());
  }

  private static Object defaultOf(String attribute) throws NoSuchMethodException {
    Method method = Explore.class.getDeclaredMethod(attribute);
    return method.getDefaultValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          noMachine           | 'Machine machine' or 'Lab lab', and has none
          machineAndLab       | 'Machine machine' or 'Lab lab', and has 2
          demandsTwice        | one parameter of type Demands takes all demands
          patchesWithoutLab   | patches change a Lab; make the parameter 'Lab lab'
          unknownPatch        | there is no patch '5.10'; there are pre-4.10-aio-freeze
          boundMissing        | PREEMPTIONS needs a bound, such as bound = 2
          boundNegative       | the bound of DELAYS is at least 0, not -3
          boundTooMuch        | a bound means nothing to DPOR
          depthTooSmall       | the bound of PCT is at least 1, not 0
          executionsMax       | executionsMax is at least 1, not 0
          stepsMax            | stepsMax is at least 1, not 0
          cpus                | cpus is from 1 to 64, not 65
          containingOfNothing | 'containing' is about an expected finding; say which with 'expect'
          """)
  void mistake_isNamed(String method, String sentence) {
    assertThat(run(Samples.Wrong.class, method).thrown())
        .isInstanceOf(ExtensionConfigurationException.class)
        .message()
        .startsWith("@Explore on org.vfslab.junit.Samples$Wrong#" + method + ": ")
        .contains(sentence);
  }

  @Test
  void strategy_thatRefusesTheTest_saysWhy() {
    assertThat(run(Samples.Outcomes.class, "chance").thrown())
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("cannot reduce what chance chooses (heads or tails)");
  }

  // ---- demands

  @ParameterizedTest
  @CsvSource({
    "always, the word is never 1",
    "alwaysOfTwoWords, x comes after y",
    "here, t2 comes first",
    "properties, it ended as DONE"
  })
  void demand_thatIsBroken_isFound(String method, String sentence) {
    assertThat(run(Samples.Demanding.class, method).failure())
        .startsWith("violation: " + sentence + "\n");
  }

  @Test
  void objects_ofProperties_areDescribed() {
    assertThat(run(Samples.Demanding.class, "properties").failure().lines())
        .contains("these are the objects");
  }

  @Test
  void lab_hasThePatches() {
    assertThat(run(Samples.Frozen.class, "upstream").status()).isEqualTo(Status.SUCCESSFUL);
    assertThat(run(Samples.Frozen.class, "before410").status()).isEqualTo(Status.SUCCESSFUL);
    assertThat(run(Samples.Frozen.class, "before410AsIfItHeld").failure())
        .startsWith("violation: nothing is written while frozen\n")
        .contains("writer", "freezer");
  }

  // ---- how JUnit sees it

  @Test
  void surroundings_areThereOnce() {
    Samples.Surroundings.beforeEach = 0;
    Samples.Surroundings.setUps = 0;
    assertThat(run(Samples.Surroundings.class, "explored").status()).isEqualTo(Status.SUCCESSFUL);
    assertThat(Samples.Surroundings.beforeEach).isEqualTo(1);
    assertThat(Samples.Surroundings.setUps).isGreaterThan(1);
  }

  @Test
  void nestedClass_isExplored() {
    assertThat(run(Samples.Surroundings.Inner.class, "deadlock").failure())
        .startsWith("deadlock: deadlock of t1, t2\n");
  }

  @Test
  void composedAnnotation_isExplored() {
    assertThat(run(Samples.Composed.class, "deadlock").status()).isEqualTo(Status.SUCCESSFUL);
  }

  @Test
  void exceptionOfTheSetUp_surfacesAsItIs() {
    assertThat(run(Samples.Throwing.class, "checked").thrown())
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("no disk on 2 cpus");
    SampleRun aborted = run(Samples.Throwing.class, "assumption");
    assertThat(aborted.status()).isEqualTo(Status.ABORTED);
    assertThat(aborted.thrown()).isInstanceOf(TestAbortedException.class);
  }
}
