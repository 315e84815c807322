package org.vfslab.explore;

import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;

/** Gives the answers of a {@link Recording} again. */
public final class Replay implements Chance {
  private final Recording recording;
  private int at;

  /** From the first answer on. */
  public Replay(Recording recording) {
    this.recording = recording;
  }

  @Override
  public int schedule(Enabled enabled) {
    return next(enabled.size());
  }

  @Override
  public int choose(int count, String question) {
    return next(count);
  }

  private int next(int count) {
    if (at == recording.size()) {
      throw new DivergedException(
          "the recording has " + at + " choices and the run asks for another one");
    }
    int answer = recording.get(at++);
    if (answer < 0 || answer >= count) {
      throw new DivergedException(
          "choice " + at + " of the recording is " + answer + ", but there are only " + count);
    }
    return answer;
  }

  /** How many answers were not asked for. */
  public int unused() {
    return recording.size() - at;
  }

  /** A recording does not fit the scenario or the model any more. */
  public static final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DivergedException(String message) {
      super(message);
    }
  }
}
