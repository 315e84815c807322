package org.vfslab.campaign;

import java.util.SplittableRandom;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;

/** A chance that throws dice, with a seed. */
public final class Dice implements Chance {
  private final SplittableRandom dice;

  /** Dice with a seed. */
  public Dice(long seed) {
    this.dice = new SplittableRandom(seed);
  }

  @Override
  public int schedule(Enabled enabled) {
    return dice.nextInt(enabled.size());
  }

  @Override
  public int choose(int count, String question) {
    return dice.nextInt(count);
  }
}
