package org.vfslab.machine;

/**
 * {@code schedule_timeout}: sleeps as {@link Task#schedule} does, but not beyond a time. Follows
 * {@code kernel/time/sleep_timeout.c}, 7.2, in nanoseconds instead of jiffies.
 */
public final class ScheduleTimeout {

  /** {@code MAX_SCHEDULE_TIMEOUT}: no bound. */
  public static final long FOREVER = Long.MAX_VALUE;

  private ScheduleTimeout() {}

  /**
   * Sleeps in the state that {@code me} has announced until woken, at most {@code nanos}.
   *
   * @return how many nanoseconds were left, 0 when the time has passed; {@link #FOREVER} if that
   *     was asked for
   */
  public static long schedule(Task me, long nanos) {
    if (nanos == FOREVER) {
      me.schedule();
      return FOREVER;
    }
    Timer timer = me.sleepTimer;
    if (timer == null) {
      IrqLine line = me.machine().irqLine("timeout of " + me.name(), IrqLine.Kind.SOFT, me.cpu());
      timer = new Timer(me.machine(), line, me::wakeUpProcess);
      me.sleepTimer = timer;
    }
    long until = me.machine().nowNs() + nanos;
    timer.start(nanos);
    me.schedule();
    timer.cancel();
    return Math.max(0, until - me.machine().nowNs());
  }
}
