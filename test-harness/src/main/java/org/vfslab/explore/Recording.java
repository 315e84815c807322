package org.vfslab.explore;

import java.util.Arrays;

/** The answers that {@link org.vfslab.machine.Chance} gave in one execution, in order. */
public final class Recording {
  private int[] answers = new int[64];
  private int size;

  /** An empty recording. */
  public Recording() {}

  /** A recording of these answers. */
  public Recording(int[] answers) {
    this.answers = answers.clone();
    this.size = answers.length;
  }

  void clear() {
    size = 0;
  }

  void add(int answer) {
    if (size == answers.length) {
      answers = Arrays.copyOf(answers, size * 2);
    }
    answers[size++] = answer;
  }

  /** How many answers there are. */
  public int size() {
    return size;
  }

  /** The answer with this number, from 0. */
  public int get(int number) {
    return answers[number];
  }

  /** All answers. */
  public int[] toArray() {
    return Arrays.copyOf(answers, size);
  }
}
