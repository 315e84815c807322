package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;

/** The same comes out whoever does the work: executions, steps, findings and final states. */
final class WorkersTest {

  /** Three tasks that add unprotected: 1,680 schedules and some lost updates. */
  private static final Toy LOST_UPDATES =
      Toy.word(
          "lost updates",
          machine -> {
            AtomicWord word = new AtomicWord(machine, "word", 0);
            for (String name : List.of("a", "b", "c")) {
              machine.task(name, () -> word.writeOnce(word.readOnce() + 1));
            }
            return new Properties() {
              @Override
              public @Nullable String atEnd(RunResult result) {
                return word.peek() == 3 ? null : "lost " + (3 - word.peek());
              }

              @Override
              public String observation() {
                return "word=" + word.peek();
              }
            };
          });

  private static Exploration with(Limits limits, Strategy strategy, int workers) {
    return new Explorer(LOST_UPDATES, limits, Observer.NONE).explore(strategy, workers);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void depthFirst_toTheEnd_isTheSameForAnyNumberOfWorkers(int workers) {
    Exploration one = with(Limits.EXHAUST, new DepthFirst(), 1);
    Exploration many = with(Limits.EXHAUST, new DepthFirst(), workers);

    assertThat(one.executions()).isEqualTo(1_680);
    assertSame(many, one);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void delayBounded_isTheSameForAnyNumberOfWorkers(int workers) {
    assertSame(
        with(Limits.EXHAUST, new DelayBounded(6), workers),
        with(Limits.EXHAUST, new DelayBounded(6), 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void firstFinding_isTheSameForAnyNumberOfWorkers(int workers) {
    Exploration one = with(Limits.NONE, new DepthFirst(), 1);
    Exploration many = with(Limits.NONE, new DepthFirst(), workers);

    assertThat(one.failures()).hasSize(1);
    assertSame(many, one);
  }

  /**
   * Several workers divide the work at the same places; a single one does not, and may show each
   * order of conflicting steps by another execution.
   */
  @Test
  void dpor_isTheSameForAnyNumberOfWorkers() {
    Toy adders =
        Toy.word(
            "adders",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              for (String name : List.of("a", "b", "c")) {
                machine.task(
                    name,
                    () -> {
                      word.writeOnce(word.readOnce() + 1);
                      word.fetchAdd(1);
                      word.writeOnce(word.readOnce() + 1);
                    });
              }
              return new Properties() {
                @Override
                public @Nullable String atEnd(RunResult result) {
                  return word.peek() == 9 ? null : "lost " + (9 - word.peek());
                }

                @Override
                public String observation() {
                  return "word=" + word.peek();
                }
              };
            });
    Exploration one = exhaust(adders, 1);
    Exploration two = exhaust(adders, 2);

    assertSame(exhaust(adders, 3), two);
    assertSame(exhaust(adders, 8), two);
    assertThat(two.executions()).isEqualTo(one.executions()).isGreaterThan(8_000);
    assertThat(two.observations()).isEqualTo(one.observations());
    assertThat(two.failures())
        .extracting(failure -> failure.finding().title())
        .containsExactlyInAnyOrderElementsOf(
            one.failures().stream().map(failure -> failure.finding().title()).toList());
  }

  private static Exploration exhaust(Toy toy, int workers) {
    return new Explorer(toy, Limits.EXHAUST, Observer.NONE).explore(new OptimalDpor(), workers);
  }

  private static void assertSame(Exploration many, Exploration one) {
    assertThat(many.verdict()).isEqualTo(one.verdict());
    assertThat(many.executions()).isEqualTo(one.executions());
    assertThat(many.cut()).isEqualTo(one.cut());
    assertThat(many.steps()).isEqualTo(one.steps());
    assertThat(many.observations()).isEqualTo(one.observations());
    assertThat(many.stoppedBy()).isEqualTo(one.stoppedBy());
    assertThat(many.failures())
        .extracting(FoundFailure::finding, FoundFailure::execution)
        .isEqualTo(
            one.failures().stream()
                .map(
                    failure ->
                        org.assertj.core.groups.Tuple.tuple(failure.finding(), failure.execution()))
                .toList());
  }
}
