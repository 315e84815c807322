package org.vfslab.block;

import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * When something is to fail: {@code struct fault_attr} and {@code should_fail} of
 * lib/fault-inject.c, 7.2. The dice are the machine's chance.
 *
 * @param interval only each so-many-th call is a candidate
 * @param probability of how many in 100 candidates fail
 * @param space how many bytes pass before the first candidate
 * @param times how often to fail at most; -1 for ever
 */
public record FaultAttr(int interval, int probability, long space, long times) {

  private static final int PERCENT = 100;

  /** Checks the bounds. */
  public FaultAttr {
    if (interval < 0 || probability < 0 || probability > PERCENT || space < 0 || times < -1) {
      throw new IllegalArgumentException(
          "fault attributes are an interval of at least 0, a probability of 0 to 100, a space of at"
              + " least 0 and times of at least -1, not "
              + interval
              + ","
              + probability
              + ","
              + space
              + ","
              + times);
    }
  }

  /** Each time. */
  public static final FaultAttr ALWAYS = new FaultAttr(1, PERCENT, 0, -1);

  /** Of {@code probability} in a hundred, for ever. */
  public static FaultAttr percent(int probability) {
    return new FaultAttr(1, probability, 0, -1);
  }

  /**
   * {@code setup_fault_attr}: from {@code <interval>,<probability>,<space>,<times>}.
   *
   * @throws IllegalArgumentException with a sentence if it is something else
   */
  public static FaultAttr parse(String text) {
    String[] words = text.split(",", -1);
    if (words.length != 4) {
      throw new IllegalArgumentException(bad(text));
    }
    try {
      return new FaultAttr(
          Integer.parseInt(words[0].strip()),
          Integer.parseInt(words[1].strip()),
          Integer.parseInt(words[2].strip()),
          Integer.parseInt(words[3].strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(bad(text), e);
    }
  }

  private static String bad(String text) {
    return "fault attributes are '<interval>,<probability>,<space>,<times>', not '" + text + "'";
  }

  /** The running counts of one attribute: what a device keeps. */
  public static final class Counter {
    private final Machine machine;
    private final FaultAttr attr;
    private final String what;
    private final AtomicWord count;
    private final AtomicWord space;
    private final AtomicWord times;

    /** Counts from the beginning. */
    public Counter(Machine machine, FaultAttr attr, String what) {
      this.machine = machine;
      this.attr = attr;
      this.what = what;
      this.count = new AtomicWord(machine, what + " count", 0);
      this.space = new AtomicWord(machine, what + " space", attr.space());
      this.times = new AtomicWord(machine, what + " times", attr.times());
    }

    /** {@code should_fail}: whether this call, about {@code size} bytes, is to fail. */
    public boolean shouldFail(long size) {
      if (attr.probability() == 0 || times.loadAcquire() == 0) {
        return false;
      }
      long left = space.loadAcquire();
      if (left > size) {
        space.fetchAdd(-size);
        return false;
      }
      if (attr.interval() > 1 && count.addReturn(1) % attr.interval() != 0) {
        return false;
      }
      if (attr.probability() < PERCENT && attr.probability() <= machine.choose(PERCENT, what)) {
        return false;
      }
      if (times.loadAcquire() > 0) {
        times.fetchAdd(-1);
      }
      return true;
    }
  }
}
