package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.compare.Barrier;
import org.vfslab.compare.Question;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Pct;
import org.vfslab.explore.Strategy;
import org.vfslab.litmus.syntax.LitmusFile;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;

/** The scenarios with listeners, against mainline and against the orders that are wrong. */
final class NotifyScenariosTest {

  private static final int EXECUTIONS = 1000;

  private static Set<Finding.Kind> found(
      LitmusFile file, String patch, Strategy strategy, int executions) {
    List<Patch> patches = Patches.find(patch).map(List::of).orElse(List.of());
    LitmusScenario scenario = LitmusScenario.compile(file, patches, MachineConfig.DEFAULT);
    Exploration explored =
        new Explorer(scenario, Limits.EXHAUST.withExecutionsMax(executions), Observer.NONE)
            .explore(strategy);
    assertThat(scenario.missed(explored)).isEmpty();
    return explored.failures().stream()
        .map(failure -> failure.finding().kind())
        .collect(Collectors.toSet());
  }

  private static LitmusFile scenario(String name) {
    return LitmusParser.parse(name + ".litmus", Litmus.resource("/scenarios/" + name + ".litmus"));
  }

  /** A permission listener that writes: the order of 6.8 is right, the one before it deadlocks. */
  @ParameterizedTest
  @ValueSource(strings = {"listener-meets-freeze", "listener-fills-content"})
  void listenerMeetsFreeze(String name) {
    LitmusFile file = scenario(name);
    assertThat(found(file, "upstream", new DepthFirst(1), 2 * EXECUTIONS)).isEmpty();
    assertThat(found(file, "hook-inside-freeze-protection", new DepthFirst(0), EXECUTIONS))
        .contains(Finding.Kind.DEADLOCK);
  }

  /** What mainline still does. */
  @Test
  void listenerMeetsTruncatingOpen_deadlocks() {
    assertThat(
            found(
                scenario("listener-meets-truncating-open"),
                "upstream",
                new DepthFirst(0),
                EXECUTIONS))
        .containsExactly(Finding.Kind.DEADLOCK);
  }

  @ParameterizedTest
  @CsvSource({
    "listener-dies",
    "listener-overflow",
    "mark-removal",
    "aio-events",
    "inotify-unlink",
    "inotify-rename"
  })
  void scenario_holds(String name) {
    assertThat(found(scenario(name), "upstream", new OptimalDpor(), EXECUTIONS)).isEmpty();
    assertThat(found(scenario(name), "upstream", new DepthFirst(1), EXECUTIONS)).isEmpty();
  }

  /** The two assertions of the proposal of 2022, and what goes wrong when they fire. */
  @Test
  void preModify_inTheWrongPlace_isReported() {
    Barrier syncfs =
        Barrier.ALL.stream().filter(one -> one.name().equals("syncfs")).findFirst().orElseThrow();
    LitmusFile file =
        Question.ALL.stream()
            .filter(one -> one.id().equals("change-log"))
            .findFirst()
            .orElseThrow()
            .about(syncfs);
    assertThat(found(file, "sb-write-srcu", new DepthFirst(0), EXECUTIONS)).isEmpty();
    assertThat(found(file, "pre-modify-inside-protection", new DepthFirst(0), EXECUTIONS))
        .contains(Finding.Kind.SPLAT);
    assertThat(found(file, "sb-write-srcu-after-event", new Pct(7, EXECUTIONS, 3), EXECUTIONS))
        .contains(Finding.Kind.SPLAT, Finding.Kind.VIOLATION);
  }
}
