package org.vfslab.machine;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/**
 * A coroutine on the continuations below the JDK's virtual threads. They need {@code --add-exports
 * java.base/jdk.internal.vm=ALL-UNNAMED} (or the jar's {@code Add-Exports}).
 */
final class ContinuationCoroutine extends Coroutine {
  private static final ContinuationScope SCOPE = new ContinuationScope("vfslab");

  private final Continuation continuation;

  ContinuationCoroutine(Runnable body) {
    continuation = new Continuation(SCOPE, body);
  }

  @Override
  boolean resume() {
    continuation.run();
    return continuation.isDone();
  }

  @Override
  void suspend() {
    Continuation.yield(SCOPE);
  }

  @Override
  void abandon() {
    // The garbage collector takes it.
  }
}
