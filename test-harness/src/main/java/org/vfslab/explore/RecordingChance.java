package org.vfslab.explore;

import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;

/** Writes down the answers that another chance gives. */
final class RecordingChance implements Chance {
  private final Chance chance;
  private final Recording recording = new Recording();

  RecordingChance(Chance chance) {
    this.chance = chance;
  }

  @Override
  public int schedule(Enabled enabled) {
    int answer = chance.schedule(enabled);
    recording.add(answer);
    return answer;
  }

  @Override
  public int choose(int count, String question) {
    int answer = chance.choose(count, question);
    recording.add(answer);
    return answer;
  }

  Recording recording() {
    return recording;
  }
}
