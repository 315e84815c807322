package org.vfslab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.Limits;

/** What the barriers of mainline promise; each line changes only when the model does. */
final class ComparisonTest {

  private static final List<String> UPSTREAM = List.of("freeze", "syncfs");

  /** Mappings and listeners have too many schedules for a test: see ListenerQuestionsTest. */
  private static final List<Question> EXHAUSTED =
      Question.ALL.stream()
          .filter(question -> !List.of("mmap", "listener", "change-log").contains(question.id()))
          .toList();

  private static Comparison comparison;

  @BeforeAll
  static void compute() {
    comparison =
        Comparison.of(named(UPSTREAM), EXHAUSTED, Limits.EXHAUST, (barrier, question) -> true);
  }

  private static List<Barrier> named(List<String> names) {
    return Barrier.ALL.stream().filter(barrier -> names.contains(barrier.name())).toList();
  }

  private static String answer(String barrier, String title) {
    int row = comparison.barriers().indexOf(named(List.of(barrier)).getFirst());
    int column = comparison.titles().indexOf(title) - 1;
    return comparison.cells().get(row).get(column).shown();
  }

  @Test
  void freeze_waitsForAllWrites_andBlocksNewOnesUntilThaw() {
    assertThat(answer("freeze", "waits for write(2) in flight")).isEqualTo("yes");
    assertThat(answer("freeze", "waits for aio in flight")).isEqualTo("yes");
    assertThat(answer("freeze", "earlier data survives a power cut")).isEqualTo("yes");
    assertThat(answer("freeze", "device quiet until released")).isEqualTo("yes");
    // 8 ms until the write in flight has ended, 5 ms until the thaw
    assertThat(answer("freeze", "a new write is blocked for")).isEqualTo("13 ms");
  }

  @Test
  void syncfs_waitsForNoWriteInFlight_andBlocksNobody() {
    assertThat(answer("syncfs", "waits for write(2) in flight")).isEqualTo("no");
    assertThat(answer("syncfs", "waits for aio in flight")).isEqualTo("no");
    assertThat(answer("syncfs", "earlier data survives a power cut")).isEqualTo("no");
    assertThat(answer("syncfs", "device quiet until released")).isEqualTo("no");
    assertThat(answer("syncfs", "a new write is blocked for")).isEqualTo("no time");
  }

  /** 29 s of the 30 s after which the device gives up are left. */
  @Test
  void onADeadDisk_whoWaitsForTheWriteWaitsForTheDevice() {
    assertThat(answer("freeze", "takes while a write hangs")).isEqualTo("29 s");
    assertThat(answer("syncfs", "takes while a write hangs")).isEqualTo("no time");
    assertThat(answer("freeze", "takes while write-back hangs")).isEqualTo("29 s");
    assertThat(answer("syncfs", "takes while write-back hangs")).isEqualTo("29 s");
    assertThat(answer("freeze", "SIGKILL ends the wait")).isEqualTo("no");
    assertThat(answer("syncfs", "SIGKILL ends the wait")).isEqualTo("never asked");
  }

  @Test
  void watcher_endsTheComparisonBetweenCells_andWholeRowsStay() {
    List<String> begun = new ArrayList<>();
    List<Question> one = List.of(Question.ALL.getFirst());
    Comparison cut =
        Comparison.of(
            named(UPSTREAM),
            one,
            Limits.EXHAUST,
            (barrier, question) -> {
              begun.add(barrier.name());
              return begun.size() < 2;
            });
    assertThat(begun).containsExactly("freeze", "syncfs");
    assertThat(cut.barriers()).isEqualTo(named(List.of("freeze")));
    assertThat(cut.cells()).hasSize(1);
  }

  @Test
  void aLimit_marksTheCell() {
    Comparison limited =
        Comparison.of(
            named(List.of("freeze")),
            List.of(Question.ALL.getFirst()),
            Limits.EXHAUST.withExecutionsMax(20),
            (barrier, question) -> true);
    assertThat(limited.cells().getFirst().getFirst().shown()).isEqualTo("yes *");
    assertThat(ComparisonPrinter.text(limited)).last().isEqualTo("* not every schedule was tried");
  }

  @Test
  void print_hasTheSameAnswersAsTextMarkdownAndJson() {
    List<String> text = ComparisonPrinter.text(comparison);
    assertThat(text.getFirst()).containsSubsequence("freeze", "syncfs");
    assertThat(text).hasSize(2 + EXHAUSTED.size() + 1);
    List<String> markdown = ComparisonPrinter.markdown(comparison);
    assertThat(markdown).hasSize(2 + UPSTREAM.size());
    assertThat(markdown.get(2)).startsWith("| freeze | yes | yes | ");
    ObjectNode json = ComparisonPrinter.json(comparison);
    assertThat(json.at("/barriers/1/name").asText()).isEqualTo("syncfs");
    assertThat(json.at("/barriers/1/answers/0/answer").asText()).isEqualTo("no");
    assertThat(json.at("/barriers/1/answers/0/findings/0").asText()).startsWith("violation: never");
  }
}
