package org.vfslab.aio;

/**
 * Which state of {@code fs/aio.c} is there, where releases differ: a seam.
 *
 * @param polls how a poll waits and is completed
 * @param wakeups whom an event wakes
 */
public record AioForm(PollForm polls, EventWakeups wakeups) {

  /** Mainline, 7.2. */
  public static final AioForm UPSTREAM =
      new AioForm(PollForm.UPSTREAM, EventWakeups.WHOM_IT_IS_ENOUGH_FOR);

  /** The same with other polls. */
  public AioForm withPolls(PollForm newPolls) {
    return new AioForm(newPolls, wakeups);
  }

  /** The same with other wake-ups. */
  public AioForm withWakeups(EventWakeups newWakeups) {
    return new AioForm(polls, newWakeups);
  }
}
