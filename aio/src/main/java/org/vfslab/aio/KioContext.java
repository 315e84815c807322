package org.vfslab.aio;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Access;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/**
 * An aio context and its completion ring: {@code struct kioctx}.
 *
 * <p>A slot is taken when a request is submitted and given back when its event is read, so the ring
 * never overflows.
 */
public final class KioContext extends Shared {
  private final int events;

  /** Gives back what was accounted for the context, as soon as it is killed. */
  private final Runnable killed;

  private final SpinLock completionLock;
  private final WaitQueue wait;
  private final SpinLock ctxLock;

  // Protected by ctxLock: the requests that can be cancelled ({@code active_reqs}).
  private final List<AioKiocb> active = new ArrayList<>(1);

  /** {@code reqs_available}. */
  private final AtomicWord slots;

  /** System calls in progress, and one until the context is killed ({@code users}). */
  private final AtomicWord users;

  /** Requests that have not been destroyed, and one while there are users ({@code reqs}). */
  private final AtomicWord requests;

  private final AtomicWord dead;

  /** How many events were ever posted. */
  private final AtomicWord posted;

  /** {@code tail} of the ring; published after the event was written. */
  private final AtomicWord tail;

  // Written under completionLock, where the kernel has ring_lock for readers.
  private final AtomicWord head;
  private final IoEvent[] ring;

  /** A context whose ring holds {@code events} events. */
  KioContext(Lockdep lockdep, String name, int events, Runnable killed) {
    super(lockdep.machine(), name);
    Machine machine = lockdep.machine();
    this.events = events;
    this.killed = killed;
    this.completionLock = new SpinLock(lockdep, "ctx->completion_lock");
    this.ctxLock = new SpinLock(lockdep, "ctx->ctx_lock");
    this.wait = new WaitQueue(machine, "ctx->wait of " + name);
    this.slots = new AtomicWord(machine, "reqs_available of " + name, events);
    this.users = new AtomicWord(machine, "users of " + name, 1);
    this.requests = new AtomicWord(machine, "reqs of " + name, 1);
    this.dead = new AtomicWord(machine, "dead of " + name, 0);
    this.posted = new AtomicWord(machine, "completed_events of " + name, 0);
    this.tail = new AtomicWord(machine, "tail of " + name, 0);
    this.head = new AtomicWord(machine, "head of " + name, 0);
    this.ring = new IoEvent[events];
  }

  /** {@code nr_events}: how many events can be outstanding. */
  int events() {
    return events;
  }

  boolean isDead() {
    return dead.loadAcquire() != 0;
  }

  /**
   * {@code lookup_ioctx}: begins a system call on the context, for the end of which {@link
   * #destroy} waits; false if it is dead.
   */
  boolean enter() {
    return !isDead() && users.addIfPositive(1);
  }

  /** {@code percpu_ref_put(users)}: ends what {@link #enter} began. */
  void leave() {
    if (users.addReturn(-1) == 0) {
      cancelActive();
      requestGone();
    }
  }

  /** {@code free_ioctx_users}: cancels whatever can be. */
  private void cancelActive() {
    lockActive();
    while (!active.isEmpty()) {
      active.removeFirst().cancel();
    }
    unlockActive();
  }

  /** {@code spin_lock_irq(&ctx->ctx_lock)}. */
  void lockActive() {
    ctxLock.lockIrqSave();
  }

  /** Ends {@link #lockActive}. */
  void unlockActive() {
    ctxLock.unlockIrqRestore();
  }

  /** {@code spin_trylock} of the same lock, with interrupts disabled by the caller. */
  boolean tryLockActive() {
    return ctxLock.trylock();
  }

  /** Ends {@link #tryLockActive}. */
  void unlockActiveTried() {
    ctxLock.unlock();
  }

  /** Makes a request one that can be cancelled; under the lock. */
  void addActive(AioKiocb request) {
    active.add(request);
  }

  /** {@code list_del_init(&ki_list)}: whether it is there or not; under the lock. */
  void removeActive(AioKiocb request) {
    active.remove(request);
  }

  /**
   * The middle of {@code io_cancel}: -EINPROGRESS, for the event still comes, or -EINVAL if no
   * request of this control block can be cancelled.
   */
  int cancel(long obj) {
    int result = -Errno.EINVAL;
    lockActive();
    for (int i = 0; i < active.size() && result == -Errno.EINVAL; i++) {
      if (active.get(i).obj() == obj) {
        active.remove(i).cancel();
        result = -Errno.EINPROGRESS;
      }
    }
    unlockActive();
    return result;
  }

  /** {@code get_reqs_available} and {@code percpu_ref_get(reqs)}; false if all slots are taken. */
  boolean requestBegins() {
    if (!slots.addIfPositive(-1)) {
      return false;
    }
    requests.fetchAdd(1);
    return true;
  }

  /** Gives the slot of a request back that failed before it was submitted. */
  void slotUnused() {
    slots.fetchAdd(1);
  }

  /** {@code percpu_ref_put(reqs)}. */
  void requestGone() {
    if (requests.addReturn(-1) == 0) {
      wait.wakeUpAll();
    }
  }

  /** {@code aio_complete}: posts an event and wakes who waits for it. Any context; never sleeps. */
  void complete(IoEvent event) {
    machine().beginCall(this, Access.WRITE);
    completionLock.lockIrqSave();
    long at = tail.readOnce();
    ring[(int) (at % events)] = event;
    posted.fetchAdd(1);
    tail.storeRelease(at + 1);
    completionLock.unlockIrqRestore();
    wait.wakeUpAll();
    machine().endCall();
  }

  /**
   * {@code read_events}: sleeps, interruptibly, until {@code min} events were read.
   *
   * @return how many were added to {@code into}, or -EINTR, or -EINVAL when the context died
   */
  long read(int min, int max, List<IoEvent> into) {
    int error =
        wait.waitEvent(
            "read_events",
            TaskState.INTERRUPTIBLE,
            () -> {
              readSome(max, into);
              return into.size() >= min || isDead();
            });
    if (!into.isEmpty()) {
      return into.size();
    }
    if (isDead()) {
      return -Errno.EINVAL;
    }
    return error < 0 ? -Errno.EINTR : 0;
  }

  /** {@code aio_read_events_ring}. */
  private void readSome(int max, List<IoEvent> into) {
    if (tail.loadAcquire() == head.readOnce()) {
      return;
    }
    completionLock.lockIrqSave();
    int read = 0;
    long at = head.readOnce();
    while (into.size() < max && at + read < tail.readOnce()) {
      into.add(ring[(int) ((at + read) % events)]);
      read++;
    }
    head.writeOnce(at + read);
    completionLock.unlockIrqRestore();
    slots.fetchAdd(read);
  }

  /**
   * {@code kill_ioctx} and the wait for what is in flight or being submitted. Process context;
   * sleeps, uninterruptibly.
   *
   * @return 0, or -EINVAL if somebody else killed it before
   */
  int destroy() {
    if (dead.xchg(1) != 0) {
      return -Errno.EINVAL;
    }
    killed.run();
    wait.wakeUpAll();
    leave();
    wait.waitEvent("io_destroy", () -> requests.loadAcquire() == 0);
    return 0;
  }

  /** How many events were posted; for printing and for properties. */
  public long completedNow() {
    return posted.peek();
  }

  /** How many requests were not destroyed yet; for printing and for properties. */
  public long requestsNow() {
    return requests.peek() - (users.peek() > 0 ? 1 : 0);
  }

  /** How many slots are free; for printing and for properties. */
  public long slotsNow() {
    return slots.peek();
  }
}
