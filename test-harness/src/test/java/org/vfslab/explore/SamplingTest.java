package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;

/** Strategies that throw dice find a bug, can be repeated, and never claim to be complete. */
final class SamplingTest {

  private static final int EXECUTIONS = 2_000;

  /** Broken when the second reader comes between the two writes: a bug of depth two. */
  private static final Toy BROKEN_TORN_READ =
      Toy.word(
          "torn read",
          machine -> {
            AtomicWord left = new AtomicWord(machine, "left", 0);
            AtomicWord right = new AtomicWord(machine, "right", 0);
            AtomicWord torn = new AtomicWord(machine, "torn", 0);
            machine.task(
                "writer",
                () -> {
                  left.writeOnce(1);
                  right.writeOnce(1);
                });
            machine.task("reader", () -> torn.writeOnce(left.readOnce() - right.readOnce()));
            return new Properties() {
              @Override
              public @Nullable String atEnd(RunResult result) {
                return torn.peek() == 1 ? "torn" : null;
              }
            };
          });

  private static Stream<LongFunction<Strategy>> strategies() {
    return Stream.of(
        seed -> new RandomWalk(seed, EXECUTIONS),
        seed -> new Pct(seed, EXECUTIONS, 2),
        seed -> new PartialOrderSampling(seed, EXECUTIONS),
        seed -> new CoverageGuided(seed, EXECUTIONS));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void bug_isFoundFromEverySeed(LongFunction<Strategy> strategy) {
    for (long seed = 1; seed <= 10; seed++) {
      Exploration exploration = new Explorer(BROKEN_TORN_READ).explore(strategy.apply(seed));

      assertThat(exploration.verdict()).isEqualTo(Verdict.VIOLATED);
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void executions_ofOneSeedAreTheSame_andOfAnotherDiffer(LongFunction<Strategy> strategy) {
    assertThat(walks(strategy.apply(3))).isEqualTo(walks(strategy.apply(3)));
    assertThat(walks(strategy.apply(3))).isNotEqualTo(walks(strategy.apply(4)));
  }

  private static List<List<Integer>> walks(Strategy strategy) {
    List<List<Integer>> walks = new ArrayList<>();
    RecordingChance chance = RecordingChance.of(strategy);
    while (walks.size() < 50 && strategy.begin()) {
      chance.recording().clear();
      Execution.run(BROKEN_TORN_READ, chance);
      walks.add(Arrays.stream(chance.recording().toArray()).boxed().toList());
    }
    return walks;
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void verdict_isNeverComplete(LongFunction<Strategy> strategy) {
    Toy quiet =
        Toy.word(
            "quiet",
            machine -> {
              machine.task("a", () -> {});
              return Properties.NONE;
            });

    assertThat(quiet.explore(strategy.apply(1)).verdict()).isEqualTo(Verdict.NO_VIOLATION);
  }

  @Test
  void pct_withoutDepth_isRefused() {
    assertThatThrownBy(() -> new Pct(1, 1, 0)).hasMessageContaining("1 or more, not 0");
  }

  @Test
  void delays_none_isOneSchedule_andEnoughAreAll() {
    assertThat(BROKEN_TORN_READ.explore(new DelayBounded(0)).executions()).isEqualTo(1);

    Exploration all =
        new Explorer(BROKEN_TORN_READ, Limits.EXHAUST, Observer.NONE).explore(new DelayBounded(99));
    Exploration depthFirst =
        new Explorer(BROKEN_TORN_READ, Limits.EXHAUST, Observer.NONE).explore(new DepthFirst());
    assertThat(all.executions()).isEqualTo(depthFirst.executions());
  }
}
