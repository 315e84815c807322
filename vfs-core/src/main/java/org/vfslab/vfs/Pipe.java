package org.vfslab.vfs;

import java.util.function.Consumer;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/**
 * A pipe: {@code struct pipe_inode_info} of {@code fs/pipe.c}, 7.2, without {@code O_DIRECT}
 * packets and splice.
 *
 * <p>Its bytes change under a mutex; who waits does so in a queue for each side, and is woken when
 * the pipe is no longer empty or full, with the events, and when a side has nobody left, without.
 */
public final class Pipe extends KernelObject {

  /** {@code PIPE_DEF_BUFFERS} pages. */
  static final int CAPACITY_BYTES = 16 * 4096;

  private final Mutex mutex;
  private final WaitQueue rdWait;
  private final WaitQueue wrWait;

  // Protected by mutex; looked at without it.
  private final ByteQueue bytes;
  private final AtomicWord readers;
  private final AtomicWord writers;

  /** {@code files}: ends that are open. */
  private final AtomicWord files;

  private final End readEnd;
  private final End writeEnd;

  /** An empty pipe with both ends open. */
  public Pipe(Lockdep lockdep, String name) {
    super(lockdep.machine(), "pipe " + name);
    Machine machine = lockdep.machine();
    this.mutex = inside(() -> new Mutex(lockdep, "pipe->mutex"));
    this.rdWait = inside(() -> new WaitQueue(machine, "rd_wait of " + name));
    this.wrWait = inside(() -> new WaitQueue(machine, "wr_wait of " + name));
    this.bytes = inside(() -> new ByteQueue(machine, name, CAPACITY_BYTES));
    this.readers = inside(() -> new AtomicWord(machine, "readers of " + name, 1));
    this.writers = inside(() -> new AtomicWord(machine, "writers of " + name, 1));
    this.files = inside(() -> new AtomicWord(machine, "files of " + name, 2));
    this.readEnd = new End(machine, "read end of " + name, true);
    this.writeEnd = new End(machine, "write end of " + name, false);
  }

  /** Where to read. */
  public StreamFile readEnd() {
    return readEnd;
  }

  /** Where to write. */
  public StreamFile writeEnd() {
    return writeEnd;
  }

  /** {@code anon_pipe_read}. */
  private long read(byte[] into, boolean nowait) {
    if (into.length == 0) {
      return 0;
    }
    mutex.lock();
    while (bytes.isEmpty() && writers.readOnce() > 0) {
      mutex.unlock();
      if (nowait) {
        return -Errno.EAGAIN;
      }
      if (rdWait.waitEvent("pipe_read", TaskState.INTERRUPTIBLE, this::readable) < 0) {
        return -Errno.ERESTARTSYS;
      }
      mutex.lock();
    }
    boolean wasFull = bytes.isFull();
    int read = bytes.take(into);
    mutex.unlock();
    if (wasFull && read > 0) {
      wrWait.wakeUpPoll(PollEvents.OUT | PollEvents.WRNORM);
    }
    return read;
  }

  private boolean readable() {
    return !bytes.isEmpty() || writers.readOnce() == 0;
  }

  /** {@code anon_pipe_write}: -EPIPE without readers; the signal is not sent. */
  private long write(byte[] data, boolean nowait) {
    int written = 0;
    mutex.lock();
    while (written < data.length) {
      if (readers.readOnce() == 0) {
        mutex.unlock();
        return written > 0 ? written : -Errno.EPIPE;
      }
      written += bytes.add(data, written);
      if (written == data.length) {
        break;
      }
      mutex.unlock();
      wakeReaders();
      if (nowait) {
        return written > 0 ? written : -Errno.EAGAIN;
      }
      if (wrWait.waitEvent("pipe_write", TaskState.INTERRUPTIBLE, this::writable) < 0) {
        return written > 0 ? written : -Errno.ERESTARTSYS;
      }
      mutex.lock();
    }
    mutex.unlock();
    if (written > 0) {
      wakeReaders();
    }
    return written;
  }

  /** Each write wakes, as for a pipe that was ever polled ({@code poll_usage}). */
  private void wakeReaders() {
    rdWait.wakeUpPoll(PollEvents.IN | PollEvents.RDNORM);
  }

  private boolean writable() {
    return !bytes.isFull() || readers.readOnce() == 0;
  }

  /** {@code pipe_release}: process context. */
  private void release(End end) {
    end.kfree();
    mutex.lock();
    AtomicWord side = end.reads ? readers : writers;
    side.fetchAdd(-1);
    boolean oneSided = (readers.readOnce() == 0) != (writers.readOnce() == 0);
    if (oneSided) {
      rdWait.wakeUpAll();
      wrWait.wakeUpAll();
    }
    mutex.unlock();
    if (files.addReturn(-1) == 0) {
      kfree();
    }
  }

  /** One of its two files. */
  private final class End extends KernelObject implements StreamFile {
    private final boolean reads;
    private final AtomicWord refs;

    End(Machine machine, String name, boolean reads) {
      super(machine, name);
      this.reads = reads;
      this.refs = new AtomicWord(machine, "f_ref of " + name, 1);
    }

    @Override
    public boolean isReadable() {
      return reads;
    }

    @Override
    public boolean isWritable() {
      return !reads;
    }

    @Override
    public long read(byte[] into, boolean nowait) {
      use();
      return Pipe.this.read(into, nowait);
    }

    @Override
    public long write(byte[] data, boolean nowait) {
      use();
      return Pipe.this.write(data, nowait);
    }

    /** {@code pipe_poll}. */
    @Override
    public int poll(Consumer<WaitQueue> queues) {
      use();
      queues.accept(reads ? rdWait : wrWait);
      int events = 0;
      if (reads) {
        events |= bytes.isEmpty() ? 0 : PollEvents.IN | PollEvents.RDNORM;
        events |= writers.readOnce() == 0 ? PollEvents.HUP : 0;
      } else {
        events |= bytes.isFull() ? 0 : PollEvents.OUT | PollEvents.WRNORM;
        events |= readers.readOnce() == 0 ? PollEvents.ERR : 0;
      }
      return events;
    }

    @Override
    public void get() {
      refs.fetchAdd(1);
    }

    @Override
    public void put() {
      if (refs.addReturn(-1) == 0) {
        DelayedFput.run(machine(), () -> release(this));
      }
    }
  }
}
