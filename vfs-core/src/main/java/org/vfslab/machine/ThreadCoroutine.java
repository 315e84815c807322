package org.vfslab.machine;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A coroutine on a thread of its own, which runs only while its resumer waits. */
final class ThreadCoroutine extends Coroutine {
  private final Thread thread;
  private final Semaphore toBody = new Semaphore(0);
  private final Semaphore toResumer = new Semaphore(0);
  private volatile boolean started;
  private volatile boolean done;
  private volatile boolean abandoned;
  private volatile @Nullable Throwable failure;

  ThreadCoroutine(Runnable body) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("vfslab-coroutine")
            .unstarted(
                () -> {
                  toBody.acquireUninterruptibly();
                  try {
                    if (!abandoned) {
                      body.run();
                    }
                  } catch (Abandoned e) {
                    // Unwound on purpose.
                  } catch (Throwable e) {
                    failure = e;
                  } finally {
                    done = true;
                    toResumer.release();
                  }
                });
  }

  @Override
  boolean resume() {
    if (!started) {
      started = true;
      thread.start();
    }
    toBody.release();
    toResumer.acquireUninterruptibly();
    Throwable thrown = failure;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw new IllegalStateException("a context threw what the engine did not catch", thrown);
    }
    return done;
  }

  @Override
  void suspend() {
    toResumer.release();
    toBody.acquireUninterruptibly();
    if (abandoned) {
      throw new Abandoned();
    }
  }

  @Override
  void abandon() {
    if (started && !done) {
      abandoned = true;
      toBody.release();
      toResumer.acquireUninterruptibly();
    }
  }

  /** Unwinds the stack of a body that nobody will resume. */
  static final class Abandoned extends Error {
    private static final long serialVersionUID = 1L;

    Abandoned() {
      super("abandoned", null, false, false);
    }
  }
}
