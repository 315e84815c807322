package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;

/** Loops that end only when others have their turn, and loops that never end. */
final class FairnessTest {

  private static Toy limited(long stepsMax, Toy toy) {
    return new Toy(toy.name(), toy.machine().withStepsMax(stepsMax), toy.body());
  }

  /** One task looks again and again, and says nothing of it; the other makes it true. */
  private static final Toy SPIN =
      Toy.word(
          "spin",
          machine -> {
            AtomicWord ready = new AtomicWord(machine, "ready", 0);
            machine.task("spinner", () -> spin(ready));
            machine.task("writer", () -> ready.writeOnce(1));
            return Properties.NONE;
          });

  private static void spin(AtomicWord ready) {
    while (ready.readOnce() == 0) {
      // Nothing says that this waits.
    }
  }

  /** Each takes its own word and gives it back when the other one's is taken. */
  private static final Toy BACK_OFF =
      limited(
          6_000,
          Toy.word(
              "back off",
              machine -> {
                AtomicWord left = new AtomicWord(machine, "left", 0);
                AtomicWord right = new AtomicWord(machine, "right", 0);
                machine.task("a", () -> takeBoth(left, right));
                machine.task("b", () -> takeBoth(right, left));
                return Properties.NONE;
              }));

  private static void takeBoth(AtomicWord mine, AtomicWord others) {
    while (true) {
      mine.compareAndSet(0, 1);
      if (others.readOnce() == 0) {
        mine.writeOnce(0);
        return;
      }
      mine.writeOnce(0);
    }
  }

  static Stream<Strategy> strategies() {
    return Stream.of(
        new DepthFirst(),
        new DepthFirst(2),
        new DelayBounded(2),
        DelayBounded.ofTurns(2),
        new RandomWalk(1, 200),
        new Pct(1, 200, 3),
        new PartialOrderSampling(1, 200));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void loopThatEndsWhenOthersHaveTheirTurn_isNoFinding_andNoEndlessSearch(Strategy strategy) {
    Exploration exploration = SPIN.explore(strategy);
    assertThat(exploration.failures()).isEmpty();
    assertThat(exploration.executions()).isLessThan(2_000);
    assertThat(exploration.verdict())
        .isEqualTo(strategy.isSampling() ? Verdict.NO_VIOLATION : Verdict.HOLDS_WITHIN_BOUND);
    if (strategy instanceof DepthFirst) {
      assertThat(exploration.bound()).contains("fair schedules");
    }
  }

  @Test
  void programWithoutLoops_isExploredCompletely() {
    Toy fine =
        Toy.word(
            "fine",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              for (String name : List.of("a", "b")) {
                machine.task(
                    name,
                    () -> {
                      for (int i = 0; i < 5; i++) {
                        word.fetchAdd(1);
                      }
                    });
              }
              return Properties.NONE;
            });
    Exploration exploration = fine.explore(new DepthFirst());
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(exploration.bound()).isEmpty();
    assertThat(exploration.executions()).isEqualTo(924); // (12 choose 6): a first step, and five
  }

  @Test
  void reduction_refusesSuchALoop_inASentence() {
    assertThatThrownBy(() -> SPIN.explore(new OptimalDpor()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.isOfLoop()).isTrue())
        .hasMessageContaining("'fair'");
  }

  @Test
  void runGivenUpUnderAnUnfairSchedule_isNoLivelock() {
    RecordingChance unfair = RecordingChance.of(Toy.first());
    Execution execution = Execution.run(SPIN, unfair);
    assertThat(execution.result().outcome()).isEqualTo(RunResult.Outcome.STEP_LIMIT);
    assertThat(Livelock.examined(SPIN, unfair.recording(), execution).findings()).isEmpty();
  }

  @Test
  void runGivenUpEarly_isNoLivelock_andNothingIsClaimedBeyondIt() {
    Exploration exploration =
        new Explorer(limited(12, SPIN), Limits.EXHAUST, Observer.NONE).explore(new DepthFirst());
    assertThat(exploration.failures()).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
    assertThat(exploration.bound()).isEqualTo("runs of at most 12 steps");
  }

