package org.vfslab.machine;

/**
 * The states of a task, as the kernel's bits ({@code include/linux/sched.h}, 7.2).
 *
 * <p>A waker names a mask of states it may end; {@link #NORMAL} is what {@code wake_up} uses.
 */
public final class TaskState {
  /** On a CPU or ready for one. */
  public static final int RUNNING = 0;

  /** Asleep; any signal ends the sleep. */
  public static final int INTERRUPTIBLE = 1;

  /** Asleep; no signal ends the sleep. */
  public static final int UNINTERRUPTIBLE = 2;

  /** Gone. */
  public static final int DEAD = 0x80;

  /** Added to {@link #UNINTERRUPTIBLE}: a fatal signal ends the sleep. */
  public static final int WAKEKILL = 0x100;

  /** Added to {@link #UNINTERRUPTIBLE}: an idle kernel thread, which nobody calls hung. */
  public static final int NOLOAD = 0x400;

  /** Asleep; only a fatal signal ends the sleep. */
  public static final int KILLABLE = WAKEKILL | UNINTERRUPTIBLE;

  /** Asleep with nothing to do. */
  public static final int IDLE = UNINTERRUPTIBLE | NOLOAD;

  /** What an ordinary wake-up ends. */
  public static final int NORMAL = INTERRUPTIBLE | UNINTERRUPTIBLE;

  private TaskState() {}

  /** The kernel's letter and name for {@code state}. */
  public static String name(int state) {
    return switch (state) {
      case RUNNING -> "R running";
      case INTERRUPTIBLE -> "S interruptible";
      case UNINTERRUPTIBLE -> "D uninterruptible";
      case KILLABLE -> "D killable";
      case IDLE -> "I idle";
      case DEAD -> "X dead";
      default -> "0x" + Integer.toHexString(state);
    };
  }
}
