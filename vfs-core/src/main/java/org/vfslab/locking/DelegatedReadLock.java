package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * A read-write lock whose readers travel: a task begins to read, lets go of its hold with {@link
 * #exitReader}, and a timer, work or interrupt takes the hold up with {@link #reenterReader} and
 * ends it. A writer waits for all of them wherever they are, and may be abandoned: the object
 * around the lock dies with the writer held, and nobody can come in any more.
 *
 * <p>Not a lock of Linux. It is what Jason Gunthorpe asked for in January 2020, in the thread on
 * holding {@code i_rwsem} until aio completes; nobody posted code, so the definition is ours. How
 * it relates to what there is:
 *
 * <ul>
 *   <li>a {@link RwSemaphore} fences readers too, but who took a hold gives it back; its non-owner
 *       variant travels and lockdep sees nothing of it. Neither can be freed while held.
 *   <li>{@link Srcu} with {@code srcu_down_read} has readers that travel, and a writer that waits
 *       for earlier ones only: it excludes nobody.
 *   <li>{@link PercpuRef} counts holds that travel and can be killed for good, which is the
 *       abandoned writer; but a kill waits for nothing, every caller adds the waiting, and no
 *       lockdep.
 *   <li>{@code sb_writers} with the lies that freeze protection tells lockdep is exactly begin,
 *       exit, re-enter and end, for one lock; {@code i_dio_count} is the count of detached readers
 *       alone.
 * </ul>
 *
 * <p>Misuse is reported in lockdep's manner and the call does nothing: exit or end by who does not
 * have the hold, a hold re-entered twice or used after its end, end of a writer by another, use
 * after the abandonment, destruction with holds left. A hold that is taken back to user space is
 * found by lockdep itself, since it follows the hold: held while attached, not held on the way.
 */
public final class DelegatedReadLock extends Shared implements Blocker {

  /*
   * Overview. One word.
   *
   *   bit  0      W_HELD      a writer has the lock
   *   bit  1      W_PENDING   a writer is queued: no new readers
   *   bit  2      ABANDONED   for ever; the only state that ends the lock
   *   bit  3      R_WAITING   readers are queued: a writer that ends has to let them in
   *   bits 8-35   attached readers, in units of ATTACHED
   *   bits 36-62  detached readers, in units of DETACHED
   *
   *   FREE = 0; R(n, d) = counts only; W = W_HELD, no counts
   *
   * A reader comes in by a compare-and-swap while bits 0-2 are clear; exit and re-entry move one unit
   * between the counts, so that the sum and with it the exclusion never change on the way. Whoever
   * takes the last unit while W_PENDING is set gives the lock to the first writer, on its behalf,
   * under waitLock, where W_PENDING and R_WAITING change too. A writer that ends gives the lock to
   * the next in the same way, and only if nobody waits does the word become free.
   *
   * So that an abandoned lock can be freed at once, nobody touches it after having let go: the step
   * that frees the word is the last, or, when the lock is given to somebody, that one is told only
   * after waitLock was given back, by a word of its own.
   *
   * Writers go before readers. A stream of writers starves readers; a stream of readers starves
   * nobody.
   */
  static final long W_HELD = 1;
  static final long W_PENDING = 2;
  static final long ABANDONED = 4;
  static final long R_WAITING = 8;
  static final long BARRED = W_HELD | W_PENDING | ABANDONED;
  static final long ATTACHED = 1L << 8;
  static final long DETACHED = 1L << 36;
  static final long READERS = ~(ATTACHED - 1);
  private static final long ATTACHED_MASK = DETACHED - ATTACHED;

  private final Lockdep lockdep;
  private final LockMap map;
  private final AtomicWord word;

  /** The writer's number + 1, or 0. */
  private final AtomicWord owner;

  private final RawLock waitLock;

  // Protected by waitLock.
  private final List<Waiter> writers = new ArrayList<>(1);
  private final List<Waiter> readers = new ArrayList<>(1);
  private final List<ReadToken> detached = new ArrayList<>(1);

  /** A free lock whose class is called {@code name}. */
  public DelegatedReadLock(Lockdep lockdep, String name) {
    super(lockdep.machine(), name);
    this.lockdep = lockdep;
    this.map = lockdep.register(name);
    this.word = new AtomicWord(machine(), name, 0);
    this.owner = new AtomicWord(machine(), name + " owner", 0);
    this.waitLock = new RawLock(machine(), name + " wait_lock");
  }

  private static final class Waiter {
    private static final long WAITS = 0;
    private static final long GRANTED = 1;
    private static final long REFUSED = 2;

    private final Task task;
    private final AtomicWord verdict;

    Waiter(DelegatedReadLock lock, Task task) {
      this.task = task;
      this.verdict = new AtomicWord(lock.machine(), lock.name() + " verdict", WAITS);
    }
  }

  // ---- readers

  /**
   * Begins to read without waiting. Any context.
   *
   * @return the hold, attached to the caller; null while a writer has or awaits the lock, and for
   *     ever once it is abandoned
   */
  public @Nullable ReadToken tryBeginRead() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    ReadToken token = null;
    if (tryAddReader()) {
      lockdep.acquire(map, 0, true, Mode.READ, true, null, "try_begin_read");
      token = new ReadToken(this, me, origin(me));
      told(Happening.LockAction.ACQUIRED, "read");
    }
    machine().endCall();
    return token;
  }

  /**
   * Begins to read; process context, sleeps while a writer has or awaits the lock.
   *
   * @return the hold, attached to the caller; null once the lock is abandoned
   */
  public @Nullable ReadToken beginRead() {
    Task me = machine().currentTask();
    me.mightSleep("begin_read");
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, Mode.READ, "begin_read");
    ReadToken token = null;
    if (tryAddReader() || sleepUntilGranted(me, false)) {
      token = new ReadToken(this, me, origin(me));
      told(Happening.LockAction.ACQUIRED, "read");
    } else {
      lockdep.release(map);
    }
    machine().endCall();
    return token;
  }

  /**
   * Lets the caller's hold leave it: some context will take it up with {@link #reenterReader}. The
   * lock stays read-held; the caller does not hold it any more and may return to user space.
   */
  public void exitReader(ReadToken token) {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    waitLock.lockIrqSave(me);
    boolean mine = token.detach(me);
    if (mine) {
      word.fetchAdd(DETACHED - ATTACHED);
      detached.add(token);
      lockdep.releaseForAnother(map);
      told(Happening.LockAction.RELEASED, "read, detached");
    }
    waitLock.unlockIrqRestore(me);
    if (!mine) {
      misuse(me, "exits a reader that it does not have", token);
    }
    machine().endCall();
  }

  /** Takes up a hold that is on its way. Any context; never sleeps; returns whether it was. */
  public boolean reenterReader(ReadToken token) {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    waitLock.lockIrqSave(me);
    boolean mine = token.attach(me);
    if (mine) {
      detached.remove(token);
      word.fetchAdd(ATTACHED - DETACHED);
    }
    waitLock.unlockIrqRestore(me);
    if (mine) {
      // A trylock: it could not wait, so nothing is ordered before it, and an interrupt may do it.
      lockdep.acquireFromAnother(map, Mode.READ, "reenter_reader");
      told(Happening.LockAction.ACQUIRED, "read, re-entered");
    } else {
      misuse(me, "re-enters a reader that is not on its way", token);
    }
    machine().endCall();
    return mine;
  }

  /** The hold that has been on its way longest, or null; for who knows of no particular one. */
  public @Nullable ReadToken oldestDetached() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    waitLock.lockIrqSave(me);
    ReadToken oldest = detached.isEmpty() ? null : detached.getFirst();
    waitLock.unlockIrqRestore(me);
    machine().endCall();
    return oldest;
  }

  /** Ends a hold that the caller has. Any context; never sleeps. The last one lets a writer in. */
  public void endRead(ReadToken token) {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    if (token.end(me)) {
      lockdep.release(map);
      long now = word.addReturn(-ATTACHED);
      told(Happening.LockAction.RELEASED, "read");
      if ((now & (READERS | W_PENDING)) == W_PENDING) {
        letNextIn(me);
      }
    } else {
      misuse(me, "ends a reader that it does not have", token);
    }
    machine().endCall();
  }

  // ---- writers

  /**
   * Waits for every reader, attached or on its way, and keeps new ones out. Process context;
   * sleeps.
   *
   * @return false once the lock is abandoned, which is a bug of the caller and reported
   */
  public boolean beginWrite() {
    Task me = machine().currentTask();
    me.mightSleep("begin_write");
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, Mode.WRITE, "begin_write");
    boolean taken = word.compareAndSet(0, W_HELD) || sleepUntilGranted(me, true);
    if (taken) {
      owner.writeOnce(me.index() + 1L);
      told(Happening.LockAction.ACQUIRED, "write");
    } else {
      lockdep.release(map);
      misuse(me, "begins to write what was abandoned", null);
    }
    machine().endCall();
    return taken;
  }

  /** Ends a writer of the caller; never sleeps. */
  public void endWrite() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    if (isOwner(me, "ends a writer that it is not")) {
      lockdep.release(map);
      owner.writeOnce(0);
      if (!word.compareAndSet(W_HELD, 0)) {
        letNextIn(me);
      }
      told(Happening.LockAction.RELEASED, "write");
    }
    machine().endCall();
  }

  /**
   * Ends a writer of the caller for good: the lock stays closed, who waits for it is refused, and
   * who tries later too. The memory of the lock may be freed when nobody can find it any more.
   */
  public void abandonWriter() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    if (isOwner(me, "abandons a writer that it is not")) {
      lockdep.release(map); // nor does it count as held when its memory is freed
      owner.writeOnce(0);
      List<Waiter> refused = new ArrayList<>();
      waitLock.lockIrqSave(me);
      word.fetchOr(ABANDONED);
      word.fetchAnd(ABANDONED);
      refused.addAll(writers);
      refused.addAll(readers);
      writers.clear();
      readers.clear();
      told(Happening.LockAction.RELEASED, "write, abandoned");
      waitLock.unlockIrqRestore(me);
      tell(refused, Waiter.REFUSED);
    }
    machine().endCall();
  }

  /**
   * Says that the lock's memory is about to go. It must be abandoned, and as that took a writer,
   * who fences all readers, no hold can be left; what is left is reported with its origin.
   */
  public void destroy() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    long now = word.loadAcquire();
    waitLock.lockIrqSave(me);
    boolean waits = !writers.isEmpty() || !readers.isEmpty();
    waitLock.unlockIrqRestore(me);
    if ((now & ABANDONED) == 0) {
      misuse(me, "destroys what was not abandoned", null);
    }
    if ((now & READERS) != 0 || waits) {
      misuse(me, "destroys what is in use", null);
    }
    machine().endCall();
  }

  // ---- the word

  private boolean tryAddReader() {
    long seen = word.loadAcquire();
    while ((seen & BARRED) == 0) {
      if (word.compareAndSet(seen, seen + ATTACHED)) {
        return true;
      }
      seen = word.loadAcquire();
    }
    return false;
  }

  /** Queues, sleeps, and returns whether the lock was given; false if it was abandoned. */
  private boolean sleepUntilGranted(Task me, boolean writer) {
    Waiter waiter = new Waiter(this, me);
    waitLock.lockIrqSave(me);
    boolean queued = false;
    boolean granted = false;
    if ((word.loadAcquire() & ABANDONED) == 0) {
      if (writer) {
        // Set first: from here on readers can only leave, and the last one finds us queued. With
        // nobody inside and somebody queued, that one is about to be given the lock.
        granted = (word.fetchOr(W_PENDING) & (READERS | W_HELD)) == 0 && writers.isEmpty();
        if (granted) {
          giveToWriter(false);
        } else {
          writers.add(waiter);
          queued = true;
        }
      } else {
        // Set first: a writer that ends from here on finds us queued.
        word.fetchOr(R_WAITING);
        granted = tryAddReader();
        if (!granted) {
          readers.add(waiter);
          queued = true;
        } else if (readers.isEmpty()) {
          word.fetchAnd(~R_WAITING);
        }
      }
    }
    waitLock.unlockIrqRestore(me);
    return queued ? sleep(me, waiter, writer ? "write" : "read") : granted;
  }

  private boolean sleep(Task me, Waiter waiter, String mode) {
    me.waitsFor(this);
    told(Happening.LockAction.WAITS, mode);
    long verdict;
    while (true) {
      me.setCurrentState(TaskState.UNINTERRUPTIBLE);
      verdict = waiter.verdict.loadAcquire();
      if (verdict != Waiter.WAITS) {
        break;
      }
      me.schedule();
    }
    me.setCurrentState(TaskState.RUNNING);
    me.waitsFor(null);
    return verdict == Waiter.GRANTED;
  }

  /** With waitLock held and no reader and no writer inside. */
  private void giveToWriter(boolean othersWait) {
    word.fetchOr(W_HELD);
    if (!othersWait) {
      word.fetchAnd(~W_PENDING);
    }
  }

  /**
   * Gives the lock to the first writer, or if there is none to all readers that wait. The caller
   * was the last reader, or is the writer and lets go here.
   */
  private void letNextIn(Context me) {
    List<Waiter> granted = new ArrayList<>();
    waitLock.lockIrqSave(me);
    if (!writers.isEmpty()) {
      granted.add(writers.removeFirst());
      giveToWriter(!writers.isEmpty());
    } else {
      granted.addAll(readers);
      readers.clear();
      // No reader is counted now, so this leaves nothing but those that come in.
      word.storeRelease(granted.size() * ATTACHED);
    }
    waitLock.unlockIrqRestore(me);
    tell(granted, Waiter.GRANTED);
  }

  private static void tell(List<Waiter> waiters, long verdict) {
    for (Waiter waiter : waiters) {
      Task task = waiter.task;
      waiter.verdict.storeRelease(verdict);
      task.wakeUpProcess();
    }
  }

  // ---- misuse

  /** Reports that the caller does something with a reader although there never was one. */
  public void reportNoReader(String what) {
    misuse(machine().current(), what + ", and there was none", null);
  }

  private boolean isOwner(Context me, String otherwise) {
    if (owner.readOnce() == me.index() + 1L) {
      return true;
    }
    misuse(me, otherwise, null);
    return false;
  }

  private void misuse(Context me, String what, @Nullable ReadToken token) {
    String title = "WARNING: bad use of delegated lock " + name() + "!";
    StringBuilder text = new StringBuilder();
    text.append('\n').append("=".repeat(37)).append('\n').append(title).append('\n');
    text.append(Lockdep.RELEASE).append('\n').append("-".repeat(37)).append('\n');
    text.append(me.name()).append(' ').append(what).append(":\n ").append(describe());
    if (token != null) {
      text.append("\nthe hold is ").append(token.describe(machine()));
    }
    for (ReadToken left : List.copyOf(detached)) {
      text.append("\non its way: ").append(left.describe(machine()));
    }
    text.append("\n\nstack backtrace:\n ").append(origin(me));
    machine().report(ReportKind.LOCKDEP, title, text.toString());
  }

  private static String origin(Context me) {
    String call = me instanceof Task task ? task.syscall() : null;
    return call == null ? me.name() : me.name() + ", " + call;
  }

  /** Whether the current context holds the lock in any mode, as far as lockdep knows. */
  public LockState isHeld() {
    return lockdep.isHeld(map);
  }

  // ---- printing

  private void told(Happening.LockAction action, String mode) {
    if (machine().tracing()) {
      machine().trace(new Happening.Locked(action, name(), mode, describe()));
    }
  }

  /** The word, for properties. */
  public long countWord() {
    return word.peek();
  }

  /** Whether it is held or awaited; an abandoned lock is neither. For properties. */
  public boolean isLockedNow() {
    return (word.peek() & ~ABANDONED) != 0;
  }

  @Override
  public List<String> holders() {
    List<String> holders = new ArrayList<>();
    int writer = (int) owner.peek() - 1;
    if (writer >= 0) {
      holders.add(machine().contexts().get(writer).name());
    }
    long now = word.peek();
    if ((now & ATTACHED_MASK) != 0) {
      holders.add((now & ATTACHED_MASK) / ATTACHED + " attached reader(s)");
    }
    if (now >= DETACHED) {
      holders.add(now / DETACHED + " reader(s) on their way");
    }
    return holders;
  }

  @Override
  public String describe() {
    long now = word.peek();
    String state;
    if ((now & ABANDONED) != 0) {
      state = "ABANDONED";
    } else if ((now & W_HELD) != 0) {
      int writer = (int) owner.peek() - 1;
      state = "W(" + (writer < 0 ? "?" : machine().contexts().get(writer).name()) + ")";
    } else if ((now & READERS) != 0) {
      state = "R(" + (now & ATTACHED_MASK) / ATTACHED + ", " + now / DETACHED + ")";
    } else {
      state = "FREE";
    }
    return state
        + ((now & W_PENDING) == 0 ? "" : " pending")
        + queue(", writers ", writers)
        + queue(", readers ", readers);
  }

  private static String queue(String title, List<Waiter> waiters) {
    List<Waiter> seen = List.copyOf(waiters);
    return seen.isEmpty() ? "" : title + seen.stream().map(waiter -> waiter.task.name()).toList();
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
