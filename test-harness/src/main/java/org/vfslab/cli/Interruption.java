package org.vfslab.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.vfslab.explore.Observer;

/**
 * Ctrl-C as a wish: a command that listens ends at the next occasion and prints what it has.
 *
 * <p>The JVM runs its shutdown hooks on SIGINT while the command goes on; the hook waits until the
 * command has printed, and then ends the process with the command's own status.
 */
final class Interruption {

  /** How long a command may take to come to its end. */
  private static final long PATIENCE_S = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile boolean listened;
  private volatile int status;

  /** Has SIGINT and SIGTERM of this process set the wish. */
  void installHook() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::hook, "interruption"));
  }

  private void hook() {
    requested = true;
    if (!listened) {
      return;
    }
    try {
      if (finished.await(PATIENCE_S, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that the command asks {@link #isRequested} again and again. */
  void listen() {
    listened = true;
  }

  /** Whether the command is to end. */
  boolean isRequested() {
    return requested;
  }

  /** Ends what it observes when the command is to end, and shows nothing. */
  Observer observer() {
    listen();
    return (executions, done) -> !requested;
  }

  /** Wishes for the end, as Ctrl-C does. */
  void request() {
    requested = true;
  }

  /** Says that the command has printed everything. */
  void finished(int exitStatus) {
    status = exitStatus;
    finished.countDown();
  }
}
