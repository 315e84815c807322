package org.vfslab.aio;

import org.vfslab.locking.Rcu;

/** How a poll request waits for its file and is completed. */
public enum PollForm {
  /** Mainline: {@link AioPoll}. */
  UPSTREAM {
    @Override
    PollRequest make(Submission submission, Rcu rcu) {
      return new AioPoll(submission, rcu);
    }
  },
  /** Before the repairs of December 2021 (Linux 5.16): {@link BrokenPollBefore516}. */
  BROKEN_BEFORE_5_16 {
    @Override
    PollRequest make(Submission submission, Rcu rcu) {
      return new BrokenPollBefore516(submission);
    }
  },
  /** Before the series of March 2019 (Linux 5.1): {@link BrokenPollBefore2019}. */
  BROKEN_BEFORE_2019 {
    @Override
    PollRequest make(Submission submission, Rcu rcu) {
      return new BrokenPollBefore2019(submission);
    }
  };

  /** A request with its two references. */
  abstract PollRequest make(Submission submission, Rcu rcu);
}
