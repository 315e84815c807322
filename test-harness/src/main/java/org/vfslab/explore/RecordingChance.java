package org.vfslab.explore;

import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.StepChance;

/** Writes down the answers that another chance gives. */
class RecordingChance implements Chance {
  private final Chance chance;
  private final Recording recording = new Recording();

  private RecordingChance(Chance chance) {
    this.chance = chance;
  }

  /** A recorder of {@code chance}, which asks for every step if that one does. */
  static RecordingChance of(Chance chance) {
    return chance instanceof StepChance steps ? new OfSteps(steps) : new RecordingChance(chance);
  }

  /** Passes on what steps touch; records no answer to a question that has only one. */
  private static final class OfSteps extends RecordingChance implements StepChance {
    private final StepChance steps;

    OfSteps(StepChance steps) {
      super(steps);
      this.steps = steps;
    }

    @Override
    public int schedule(Enabled enabled) {
      return enabled.size() == 1 ? steps.schedule(enabled) : super.schedule(enabled);
    }

    @Override
    public boolean wantsFootprint() {
      return steps.wantsFootprint();
    }

    @Override
    public void stepEnded(Footprint footprint) {
      steps.stepEnded(footprint);
    }

    @Override
    public void runEnded(Enabled left) {
      steps.runEnded(left);
    }
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

  final Recording recording() {
    return recording;
  }
}
