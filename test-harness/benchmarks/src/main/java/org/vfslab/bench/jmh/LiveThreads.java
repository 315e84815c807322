package org.vfslab.bench.jmh;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.vfslab.machine.LiveThread;

/** The threads of JMH, of the kind that can become a task of a live machine. */
public final class LiveThreads extends ThreadPoolExecutor {

  /** JMH asks for exactly this ({@code -Djmh.executor=CUSTOM}). */
  public LiveThreads(int threads, String prefix) {
    super(
        threads,
        threads,
        0,
        TimeUnit.MILLISECONDS,
        new LinkedBlockingQueue<>(),
        body -> new LiveThread(body, prefix));
  }
}
