package org.vfslab.machine;

/**
 * Answers every question that a real machine answers by chance.
 *
 * <p>A deterministic run is a function of the program and of the answers given here, in order; the
 * list of answers is its recording. Questions with one possible answer are not asked.
 */
public interface Chance {

  /**
   * Who runs next.
   *
   * @param enabled at least two transitions, in an order that is the same in every run; valid only
   *     during the call
   * @return the index of the one that is to go on
   */
  int schedule(Enabled enabled);

  /**
   * Which of {@code count} outcomes a part of the environment shows, such as a fault or a latency.
   *
   * @param count how many there are, at least two
   * @param question what is decided, for the recording's reader
   * @return the number of the outcome, from 0
   */
  int choose(int count, String question);
}
