package org.vfslab.explore.dpor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Kept;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Strategy;

/** An exploration that goes on another day makes the executions that it would have made. */
final class DporKeptTest {

  private static final int EXECUTIONS_MAX = 200;

  private static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The traces of all executions, and where it was cut. */
  private static List<Long> all(Program program, Strategy from, int keepAfterEvery) {
    List<Long> traces = new ArrayList<>();
    Strategy strategy = from;
    while (strategy.begin()) {
      Traces recorder = new Traces(strategy);
      Execution.run(program, recorder);
      traces.add(strategy.wasCut() ? -1 : recorder.canonical());
      if (traces.size() > EXECUTIONS_MAX) {
        throw new TooLarge();
      }
      if (traces.size() % keepAfterEvery == 0) {
        strategy = Kept.goOn(Kept.save(strategy));
      }
    }
    return traces;
  }

  private static Strategy certainOfNothing() {
    return new OptimalDpor().begunAgain();
  }

  @Test
  void savedAndRestoredAfterEachExecution_goesOnTheSameWay() {
    int compared = 0;
    for (int seed = 0; seed < 150; seed++) {
      Program program = RandomPrograms.of(seed);
      try {
        List<Long> whole = all(program, certainOfNothing(), Integer.MAX_VALUE);
        assertThat(all(program, certainOfNothing(), 1))
            .as("program %d%n%s", seed, program)
            .isEqualTo(whole);
        assertThat(all(program, certainOfNothing(), 7)).isEqualTo(whole);
        compared += whole.size() > 1 ? 1 : 0;
      } catch (TooLarge e) {
        // the next one, then
      }
    }
    assertThat(compared).isGreaterThan(60);
  }

  @Test
  void singleWords_savedAndRestored_goOnTheSameWay() {
    for (int seed = 0; seed < 100; seed++) {
      Program program = new StraightLines(seed).program();
      try {
        List<Long> whole = all(program, new OptimalDpor(), Integer.MAX_VALUE);
        assertThat(all(program, new OptimalDpor(), 3)).isEqualTo(whole);
      } catch (TooLarge e) {
        // the next one, then
      }
    }
  }

  @Test
  void parts_savedAndRestored_makeEachTraceOnce() {
    int divided = 0;
    for (int seed = 0; seed < 200; seed++) {
      StraightLines lines = new StraightLines(seed);
      Program program = lines.program();
      Strategy strategy = new OptimalDpor();
      for (int i = 0; i < 3 && strategy.begin(); i++) {
        Execution.run(program, new Traces(strategy));
      }
      Strategy[] both = Kept.dividedAndKept(strategy);
      if (both.length == 0 || lines.traces() > EXECUTIONS_MAX) {
        continue;
      }
      divided++;
      Strategy whole = both[0];
      List<Long> rest = new ArrayList<>(all(program, whole, Integer.MAX_VALUE));
      rest.addAll(all(program, both[1], Integer.MAX_VALUE));
      Kept.rejoin(whole, both[1]);
      rest.addAll(all(program, whole, Integer.MAX_VALUE));
      rest.removeIf(trace -> trace == -1);
      Set<Long> different = new HashSet<>(rest);
      assertThat(rest).as("program %d%n%s", seed, program).hasSize(lines.traces() - 3);
      assertThat(different).hasSameSizeAs(rest);
    }
    assertThat(divided).isGreaterThan(50);
  }

  @Test
  void damagedState_isRefusedInASentence() {
    Strategy strategy = new OptimalDpor();
    Program program = new StraightLines(1).program();
    for (int i = 0; i < 3 && strategy.begin(); i++) {
      Execution.run(program, new Traces(strategy));
    }
    List<String> saved = Kept.save(strategy);

    assertThatThrownBy(() -> Kept.goOn(saved.subList(0, saved.size() - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the state of the exploration ends early");
    List<String> other = new ArrayList<>(saved);
    other.set(0, "2 1 1 0 0");
    assertThatThrownBy(() -> Kept.goOn(other))
        .hasMessage("a state of the strategy 'dpor' of format 2");
  }
}
