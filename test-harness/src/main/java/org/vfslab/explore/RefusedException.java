package org.vfslab.explore;

/** A strategy cannot explore a scenario soundly; the message says why, and what can. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
