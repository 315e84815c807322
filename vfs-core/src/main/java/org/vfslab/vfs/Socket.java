package org.vfslab.vfs;

import java.util.function.Consumer;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/**
 * A connected socket, as far as who waits for it sees: the receive queue and the one wait queue of
 * {@code net/core/sock.c}, 7.2. What is sent leaves the machine.
 *
 * <p>Packets arrive in interrupts, which wake who waits ({@code sock_def_readable}); when the peer
 * has gone, everybody is woken without being told why ({@code sock_def_wakeup}).
 */
public final class Socket extends KernelObject implements StreamFile {

  /** {@code sk_rcvbuf}: what comes when there is no room is lost. */
  static final int RECEIVE_BYTES = 64 * 1024;

  /** Not in the socket's memory: who delivers a packet finds a socket only while it is above 0. */
  private final AtomicWord refs;

  private final WaitQueue wq;
  private final SpinLock receiveLock;

  // Protected by receiveLock; looked at without it.
  private final ByteQueue received;

  /** {@code sk_shutdown}. */
  private final AtomicWord shutdown;

  /** A connected socket with one reference, its descriptor's. */
  public Socket(Lockdep lockdep, String name) {
    super(lockdep.machine(), "socket " + name);
    Machine machine = lockdep.machine();
    this.refs = new AtomicWord(machine, "f_ref of " + name, 1);
    this.wq = inside(() -> new WaitQueue(machine, "sk_wq of " + name));
    this.receiveLock = inside(() -> new SpinLock(lockdep, "sk_receive_queue.lock"));
    this.received = inside(() -> new ByteQueue(machine, name, RECEIVE_BYTES));
    this.shutdown = inside(() -> new AtomicWord(machine, "sk_shutdown of " + name, 0));
  }

  /** A packet has arrived; dropped when the socket was closed. Any context; never sleeps. */
  public void deliver(byte[] packet) {
    if (!refs.addIfPositive(1)) {
      return;
    }
    receiveLock.lockIrqSave();
    received.add(packet, 0);
    receiveLock.unlockIrqRestore();
    wq.wakeUpPoll(PollEvents.IN | PollEvents.RDNORM);
    put();
  }

  /** The peer has closed its side ({@code sk_state_change}). Any context; never sleeps. */
  public void peerGone() {
    if (!refs.addIfPositive(1)) {
      return;
    }
    shutdown.writeOnce(1);
    wq.wakeUpAll();
    put();
  }

  @Override
  public boolean isReadable() {
    return true;
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public long read(byte[] into, boolean nowait) {
    use();
    while (true) {
      receiveLock.lockIrqSave();
      int read = received.take(into);
      receiveLock.unlockIrqRestore();
      if (read > 0 || into.length == 0 || shutdown.readOnce() != 0) {
        return read;
      }
      if (nowait) {
        return -Errno.EAGAIN;
      }
      if (wq.waitEvent("sock_recvmsg", TaskState.INTERRUPTIBLE, this::readable) < 0) {
        return -Errno.ERESTARTSYS;
      }
    }
  }

  private boolean readable() {
    return !received.isEmpty() || shutdown.readOnce() != 0;
  }

  /** Sends: the bytes are gone. */
  @Override
  public long write(byte[] data, boolean nowait) {
    use();
    return shutdown.readOnce() != 0 ? -Errno.EPIPE : data.length;
  }

  @Override
  public int poll(Consumer<WaitQueue> queues) {
    use();
    queues.accept(wq);
    int events = PollEvents.OUT | PollEvents.WRNORM;
    if (shutdown.readOnce() != 0) {
      events |= PollEvents.IN | PollEvents.RDNORM | PollEvents.HUP;
    }
    if (!received.isEmpty()) {
      events |= PollEvents.IN | PollEvents.RDNORM;
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
      kfree();
    }
  }
}
