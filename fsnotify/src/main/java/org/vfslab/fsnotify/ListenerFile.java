package org.vfslab.fsnotify;

import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.vfslab.machine.Errno;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.vfs.OpenFile;
import org.vfslab.vfs.PollEvents;
import org.vfslab.vfs.UserProcess;

/**
 * The open file of a group ({@code [fanotify]}, {@code inotify}): what the two front ends share.
 * The last reference releases the group: the descriptor, calls in progress, and who polls.
 */
abstract class ListenerFile implements OpenFile {
  private final Group group;
  private final UserProcess process;

  /** 1 until the file that the group was made with is closed. */
  private final AtomicWord open;

  /** {@code f_ref}. */
  private final AtomicWord refs;

  ListenerFile(Group group, UserProcess process) {
    this.group = group;
    this.process = process;
    this.open = new AtomicWord(group.machine(), "descriptor of " + group.name(), 1);
    this.refs = new AtomicWord(group.machine(), "f_ref of " + group.name(), 1);
  }

  final UserProcess process() {
    return process;
  }

  /** {@code ->release}: the group goes. May sleep. */
  abstract void release();

  /** A call keeps the file, as {@code fdget} does; -EBADF once it is closed. */
  final int inside(IntSupplier call) {
    if (open.loadAcquire() == 0 || !refs.addIfPositive(1)) {
      return -Errno.EBADF;
    }
    int result = call.getAsInt();
    put();
    return result;
  }

  /**
   * A descriptor of the process for this file, which {@code poll}, aio and {@code close} take; it
   * holds the group until it is closed.
   *
   * @return the descriptor, -EBADF once closed, or -EMFILE
   */
  public final long descriptor() {
    return inside(
        () -> {
          get();
          long fd = process.install(this);
          if (fd < 0) {
            put();
          }
          return (int) fd;
        });
  }

  /** Sleeps, interruptibly, until there is an event: 0 or -ERESTARTSYS. */
  final int awaitEvent(String where) {
    return group.notificationWaitq().waitEvent(where, TaskState.INTERRUPTIBLE, this::isReadable);
  }

  @Override
  public final void get() {
    refs.fetchAdd(1);
  }

  @Override
  public final void put() {
    if (refs.addReturn(-1) == 0) {
      process.delayedFput(this::release);
    }
  }

  /** {@code fanotify_poll}, {@code inotify_poll}. */
  @Override
  public final int poll(Consumer<WaitQueue> queues) {
    queues.accept(group.notificationWaitq());
    return isReadable() ? PollEvents.IN | PollEvents.RDNORM : 0;
  }

  /** Whether a read would find an event. */
  public final boolean isReadable() {
    return group.queuedWord().loadAcquire() > 0;
  }

  /** {@code FIONREAD} in events: how many could be read. */
  public final long queuedNow() {
    return group.queuedNow();
  }

  /** {@code max_queued_events}, as if it had been set before the group was made. */
  public final void limit(int maxEvents) {
    group.limit(maxEvents);
  }

  /** {@code close}: 0 or -EBADF. May sleep. */
  public final int close() {
    if (open.xchg(0) == 0) {
      return -Errno.EBADF;
    }
    put();
    return 0;
  }

  /** The group's name. */
  @Override
  public final String toString() {
    return group.name();
  }
}
