package org.vfslab.campaign;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;

/**
 * A task that freezes and thaws while others work, and looks at the device in between: from the end
 * of the freeze to the begin of the thaw no write may start there, nor be under way.
 */
final class Freezer {
  private static final int STEPS_MAX = 100;
  private static final int FROZEN_NS_MAX = 20_000_000;

  private final Lab lab;
  private final BlockDevice device;
  private final Way way;
  private final SplittableRandom dice;
  private final Counts counts;
  private final Consumer<String> wrong;

  /** How somebody freezes and thaws. */
  record Way(String name, LongSupplier freeze, LongSupplier thaw) {}

  /**
   * A freezer of the filesystem on {@code device}.
   *
   * @param wrong told of what must not be, in a sentence
   */
  Freezer(
      Lab lab,
      BlockDevice device,
      Way way,
      SplittableRandom dice,
      Counts counts,
      Consumer<String> wrong) {
    this.lab = lab;
    this.device = device;
    this.way = way;
    this.dice = dice;
    this.counts = counts;
    this.wrong = wrong;
  }

  void run(Progress progress) {
    while (progress.isWorking()) {
      progress.await(1 + dice.nextInt(STEPS_MAX));
      long frozen = Call.of(lab, "freeze", way.freeze());
      counts.freezeEnded(frozen);
      if (frozen == 0) {
        whileFrozen();
        long thawed = Call.of(lab, "thaw", way.thaw());
        if (thawed != 0) {
          wrong.accept("thawing what was frozen returned " + Errno.name(thawed));
        }
      } else if (frozen != -Errno.EBUSY && !AioThread.isExplained(frozen)) {
        wrong.accept("freezing returned " + Errno.name(frozen));
      }
    }
    progress.freezerEnds();
  }

  private void whileFrozen() {
    long before = device.changesNow();
    long underWay = device.inFlightNow(BioOp.WRITE);
    Call.sleep(lab, dice.nextInt(FROZEN_NS_MAX));
    long started = device.changesNow() - before;
    if (underWay > 0 || started > 0) {
      wrong.accept(
          "on the frozen device "
              + underWay
              + " writes were under way, and "
              + started
              + " more started");
    }
  }
}
