package org.vfslab.aio;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.PercpuRef;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Access;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.memory.PlainWord;
import org.vfslab.vfs.EventFd;

/** An aio context: {@code struct kioctx} of {@code fs/aio.c}, 7.2. */
public final class KioContext extends KernelObject {

  /*
   * Overview. Its end has three acts.
   *
   *   kill_ioctx       dead; off the table; users killed. Nobody begins a system call on it.
   *   users reach 0    the last call is over: what can be cancelled is; reqs killed.
   *   reqs reach 0     the last request is gone, in whatever context: who waits is told, and after a
   *                    grace period, for those who look into the table, a worker frees it.
   *
   * Slots: free ones, those of requests, and those of events that were posted but whose slots were
   * not given back yet (completedEvents) are nrEvents - 1 together, always.
   */
  private final Rcu rcu;
  private final AioRing ring;
  private final EventWakeups wakeups;

  /** Gives back what was accounted for the context, as soon as it is killed. */
  private final Runnable unaccount;

  /** Told when the memory is given back. */
  private final Consumer<KioContext> freed;

  private final PercpuRef users;
  private final PercpuRef reqs;
  private final AtomicWord dead;
  private final ReqsAvailable slots;
  private final Mutex ringLock;
  private final WaitQueue wait;
  private final SpinLock ctxLock;

  // Protected by ctxLock: the requests that can be cancelled ({@code active_reqs}).
  private final List<AioKiocb> active = new ArrayList<>(1);

  private final SpinLock completionLock;

  // Protected by completionLock.
  private final PlainWord tail;
  private final PlainWord completedEvents;

  /** How many events were ever posted; for printing and for properties. */
  private final AtomicWord posted;

  /** Set in {@link #killed} before users can reach 0. */
  private volatile @Nullable RqWait rqWait;

  private int slot;
  private volatile boolean usersGone;

  /**
   * A context whose ring holds {@code nrEvents} events, one of which always stays free.
   *
   * @param unaccount run when it is killed
   * @param freed run when it is freed
   */
  KioContext(
      Lockdep lockdep,
      Rcu rcu,
      String name,
      int nrEvents,
      EventWakeups wakeups,
      Runnable unaccount,
      Consumer<KioContext> freed) {
    super(lockdep.machine(), name);
    Machine machine = lockdep.machine();
    this.rcu = rcu;
    this.ring = new AioRing(machine, name, nrEvents);
    this.wakeups = wakeups;
    this.unaccount = unaccount;
    this.freed = freed;
    this.users = new PercpuRef(rcu, "users of " + name, this::freeIoctxUsers, Set.of());
    this.reqs = new PercpuRef(rcu, "reqs of " + name, this::freeIoctxReqs, Set.of());
    this.dead = new AtomicWord(machine, "dead of " + name, 0);
    this.slots = new ReqsAvailable(machine, name, nrEvents - 1);
    this.ringLock = new Mutex(lockdep, "ctx->ring_lock");
    this.wait = new WaitQueue(machine, "ctx->wait of " + name);
    this.ctxLock = new SpinLock(lockdep, "ctx->ctx_lock");
    this.completionLock = new SpinLock(lockdep, "ctx->completion_lock");
    this.tail = new PlainWord(machine, "ctx->tail of " + name, 0);
    this.completedEvents = new PlainWord(machine, "completed_events of " + name, 0);
    this.posted = new AtomicWord(machine, "posted to " + name, 0);
    reqs.get(); // freeIoctxUsers drops this one
  }

  /** The ring as the process has it mapped. */
  public AioRing ring() {
    return ring;
  }

  /** {@code users}: system calls in progress, and one until the context is killed. */
  PercpuRef users() {
    return users;
  }

  /** {@code id}: its place in the table. */
  int slot() {
    return slot;
  }

  void slot(int newSlot) {
    slot = newSlot;
  }

  Mutex ringLock() {
    return ringLock;
  }

  WaitQueue waitQueue() {
    return wait;
  }

  boolean isDead() {
    return dead.readOnce() != 0;
  }

  // ---- requests and their slots

  /** {@code aio_get_req}: takes a slot and a reference; false if there is no slot. */
  boolean requestBegins() {
    machine().beginCall(this, Access.WRITE);
    use();
    boolean got = slots.get();
    if (!got) {
      userRefill();
      got = slots.get();
    }
    if (got) {
      reqs.get();
    }
    machine().endCall();
    return got;
  }

  /** {@code put_reqs_available(ctx, 1)}, of a request that failed before it was submitted. */
  void slotUnused() {
    slots.put(1);
  }

  /** {@code percpu_ref_put(reqs)}. */
  void requestGone() {
    reqs.put();
  }

