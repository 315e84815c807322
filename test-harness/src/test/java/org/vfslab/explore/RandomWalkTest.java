package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.memory.AtomicWord;

/** The same seed walks the same ways. */
final class RandomWalkTest {

  private static final Toy TOY =
      Toy.word(
          "toy",
          machine -> {
            AtomicWord word = new AtomicWord(machine, "word", 0);
            machine.task("a", () -> word.fetchAdd(machine.choose(2, "how much")));
            machine.task("b", () -> word.fetchAdd(1));
            return Properties.NONE;
          });

  private static List<List<Integer>> walks(long seed, int executions) {
    List<List<Integer>> walks = new ArrayList<>();
    RandomWalk walk = new RandomWalk(seed, executions);
    while (walk.begin()) {
      RecordingChance chance = RecordingChance.of(walk);
      Execution.run(TOY, chance);
      walks.add(java.util.Arrays.stream(chance.recording().toArray()).boxed().toList());
    }
    return walks;
  }

  @Test
  void walk_withTheSameSeed_isTheSame() {
    assertThat(walks(42, 20)).isEqualTo(walks(42, 20)).hasSize(20);
    assertThat(walks(42, 10)).isEqualTo(walks(42, 20).subList(0, 10));
  }

  @Test
  void walk_withAnotherSeed_isAnother() {
    assertThat(walks(42, 20)).isNotEqualTo(walks(43, 20));
  }

  @Test
  void walk_comesByEveryWayOfASmallProgram() {
    assertThat(new HashSet<>(walks(1, 500))).hasSize((int) exhaustive());
  }

  private static long exhaustive() {
    return TOY.explore(new DepthFirst()).executions();
  }

  @Test
  void exploration_makesAsManyExecutionsAsAskedFor() {
    assertThat(TOY.explore(new RandomWalk(5, 17)).executions()).isEqualTo(17);
  }
}
