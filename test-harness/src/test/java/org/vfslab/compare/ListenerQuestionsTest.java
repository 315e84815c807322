package org.vfslab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.Pct;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.litmus.syntax.LitmusFile;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.MachineConfig;

/** What a change log, and a listener that writes, may expect of each barrier. */
final class ListenerQuestionsTest {

  /** So many schedules by dice; a change that can be lost is lost by a tenth of them. */
  private static final int EXECUTIONS = 1000;

  private static Question question(String id) {
    return Question.ALL.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  private static Barrier barrier(String name) {
    return Barrier.ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static Exploration walk(String id, Barrier barrier, LitmusFile file) {
    LitmusScenario scenario =
        LitmusScenario.compile(file, barrier.patches(), MachineConfig.DEFAULT);
    Exploration walked =
        new Explorer(scenario, Limits.NONE.withExecutionsMax(EXECUTIONS), Observer.NONE)
            .explore(new Pct(7, EXECUTIONS, 3));
    assertThat(scenario.missed(walked)).as(id).isEmpty();
    return walked;
  }

  private static boolean has(Exploration walked, Finding.Kind kind) {
    return walked.failures().stream().anyMatch(failure -> failure.finding().kind() == kind);
  }

  /** Only a section that begins before the event covers a write that was told and has not begun. */
  @ParameterizedTest
  @CsvSource({
    "freeze, true",
    "syncfs, true",
    "'syncfs, sb-write-srcu', false",
    "vfs-write-barrier, true",
    "percpu-ref-barrier, true",
    "delegated-reader-barrier, true",
  })
  void changeLog_losesAChange(String name, boolean loses) {
    Barrier barrier = barrier(name);
    Exploration walked = walk(name, barrier, question("change-log").about(barrier));
    assertThat(has(walked, Finding.Kind.VIOLATION))
        .as(walked.failures().toString())
        .isEqualTo(loses);
    assertThat(has(walked, Finding.Kind.DEADLOCK)).isFalse();
  }

  @Test
  void changeLog_withoutABarrier_losesAChange() {
    Barrier none = new Barrier("none", List.of(), "", "");
    Exploration walked = walk("none", none, question("change-log").about(none));
    assertThat(has(walked, Finding.Kind.VIOLATION)).isTrue();
  }

  /** The question is no empty one: some writes are told after the ignore mark was cleared. */
  @Test
  void changeLog_hasWritesInTheNextPeriod() {
    Barrier barrier = barrier("syncfs, sb-write-srcu");
    LitmusFile file = question("change-log").about(barrier);
    LitmusFile asked =
        LitmusParser.parse(
            "next.litmus", file.source().text() + "\nsometimes next_log == 1 && recording == 2\n");
    walk("next", barrier, asked);
  }

  @ParameterizedTest
  @CsvSource({"freeze", "syncfs", "'syncfs, sb-write-srcu'", "delegated-reader-barrier"})
  void listener_mayWrite_whateverTheBarrier(String name) {
    Barrier barrier = barrier(name);
    assertThat(walk(name, barrier, question("listener").about(barrier)).failures()).isEmpty();
  }
}
