package org.vfslab.vfs;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Machine;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/**
 * A file whose wait queue goes before the file does: what {@code drivers/android/binder.c}, 7.2, is
 * to who polls it. The queue is that of the calling thread (one thread here), and goes with {@code
 * BINDER_THREAD_EXIT}.
 */
public final class BinderFile extends KernelObject implements OpenFile {

  /** {@code BINDER_THREAD_EXIT}. */
  public static final long BINDER_THREAD_EXIT = 0x40046208L;

  private final Rcu rcu;
  private final AtomicWord refs;
  private final AtomicRef<BinderThread> thread;

  /** {@code struct binder_thread}. */
  private static final class BinderThread extends KernelObject {
    private final WaitQueue wait = inside(() -> new WaitQueue(machine(), "binder_thread.wait"));

    private BinderThread(Machine machine) {
      super(machine, "binder_thread");
    }
  }

  /** An open file with one reference, its descriptor's, and no thread yet. */
  public BinderFile(Machine machine, Rcu rcu, String name) {
    super(machine, "binder file " + name);
    this.rcu = rcu;
    this.refs = new AtomicWord(machine, "f_ref of " + name, 1);
    this.thread = new AtomicRef<>(machine, "binder thread of " + name, null);
  }

  /** {@code binder_poll}: there is never anything to read. */
  @Override
  public int poll(Consumer<WaitQueue> queues) {
    use();
    BinderThread mine = thread.loadAcquire();
    if (mine == null) {
      mine = new BinderThread(machine());
      thread.storeRelease(mine);
    }
    queues.accept(mine.wait);
    return 0;
  }

  /**
   * {@code binder_thread_release}: has the pollers let go of the queue, waits for those who may be
   * looking at it, and frees it. May sleep.
   *
   * @return 0
   */
  long threadExit() {
    use();
    free(thread.loadAcquire());
    return 0;
  }

  private void free(@Nullable BinderThread gone) {
    if (gone == null) {
      return;
    }
    thread.storeRelease(null);
    gone.wait.lock();
    gone.wait.wakeUpLocked(TaskState.NORMAL, 0, PollEvents.HUP | PollEvents.FREE);
    gone.wait.unlock();
    rcu.synchronize();
    gone.kfree();
  }

  @Override
  public void get() {
    refs.fetchAdd(1);
  }

  @Override
  public void put() {
    if (refs.addReturn(-1) == 0) {
      DelayedFput.run(machine(), this::release);
    }
  }

  private void release() {
    free(thread.loadAcquire());
    kfree();
  }
}
