package org.vfslab.machine;

/** The sorts of misbehaviour that a machine reports about the code that runs on it. */
public enum ReportKind {
  /** The lock validator complained. */
  LOCKDEP("splat"),
  /** Two contexts used a plain cell with nothing that orders them, and one of them wrote. */
  DATA_RACE("data race"),
  /** A freed object was touched, or freed again. */
  USE_AFTER_FREE("use after free"),
  /** A call that may sleep was made where sleeping is not allowed. */
  ATOMIC_SLEEP("sleep in atomic context"),
  /** An assertion of the simulated code failed: {@code BUG_ON} and {@code WARN_ON}. */
  BUG("kernel bug"),
  /** Simulated code threw a Java exception that is none of its own. */
  MODEL_ERROR("model error"),
  /** A property of the scenario does not hold. */
  PROPERTY("violation");

  private final String words;

  ReportKind(String words) {
    this.words = words;
  }

  /** The kind in plain words. */
  public String words() {
    return words;
  }
}