  @Test
  void livelock_isFoundByTurns_andSaysWhoGoesRoundWhere() {
    Exploration exploration = BACK_OFF.explore(DelayBounded.ofTurns(1));
    assertThat(exploration.failures()).hasSize(1);
    Finding finding = exploration.failures().getFirst().finding();
    assertThat(finding.kind()).isEqualTo(Finding.Kind.LIVELOCK);
    assertThat(finding.title()).isEqualTo("livelock of a, b");
    assertThat(finding.text())
        .isEqualTo(
            """
            No end after 6,000 steps, though everybody who could go on had turns.
              a repeats: READ_ONCE right, WRITE_ONCE left, cmpxchg left
              b repeats: READ_ONCE left, WRITE_ONCE right, cmpxchg right\
            """);
  }

  @Test
  void livelock_isFoundDepthFirst_andIsTheSame() {
    Exploration byTurns = BACK_OFF.explore(DelayBounded.ofTurns(1));
    Exploration depthFirst =
        new Explorer(BACK_OFF, Limits.NONE.withExecutionsMax(20_000), Observer.NONE)
            .explore(new DepthFirst());
    assertThat(depthFirst.failures()).hasSize(1);
    assertThat(
            depthFirst
                .failures()
                .getFirst()
                .finding()
                .sameAs(byTurns.failures().getFirst().finding()))
        .isTrue();
  }

  @Test
  void livelock_isReplayed_asTheSameFinding() {
    FoundFailure failure = BACK_OFF.explore(DelayBounded.ofTurns(1)).failures().getFirst();
    Execution execution = Execution.run(BACK_OFF, new Replay(failure.recording()));
    assertThat(execution.result().outcome()).isEqualTo(RunResult.Outcome.STEP_LIMIT);
    assertThat(Livelock.examined(BACK_OFF, failure.recording(), execution).findings())
        .containsExactly(failure.finding());
  }

  @Test
  void loopOfOne_isALivelockOfOne_thoughOthersHaveEnded() {
    Toy scenario =
        Toy.word(
            "loop of one",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              machine.task("endless", () -> forEver(word));
              machine.task("other", () -> word.readOnce());
              return Properties.NONE;
            });
    for (Strategy strategy : List.of(new DepthFirst(), new RandomWalk(1, 10), new Pct(1, 10, 2))) {
      assertThat(scenario.explore(strategy).failures())
          .extracting(failure -> failure.finding().title())
          .containsExactly("livelock of endless");
    }
  }

  private static void forEver(AtomicWord word) {
    while (word.readOnce() == 0) {
      word.writeOnce(0);
    }
  }

  @Test
  void longLoopThatEnds_isNoLivelock() {
    Toy scenario =
        Toy.word(
            "long loop",
            machine -> {
              AtomicWord one = new AtomicWord(machine, "one", 0);
              AtomicWord two = new AtomicWord(machine, "two", 0);
              for (AtomicWord word : List.of(one, two)) {
                machine.task(
                    word.name(),
                    () -> {
                      for (int i = 0; i < 900; i++) {
                        word.fetchAdd(1);
                      }
                    });
              }
              return Properties.NONE;
            });
    Exploration exploration =
        new Explorer(scenario, Limits.NONE.withExecutionsMax(20), Observer.NONE)
            .explore(DelayBounded.ofTurns(2));
    assertThat(exploration.failures()).isEmpty();
  }

  @Test
  void plainWrite_endsASpinToo() {
    Toy scenario =
        Toy.word(
            "plain write",
            machine -> {
              PlainWord word = new PlainWord(machine, "word", 0);
              machine.task("spinner", () -> spinOn(machine, word));
              machine.task("writer", () -> word.set(1));
              return Properties.NONE;
            });
    Exploration exploration =
        new Explorer(
                new Toy(
                    scenario.name(), scenario.machine().withRaceDetection(false), scenario.body()),
                Limits.EXHAUST,
                Observer.NONE)
            .explore(new DepthFirst());
    assertThat(exploration.failures()).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  private static void spinOn(Machine machine, PlainWord word) {
    while (word.readOnce() == 0) {
      machine.spinUntilChanged(word);
    }
  }
}
