package org.vfslab.machine;

import org.jspecify.annotations.Nullable;

/** A thread of a live machine; knows its context, so that finding it costs no look-up. */
public final class LiveThread extends Thread {
  private @Nullable Context context;

  /** A thread that will be given a context, as a benchmark's. */
  public LiveThread(Runnable body, String name) {
    super(null, body, name, 0, false);
    setDaemon(true);
  }

  LiveThread(Runnable body, Context context) {
    this(body, context.name());
    this.context = context;
  }

  @Nullable Context context() {
    return context;
  }

  /** Makes this thread run as {@code task}, which must not be running elsewhere. */
  public void become(Task task) {
    context = task;
    task.thread = this;
  }
}
