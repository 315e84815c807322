package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.vfslab.memory.AtomicWord;

/** A recording fits one scenario, and is refused by others. */
final class ReplayTest {

  private static Toy tasks(int count, int accesses) {
    return Toy.word(
        count + " tasks",
        machine -> {
          AtomicWord word = new AtomicWord(machine, "word", 0);
          for (int i = 0; i < count; i++) {
            machine.task(
                "t" + i,
                () -> {
                  for (int k = 0; k < accesses; k++) {
                    word.fetchAdd(1);
                  }
                });
          }
          return Properties.NONE;
        });
  }

  private static Recording recordingOf(Toy scenario, long seed) {
    RandomWalk walk = new RandomWalk(seed, 1);
    walk.begin();
    RecordingChance chance = RecordingChance.of(walk);
    Execution.run(scenario, chance);
    return chance.recording();
  }

  @Test
  void replay_ofAShorterRecording_isRefused() {
    assertThatThrownBy(
            () -> Execution.run(tasks(2, 9), new Replay(new Recording(new int[] {0, 1, 0}))))
        .isInstanceOf(Replay.DivergedException.class)
        .hasMessage("the recording has 3 choices and the run asks for another one");
  }

  @Test
  void replay_ofAnAnswerThatDoesNotExist_isRefused() {
    assertThatThrownBy(
            () -> Execution.run(tasks(2, 1), new Replay(new Recording(new int[] {0, 2, 0}))))
        .isInstanceOf(Replay.DivergedException.class)
        .hasMessage("choice 2 of the recording is 2, but there are only 2");
  }

  @Test
  void replay_ofAForeignRecording_isRefusedOrLeavesAnswersUnused() {
    Toy ours = tasks(2, 3);
    for (long seed = 0; seed < 50; seed++) {
      Replay replay = new Replay(recordingOf(tasks(3, 3), seed));
      try {
        Execution.run(ours, replay);
        assertThat(replay.unused()).isPositive();
      } catch (Replay.DivergedException e) {
        assertThat(e).hasMessageContaining("recording");
      }
    }
  }

  @Test
  void replay_ofTheOwnRecording_usesEveryAnswer() {
    Toy ours = tasks(3, 3);
    for (long seed = 0; seed < 50; seed++) {
      Recording recording = recordingOf(ours, seed);
      RecordingChance again = RecordingChance.of(new Replay(recording));
      Execution.run(ours, again);
      assertThat(again.recording().toArray()).isEqualTo(recording.toArray());
    }
  }

  @Test
  void recording_isACopyOfItsAnswers() {
    int[] answers = {1, 2};
    Recording recording = new Recording(answers);
    answers[0] = 9;
    recording.toArray()[1] = 9;
    assertThat(recording.toArray()).containsExactly(1, 2);
    assertThat(recording.size()).isEqualTo(2);
  }
}
