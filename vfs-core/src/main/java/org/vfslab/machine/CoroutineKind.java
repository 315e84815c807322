package org.vfslab.machine;

/** How the deterministic engine switches between contexts. */
public enum CoroutineKind {
  /** The JDK's own continuations: no thread is involved. */
  CONTINUATION,
  /** A thread for each context, of which one runs at a time: works on every JVM, much slower. */
  THREAD;

  /** Continuations where this JVM grants access to them, else threads. */
  public static CoroutineKind best() {
    try {
      return CONTINUATION.create(() -> {}).resume() ? CONTINUATION : THREAD;
    } catch (LinkageError | RuntimeException e) {
      return THREAD; // this JVM does not let us use them
    }
  }

  Coroutine create(Runnable body) {
    return switch (this) {
      case CONTINUATION -> new ContinuationCoroutine(body);
      case THREAD -> new ThreadCoroutine(body);
    };
  }
}