  /** {@code user_refill_reqs_available}: the slots of events that user space took by itself. */
  private void userRefill() {
    completionLock.lockIrqSave();
    if (completedEvents.get() != 0) {
      refill(ring.head(), tail.get());
    }
    completionLock.unlockIrqRestore();
  }

  /** {@code refill_reqs_available}: with completionLock held; the head is what user space says. */
  private void refill(long userHead, long tailNow) {
    long nr = ring.nrEvents();
    long head = userHead % nr;
    long inRing = head <= tailNow ? tailNow - head : nr - (head - tailNow);
    long consumed = completedEvents.get() - inRing;
    if (consumed > 0) {
      completedEvents.set(completedEvents.get() - consumed);
      slots.put(consumed);
    }
  }

  /**
   * {@code aio_complete}: posts an event, signals the event counter, wakes who waits. Any context;
   * never sleeps.
   */
  void complete(IoEvent event, @Nullable EventFd eventfd) {
    machine().beginCall(this, Access.WRITE);
    use();
    completionLock.lockIrqSave();
    int nr = ring.nrEvents();
    int at = (int) tail.get();
    int next = at + 1 >= nr ? 0 : at + 1;
    tail.set(next);
    long head = ring.head();
    ring.post(at, event, next);
    posted.fetchAdd(1);
    completedEvents.set(completedEvents.get() + 1);
    if (completedEvents.get() > 1) {
      refill(head, next);
    }
    long available = (next > head ? next - head : next + nr - head) & 0xffff_ffffL;
    completionLock.unlockIrqRestore();
    if (eventfd != null) {
      eventfd.signal();
    }
    wakeups.posted(wait, (int) Math.min(available, Integer.MAX_VALUE));
    machine().endCall();
  }

  // ---- what can be cancelled

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
  int cancel(Iocb obj) {
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

  /** The control block of the request that could be cancelled for the longest time, or null. */
  public @Nullable Iocb oldestActiveNow() {
    return active.isEmpty() ? null : active.getFirst().obj();
  }

  // ---- its end

  /** The beginning of {@code kill_ioctx}; false if somebody else was first. */
  boolean markDead() {
    return dead.xchg(1) == 0;
  }

  /** The rest of {@code kill_ioctx}, off the table. */
  void killed(@Nullable RqWait waiter) {
    wait.wakeUpAll();
    unaccount.run();
    ring.id().writeOnce(AioRing.UNMAPPED);
    rqWait = waiter;
    users.kill();
  }

  /** {@code free_ioctx_users}: cancels whatever can be. Any context. */
  private void freeIoctxUsers() {
    lockActive();
    while (!active.isEmpty()) {
      active.removeFirst().cancel();
    }
    unlockActive();
    usersGone = true;
    reqs.kill();
    reqs.put();
  }

  /** {@code free_ioctx_reqs}: any context. */
  private void freeIoctxReqs() {
    RqWait waiter = rqWait;
    if (waiter != null) {
      waiter.gone();
    }
    rcu.callWithin(this::freeIoctx);
  }

  /** {@code free_ioctx}. */
  private void freeIoctx() {
    users.exit();
    reqs.exit();
    kfree();
    freed.accept(this);
  }

  // ---- for printing and for properties: no steps

  /** How many events were posted. */
  public long completedNow() {
    return posted.peek();
  }

  /** How many requests were not destroyed yet. */
  public long requestsNow() {
    return Math.max(0, reqs.references() - (usersGone ? 0 : 2));
  }

  /** How many slots are free or were of events that have been read. */
  public long slotsNow() {
    long unread = ring.unreadNow();
    return slots.now() + Math.max(0, completedEvents.peek() - unread);
  }

  /**
   * What was not given back, or was given back twice, as a sentence; null if all is in order. To be
   * asked when nothing moves any more.
   */
  @Nullable String leakNow() {
    String wrong = slotsWrongNow();
    if (wrong != null) {
      return wrong;
    }
    long stuck = requestsNow() - active.size();
    if (stuck != 0) {
      return stuck
          + " request(s) of aio context "
          + name()
          + " are in flight, and nothing will end them";
    }
    return dead.peek() != 0 ? "aio context " + name() + " was killed and never freed" : null;
  }

  /** The same of the slots only. */
  @Nullable String slotsWrongNow() {
    long nr = ring.nrEvents() - 1L;
    long inFlight = requestsNow();
    long accounted = slots.now() + completedEvents.peek() + inFlight;
    if (accounted < nr) {
      return (nr - accounted)
          + " of "
          + nr
          + " request slots of aio context "
          + name()
          + " are lost: a request ended without its event, or failed and kept its slot";
    }
    if (accounted > nr) {
      return (accounted - nr)
          + " request slot(s) more than the "
          + nr
          + " of aio context "
          + name()
          + " were given back: a request ended with two events, or gave its slot back twice";
    }
    return null;
  }
}
