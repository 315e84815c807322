package org.vfslab.cli;

/** What the process returns to its caller. */
final class ExitStatus {

  /** It holds, or is done. */
  static final int DONE = 0;

  /** A violation was found, or an expectation was not met. */
  static final int VIOLATED = 1;

  /** The input is no good; a sentence on the standard error says why. */
  static final int BAD_INPUT = 2;

  /** Ended by Ctrl-C before anything was found: 128 and SIGINT, as a shell has it. */
  static final int INTERRUPTED = 130;

  private ExitStatus() {}
}
