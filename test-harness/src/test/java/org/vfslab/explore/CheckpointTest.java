package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;

/** An exploration that goes on another day comes to what it would have come to at once. */
final class CheckpointTest {

  /** Four tasks that add unprotected: 1,680 schedules, several findings, several final states. */
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

              @Override
              public List<Integer> seen() {
                return word.peek() == 1 ? List.of(1) : List.of();
              }
            };
          });

  /** Keeps the state in memory, and asks for it every so many executions. */
  private static final class InMemory implements Checkpoint {
    private final long every;
    private final AtomicLong asked = new AtomicLong();
    private @Nullable Saved saved;
    private int times;

    InMemory(long every) {
      this.every = every;
    }

    @Override
    public @Nullable Saved load() {
      return saved;
    }

    @Override
    public boolean isDue() {
      return asked.incrementAndGet() % every == 0;
    }

    @Override
    public void save(Saved state) {
      saved = state;
      times++;
    }
  }

  private static final long NEVER = Long.MAX_VALUE;

  static Stream<Arguments> strategies() {
    List<Supplier<Resumable>> strategies =
        List.of(
            () -> new DepthFirst(),
            () -> new DepthFirst(2),
            () -> new DelayBounded(3),
            () -> DelayBounded.ofTurns(3),
            () -> new RandomWalk(7, 2_000),
            () -> new Pct(7, 2_000, 3),
            () -> new PartialOrderSampling(7, 2_000));
    return strategies.stream()
        .flatMap(
            s -> Stream.of(Arguments.of(s, 1, 1), Arguments.of(s, 2, 1), Arguments.of(s, 1, 3)));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void stoppedAgainAndAgain_itComesToTheSame(
      Supplier<Resumable> strategy, int workers, int workersLater) {
    Exploration atOnce =
        new Explorer(LOST_UPDATES, Limits.EXHAUST, Observer.NONE).explore(strategy.get(), 1);
    InMemory checkpoint = new InMemory(NEVER);
    Limits some = Limits.EXHAUST.withExecutionsMax(317);
    Exploration last =
        new Explorer(LOST_UPDATES, some, Observer.NONE)
            .explore(strategy.get(), workers, checkpoint);
    int sessions = 1;
    while (!last.stoppedBy().isEmpty()) {
      assertThat(last.executions()).isLessThan(atOnce.executions() + workers);
      last =
          new Explorer(LOST_UPDATES, some, Observer.NONE)
              .explore(strategy.get(), workersLater, checkpoint);
      sessions++;
    }
    assertSame(last, atOnce);
    assertThat(sessions).isGreaterThanOrEqualTo((int) (atOnce.executions() / (317 + 4)));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void savedOnTheWay_itComesToTheSame(Supplier<Resumable> strategy, int workers, int workersLater) {
    InMemory checkpoint = new InMemory(20);
    Exploration saved =
        new Explorer(LOST_UPDATES, Limits.EXHAUST, Observer.NONE)
            .explore(strategy.get(), workersLater, checkpoint);
    assertSame(
        saved,
        new Explorer(LOST_UPDATES, Limits.EXHAUST, Observer.NONE).explore(strategy.get(), workers));
    assertThat(checkpoint.times).isGreaterThan(1);
  }

  @Test
  void firstFinding_isTheSame_thoughTheExplorationPausedOnTheWay() {
    Toy late =
        Toy.word(
            "late",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              for (String name : List.of("a", "b", "c")) {
                machine.task(name, () -> word.writeOnce(word.readOnce() * 2 + name.charAt(0)));
              }
              return new Properties() {
                @Override
                public @Nullable String atEnd(RunResult result) {
                  return word.peek() == ('c' * 2 + 'b') * 2 + 'a' ? "found" : null;
                }
              };
            });
    Exploration atOnce = late.explore(new DepthFirst());
    assertThat(atOnce.executions()).isGreaterThan(50);
    for (int workers : new int[] {1, 2, 4}) {
      Exploration paused = new Explorer(late).explore(new DepthFirst(), workers, new InMemory(20));
      assertThat(paused.executions()).isEqualTo(atOnce.executions());
      assertThat(paused.failures().getFirst().execution())
          .isEqualTo(atOnce.failures().getFirst().execution());
    }
  }

  @Test
  void whatIsDone_isNotDoneAgain() {
    InMemory checkpoint = new InMemory(NEVER);
    Explorer explorer = new Explorer(LOST_UPDATES, Limits.EXHAUST, Observer.NONE);
    Exploration first = explorer.explore(new DepthFirst(), 2, checkpoint);
    long[] more = new long[1];
    Observer counts =
        (executions, done) -> {
          more[0]++;
          return true;
        };
    Exploration second =
        new Explorer(LOST_UPDATES, Limits.EXHAUST, counts).explore(new DepthFirst(), 1, checkpoint);
    assertSame(second, first);
    assertThat(more[0]).isZero();
    assertThat(second.nanos()).isGreaterThanOrEqualTo(first.nanos());
  }

  @Test
  void boundThatWasTouchedBefore_isNotForgotten() {
    InMemory checkpoint = new InMemory(NEVER);
    Limits some = Limits.EXHAUST.withExecutionsMax(50);
    Exploration last;
    do {
      last =
          new Explorer(LOST_UPDATES, some, Observer.NONE).explore(new DepthFirst(1), 1, checkpoint);
    } while (!last.stoppedBy().isEmpty());
    assertThat(last.bound()).isEqualTo("preemptions<=1");
  }

  @Test
  void boundThatOnlyEarlierSessionsTouched_isKnownToTheNextOne() {
    for (DepthFirst bounded : List.of(new DepthFirst(0), new DepthFirst(1))) {
      assertThat(LOST_UPDATES.explore(bounded).failures()).isNotNull();
      Strategy resumed = bounded.resumed(bounded.save());
      assertThat(resumed.isComplete()).isEqualTo(bounded.isComplete());
    }
    DelayBounded delays = new DelayBounded(0);
    LOST_UPDATES.explore(delays);
    assertThat(delays.resumed(delays.save()).isComplete()).isFalse();
  }

  /** Depth first, and insists on being given back only what has come to its end. */
  private static final class Strict implements Divisible, Resumable {
    private final DepthFirst strategy;
    private boolean ended;

    Strict(DepthFirst strategy) {
      this.strategy = strategy;
    }

    @Override
    public boolean begin() {
      ended = !strategy.begin();
      return !ended;
    }

    @Override
    public @Nullable Divisible divide() {
      return strategy.divide() instanceof DepthFirst part ? new Strict(part) : null;
    }

    @Override
    public void rejoin(Divisible part) {
      assertThat(((Strict) part).ended).isTrue();
      strategy.rejoin(((Strict) part).strategy);
    }

    @Override
    public int schedule(Enabled enabled) {
      return strategy.schedule(enabled);
    }

    @Override
    public int choose(int count, String question) {
      return strategy.choose(count, question);
    }

    @Override
    public String name() {
      return "strict";
    }

    @Override
    public boolean isComplete() {
      return strategy.isComplete();
    }

    @Override
    public Saved save() {
      return strategy.save().put("ended", ended);
    }

    @Override
    public Resumable resumed(Saved state) {
      Strict resumed = new Strict((DepthFirst) strategy.resumed(state));
      resumed.ended = state.yes("ended");
      return resumed;
    }
  }

  @Test
  void partThatIsOnlyPaused_isNotGivenBackAsIfItHadEnded() {
    for (int workers : new int[] {1, 2}) {
      InMemory checkpoint = new InMemory(NEVER);
      Limits some = Limits.EXHAUST.withExecutionsMax(300);
      Exploration last;
      do {
        last =
            new Explorer(LOST_UPDATES, some, Observer.NONE)
                .explore(new Strict(new DepthFirst()), 3 - workers, checkpoint);
        last =
            new Explorer(LOST_UPDATES, some, Observer.NONE)
                .explore(new Strict(new DepthFirst()), workers, checkpoint);
      } while (!last.stoppedBy().isEmpty());
      assertThat(last.executions()).isEqualTo(1_680);
    }
  }

  @Test
  void otherDice_areRefused() {
    InMemory checkpoint = new InMemory(NEVER);
    Explorer explorer =
        new Explorer(LOST_UPDATES, Limits.EXHAUST.withExecutionsMax(5), Observer.NONE);
    explorer.explore(new RandomWalk(1, 100), 1, checkpoint);
    assertThatThrownBy(() -> explorer.explore(new RandomWalk(2, 100), 1, checkpoint))
        .isInstanceOf(Saved.UnfitException.class)
        .hasMessage("it was made from seed 1");
    assertThatThrownBy(() -> explorer.explore(new DepthFirst(), 1, checkpoint))
        .isInstanceOf(Saved.UnfitException.class)
        .hasMessage("'tree' is missing");
  }

  @Test
  void partsOfTheWork_addUpToAllOfIt_forAnyNumberOfWorkers() {
    for (int workers : new int[] {1, 4}) {
      double[] last = new double[1];
      Observer watches =
          (executions, done) -> {
            assertThat(done.getAsDouble()).isBetween(last[0] - 1e-9, 1.0);
            last[0] = done.getAsDouble();
            return true;
          };
      new Explorer(LOST_UPDATES, Limits.EXHAUST, watches).explore(new DepthFirst(), workers);
      assertThat(last[0]).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
    }
  }

  private static void assertSame(Exploration one, Exploration other) {
    assertThat(one.verdict()).isEqualTo(other.verdict());
    assertThat(one.executions()).isEqualTo(other.executions());
    assertThat(one.steps()).isEqualTo(other.steps());
    assertThat(one.observations()).isEqualTo(other.observations());
    assertThat(one.sometimes()).isEqualTo(other.sometimes());
    assertThat(one.bound()).isEqualTo(other.bound());
    assertThat(one.failures()).usingRecursiveComparison().isEqualTo(other.failures());
  }
}
