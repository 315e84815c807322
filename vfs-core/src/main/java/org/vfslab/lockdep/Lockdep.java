package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineListener;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;

/**
 * The validator of one machine: what {@code kernel/locking/lockdep.c}, 7.2, does and says, with
 * {@code CONFIG_PROVE_LOCKING} and {@code CONFIG_PROVE_RAW_LOCK_NESTING}. Reports have the kernel's
 * layout and wording; unlike the kernel's it goes on after the first, unless {@link #reportOnce}.
 *
 * <p>Locks tell it what they do and are told nothing. All calls may be made in any context and
 * never sleep. Where nobody runs (set-up, properties) they do nothing.
 *
 * <p>Beyond the kernel: {@link #declareHandedOver}.
 */
public final class Lockdep implements MachineListener {

  /** The release that reports name, and whose behaviour the model follows. */
  public static final String RELEASE = Splat.RELEASE;

  /*
   * Overview. HeldStack is what a context holds; Validator puts holds there and takes them off;
   * Graph is which class was acquired inside which, and what contradicts that; StackReports,
   * OrderReports and IrqReports are the words; HandedOver is the step beyond the kernel.
   *
   * Exploring. A machine has a graph of its own, so a report says that one execution saw all it
   * needs. The validator is part of the observer and not of the model: locks do not ask it, so its
   * state is in no footprint, and the reduction takes steps for independent whose only common
   * ground is the graph. That is sound for the question "is there a report": the graph only grows,
   * the ways through it and the uses do not depend on the order of such steps, and every
   * contradiction was reported when its last part came (see Graph). What the order decides is who
   * reports, hence the text, and which of two titles a contradiction between two classes and
   * interrupts gets. After reportOnce the first report hides the others, and that does depend on
   * the order: not for exploring.
   */
  private final Machine machine;
  private final Reporter reporter;
  private final StackReports reports;
  private final Graph graph;
  private final Validator validator;
  private final HandedOver handedOver;
  private final LockStat lockStat;
  private final Map<String, LockKey> keys = new HashMap<>();
  private boolean readLocksRecursive;
  private int keysMade;
  private int instances;

  private Lockdep(Machine machine, boolean on, boolean proves) {
    this.machine = machine;
    reporter = new Reporter(machine, on);
    reports = new StackReports(reporter);
    graph = new Graph(reporter, new OrderReports(reporter), new IrqReports(reporter));
    validator = new Validator(reporter, reports, graph, proves);
    handedOver = new HandedOver(graph, reporter, machine);
    lockStat = new LockStat(machine, graph);
    machine.listen(this);
  }

  /** A validator that watches {@code machine}. */
  public static Lockdep on(Machine machine) {
    return new Lockdep(machine, true, true);
  }

  /**
   * A validator that keeps stacks of held locks and checks them, but follows neither the order of
   * locks nor their use in interrupts: a kernel without {@code CONFIG_PROVE_LOCKING}. For those who
   * want to see a deadlock and not be told before.
   */
  public static Lockdep withoutProving(Machine machine) {
    return new Lockdep(machine, true, false);
  }

  /** A validator that is switched off: it reports nothing, and every question is unknown to it. */
  public static Lockdep off(Machine machine) {
    return new Lockdep(machine, false, false);
  }

  /** The machine that is watched. */
  public Machine machine() {
    return machine;
  }

  /**
   * Makes the first report the last one, as in the kernel: it switches the validator off. Not for
   * exploring, where it would depend on the order of steps what is reported.
   */
  public void reportOnce() {
    reporter.once();
  }

  /**
   * Whether the validator works: {@code debug_locks}. Then the locks' own checks are on too, as the
   * kernel configures them.
   */
  public boolean isOn() {
    return reporter.on();
  }

  /**
   * Has readers of rwlocks taken for recursive everywhere, as if no writer that waits kept them out
   * ({@code force_read_lock_recursive}). For the locking self-test, which is about such readers.
   */
  public void forceReadLockRecursive(boolean forced) {
    readLocksRecursive = forced;
  }

  /** Whether {@link #forceReadLockRecursive} says so. */
  public boolean readLocksAreRecursive() {
    return readLocksRecursive;
  }

  // ---- locks and classes

  /**
   * Registers a lock that sleeps, whose class is called {@code name} ({@code lockdep_init_map}).
   */
  public LockMap register(String name) {
    return register(name, WaitType.SLEEP);
  }

  /**
   * Registers a lock with a wait type ({@code lockdep_init_map_wait}). Locks with the same name and
   * wait type are of one class, as if one place in the code initialised them.
   */
  public LockMap register(String name, WaitType wait) {
    return register(name, keyOf(name, wait), wait, WaitType.INV, LockType.NORMAL);
  }

  /**
   * Registers a lock with all that can be said of it ({@code lockdep_init_map_type}).
   *
   * @param inner how one may wait who holds it
   * @param outer how it is waited for, or {@link WaitType#INV} for the same
   */
  public synchronized LockMap register(
      String name, LockKey key, WaitType inner, WaitType outer, LockType type) {
    handedOver.registered(key, name);
    LockMap map = new LockMap(instances++, name, key, inner, outer, type);
    map.memory = machine.memoryOfNew();
    return map;
  }

  /** A new key ({@code lockdep_register_key}): its locks are of a class of their own. */
  public synchronized LockKey newKey() {
    return new LockKey(keysMade++);
  }

  private synchronized LockKey keyOf(String name, WaitType wait) {
    LockKey key = keys.get(name);
    if (key == null) {
      key = new LockKey(keysMade++);
      key.wait = wait;
      keys.put(name, key);
    }
    if (key.wait != wait) {
      return keyOf(name + '\0' + wait, wait);
    }
    return key;
  }

  /** {@code lockdep_set_class}: gives a lock that nobody holds another class. */
  public void setKey(LockMap map, LockKey key) {
    map.key(key);
  }

  /** {@code lockdep_set_novalidate_class}: nobody looks at the order of this lock. */
  public void setNoValidateClass(LockMap map) {
    map.key(Validator.NO_VALIDATE);
  }

  /** {@code lock_set_cmp_fn}: locks of this class may be taken inside each other in an order. */
  public void setOrder(LockMap map, LockOrder order) {
    synchronized (graph) {
      LockClass lockClass = graph.classes.classOf(map, 0);
      if (lockClass != null) {
        lockClass.order = order;
      }
    }
  }

  /**
   * {@code lock_set_class}: a lock that the current context holds is of another class from now on.
   */
  public void setClass(LockMap map, LockKey key, int subclass) {
    HeldStack stack = stack();
    if (stack != null) {
      int at = stack.find(map);
      if (at < 0) {
        reports.badUnlockBalance(stack, map);
      } else {
        map.key(key);
        validator.setClass(stack, at, subclass);
      }
    }
  }

  /**
   * Says that a lock lives in memory that can be freed: nobody may do that while he holds it
   * ({@code debug_check_no_locks_freed}). What is made within {@link Machine#within} lives there
   * anyway.
   */
  public void livesIn(LockMap map, Shared memory) {
    map.memory = memory;
  }

  /** Initialises a lock once more ({@code debug_check_no_locks_freed}): nobody may hold it. */
  public void reinitialised(LockMap map, String site) {
    HeldStack stack = stack();
    HeldLock held = stack == null ? null : stack.oldest(map);
    if (stack != null && held != null) {
      reports.heldLockFreed(stack, held, site);
    }
  }

  // ---- taking and giving back

  /**
   * {@code lock_acquire}: the current context is about to take, or has taken, a lock.
   *
   * @param site the operation, as reports name it
   */
  public void acquire(LockMap map, Mode mode, String site) {
    acquire(map, 0, false, mode, true, null, site);
  }

  /**
   * {@code lock_acquire} with all that it can be told.
   *
   * @param subclass the nesting level, from 0 to 7
   * @param trylock whether this cannot wait: no lock held before is then ordered before it
   * @param check whether dependencies are followed
   * @param nestLock a held lock that makes it safe to hold several of this class, or null
   */
  public void acquire(
      LockMap map,
      int subclass,
      boolean trylock,
      Mode mode,
      boolean check,
      @Nullable LockMap nestLock,
      String site) {
    acquire(map, subclass, trylock, mode, check, nestLock, site, false);
  }

  private void acquire(
      LockMap map,
      int subclass,
      boolean trylock,
      Mode mode,
      boolean check,
      @Nullable LockMap nestLock,
      String site,
      boolean sync) {
    HeldStack stack = stack();
    if (stack != null) {
      HeldLock held =
          validator.acquire(stack, map, subclass, trylock, mode, check, nestLock, site, sync);
      if (held != null) {
        if (handedOver.used()) {
          handedOver.acquired(stack, held);
        }
        if (lockStat.on()) {
          lockStat.acquired(held);
        }
      }
    }
  }

  /** {@code lock_sync}: waits for all holders of the lock without holding it. */
  public void sync(LockMap map, String site) {
    acquire(map, 0, false, Mode.WRITE, true, null, site, true);
  }

  /** {@code might_lock}: says that the caller may take the lock, whether it does or not. */
  public void mightLock(LockMap map, Mode mode, String site) {
    acquire(map, mode, site);
    release(map);
  }

  /** {@code lock_contended}: the current context has to wait for a lock that it acquires. */
  public void contended(LockMap map, String site) {
    HeldStack stack = lockStat.on() ? stack() : null;
    if (stack != null) {
      int at = stack.find(map);
      if (at < 0) {
        reports.badContention(stack, map, site);
      } else {
        lockStat.waits(stack.get(at), stack.context().cpu().number(), site);
      }
    }
  }

  /** {@code lock_acquired}: the lock is taken, after a wait or not. */
  public void acquired(LockMap map, String site) {
    HeldStack stack = lockStat.on() ? stack() : null;
    if (stack != null) {
      int at = stack.find(map);
      if (at < 0) {
        reports.badContention(stack, map, site);
      } else {
        lockStat.waited(stack.get(at), stack.context().cpu().number(), site);
      }
    }
  }

  /** {@code lock_release}: the current context gives a lock back. */
  public void release(LockMap map) {
    HeldStack stack = stack();
    if (stack == null) {
      return;
    }
    int at = stack.find(map);
    if (at < 0) {
      if (handedOver.ends(stack, map) == null) {
        reports.badUnlockBalance(stack, map);
      }
      return;
    }
    if (lockStat.on()) {
      lockStat.released(stack.get(at));
    }
    if (validator.release(stack, at) && handedOver.used()) {
      handedOver.releasedByHolder(map);
    }
  }

  /** {@code lock_downgrade}: a lock held exclusively is held shared from now on. */
  public void downgrade(LockMap map) {
    HeldStack stack = stack();
    if (stack != null) {
      int at = stack.find(map);
      if (at < 0) {
        reports.badUnlockBalance(stack, map);
      } else {
        validator.downgrade(stack, at);
      }
    }
  }

  // ---- holds that leave their context

  /**
   * Declares that holds of this class may be given back by another context than the one that took
   * them: an interrupt, a worker, another task.
   *
   * <p>Returning to user space with such a lock is then fine, and so is a release by who does not
   * hold it. What whoever ends a hold acquires before is followed as what the hold waits for, and a
   * hold that is left when the machine has come to its end is reported.
   *
   * @param name the name of the class; before its locks are registered
   */
  public void declareHandedOver(String name) {
    handedOver.declare(name);
  }

  /**
   * The current context hands its hold over; without this it is handed over at the return to user
   * space.
   */
  public void handOver(LockMap map) {
    HeldStack stack = stack();
    if (stack != null) {
      int at = stack.find(map);
      if (at < 0 || !map.key().handedOver) {
        reports.badUnlockBalance(stack, map);
      } else {
        handedOver.leaves(stack, stack.get(at));
        validator.remove(stack, at);
      }
    }
  }

  /** The current context has a hold again that was handed over; this never waits. */
  public void takeOver(LockMap map, String site) {
    HeldStack stack = stack();
    if (stack != null) {
      Mode mode = handedOver.ends(stack, map);
      if (mode == null) {
        reports.badUnlockBalance(stack, map);
        mode = Mode.READ;
      }
      acquire(map, 0, true, mode, true, null, site);
    }
  }

  /**
   * The current context lets go of a hold that stays: it is handed over if the class was declared
   * so, and otherwise the validator is told that the lock was released, as freeze protection does.
   */
  public void releaseForAnother(LockMap map) {
    if (map.key().handedOver) {
      handOver(map);
    } else {
      release(map);
    }
  }

  /** Ends {@link #releaseForAnother}, in any context: a hold, or what looks like a trylock. */
  public void acquireFromAnother(LockMap map, Mode mode, String site) {
    if (map.key().handedOver) {
      takeOver(map, site);
    } else {
      acquire(map, 0, true, mode, true, null, site);
    }
  }

  // ---- questions

  /** {@code lock_is_held}: whether the current context holds the lock in any mode. */
  public LockState isHeld(LockMap map) {
    HeldStack stack = stack();
    return stack == null
        ? LockState.UNKNOWN
        : stack.oldest(map) == null ? LockState.NOT_HELD : LockState.HELD;
  }

  /**
   * {@code lock_is_held_type}: whether the current context holds the lock shared, or exclusively.
   */
  public LockState isHeld(LockMap map, Mode mode) {
    HeldStack stack = stack();
    if (stack == null) {
      return LockState.UNKNOWN;
    }
    HeldLock held = stack.oldest(map);
    return held == null || held.isRead() != (mode != Mode.WRITE)
        ? LockState.NOT_HELD
        : LockState.HELD;
  }

  /** {@code lockdep_assert_held}: warns if the current context is known not to hold the lock. */
  public void assertHeld(LockMap map, String where) {
    if (isHeld(map) == LockState.NOT_HELD) {
      warn(where, "lockdep_assert_held(" + map.name() + ")");
    }
  }

  /** {@code lockdep_assert_held_write}. */
  public void assertHeldWrite(LockMap map, String where) {
    if (isHeld(map, Mode.WRITE) == LockState.NOT_HELD) {
      warn(where, "lockdep_assert_held_write(" + map.name() + ")");
    }
  }

  /** {@code lockdep_assert_held_read}. */
  public void assertHeldRead(LockMap map, String where) {
    if (isHeld(map, Mode.READ) == LockState.NOT_HELD) {
      warn(where, "lockdep_assert_held_read(" + map.name() + ")");
    }
  }

  /** {@code lockdep_assert_not_held}: warns if the current context is known to hold the lock. */
  public void assertNotHeld(LockMap map, String where) {
    if (isHeld(map) == LockState.HELD) {
      warn(where, "lockdep_assert_not_held(" + map.name() + ")");
    }
  }

  /** {@code lockdep_assert_none_held_once}, though each time: warns if any lock is held. */
  public void assertNoneHeld(String where) {
    HeldStack stack = stack();
    if (stack != null && stack.depth() > 0) {
      warn(where, "lockdep_assert_none_held()");
    }
  }

  private void warn(String where, String assertion) {
    reporter.warn(where, assertion + " failed", stackOf(machine.current()));
  }

  /**
   * {@code lockdep_rcu_suspicious}: RCU is used in a way that its rules forbid.
   *
   * @param where the place
   * @param message what is wrong, without a full stop
   */
  public void suspiciousRcu(String where, String message) {
    HeldStack stack = stack();
    if (stack != null) {
      reports.suspiciousRcu(stack, where, message);
    }
  }

  /**
   * {@code lock_pin_lock}: nobody may release the lock until it is unpinned.
   *
   * @return the cookie for {@link #unpin}
   */
  public int pin(LockMap map) {
    int cookie = 1;
    repin(map, cookie);
    return cookie;
  }

  /** {@code lock_repin_lock}: pins it again, after it was released and taken in between. */
  public void repin(LockMap map, int cookie) {
    HeldStack stack = stack();
    if (stack != null) {
      HeldLock held = stack.oldest(map);
      if (held == null) {
        reporter.warn("lock_pin_lock", "pinning an unheld lock", stack);
      } else {
        held.pins += cookie;
      }
    }
  }

  /** {@code lock_unpin_lock}. */
  public void unpin(LockMap map, int cookie) {
    HeldStack stack = stack();
    if (stack == null) {
      return;
    }
    HeldLock held = stack.oldest(map);
    if (held == null) {
      reporter.warn("lock_unpin_lock", "unpinning an unheld lock", stack);
    } else if (held.pins == 0) {
      reporter.warn("lock_unpin_lock", "unpinning an unpinned lock", stack);
    } else if (held.pins < cookie) {
      reporter.warn("lock_unpin_lock", "pin count corrupted", stack);
      held.pins = 0;
    } else {
      held.pins -= cookie;
    }
  }

  /** The names of the locks that {@code context} holds, oldest first. */
  public List<String> heldBy(Context context) {
    List<String> names = new ArrayList<>();
    HeldStack stack = stackOf(context);
    for (int i = 0; i < stack.depth(); i++) {
      names.add(stack.get(i).map().name() + " (" + stack.get(i).mode().words() + ")");
    }
    return names;
  }

  /** The newest lock with a class of this name that the current context holds, or null. */
  public @Nullable LockMap held(String name) {
    HeldStack stack = stack();
    for (int i = stack == null ? -1 : stack.depth() - 1; stack != null && i >= 0; i--) {
      if (stack.get(i).map().name().equals(name)) {
        return stack.get(i).map();
      }
    }
    return null;
  }

  /** The texts of {@code /proc/lockdep} and its neighbours as they are now. */
  public LockdepProc proc() {
    return new LockdepProc(reporter, graph);
  }

  /** Has waits and holds measured for {@link LockdepProc#lockStat}, from now on or no longer. */
  public void recordLockStat(boolean wanted) {
    lockStat.record(wanted);
  }

  /** What writing 0 to {@code /proc/lock_stat} does. */
  public void clearLockStat() {
    lockStat.clear();
  }

  /**
   * Says that this interrupt's handler runs as an interrupt even on {@code PREEMPT_RT} ({@code
   * IRQF_NO_THREAD}): it may spin only for what spins there too.
   */
  public void notThreaded(Context handler) {
    stackOf(handler).notThreaded = true;
  }

  // ---- events of the machine

  @Override
  public void begins(Context context) {
    if (handedOver.used()) {
      HandedOver.begins(stackOf(context));
    }
  }

  @Override
  public void irqsComeOn(Context context) {
    if (reporter.on() && context.heldLocks instanceof HeldStack stack) {
      validator.hardirqsOn(stack);
    }
  }

  @Override
  public void bhComesOn(Context context) {
    if (reporter.on() && context.heldLocks instanceof HeldStack stack) {
      validator.softirqsOn(stack);
    }
  }

  @Override
  public void freed(Shared memory) {
    HeldStack stack = stack();
    for (int i = 0; stack != null && i < stack.depth(); i++) {
      if (stack.get(i).map().memory == memory) {
        reports.heldLockFreed(stack, stack.get(i), "kfree");
        return;
      }
    }
  }

  @Override
  public void returnsToUser(Task task) {
    if (reporter.on() && task.heldLocks instanceof HeldStack stack && stack.depth() > 0) {
      handOverAll(stack);
      if (stack.depth() > 0) {
        reports.heldInUserSpace(stack, task);
        stack.cutTo(0);
      }
    }
  }

  @Override
  public void exits(Task task) {
    if (reporter.on() && task.heldLocks instanceof HeldStack stack && stack.depth() > 0) {
      handOverAll(stack);
      if (stack.depth() > 0) {
        reports.heldAtExit(stack);
      }
    }
  }

  private void handOverAll(HeldStack stack) {
    for (int i = stack.depth() - 1; handedOver.used() && i >= 0; i--) {
      if (stack.get(i).map().key().handedOver) {
        handedOver.leaves(stack, stack.get(i));
        validator.remove(stack, i);
      }
    }
  }

  @Override
  public void ended(RunResult result) {
    if (handedOver.used() && result.outcome() == RunResult.Outcome.DONE) {
      handedOver.machineEnds();
    }
  }

  /** The stack of the current context, or null if nobody runs or the validator is off. */
  private @Nullable HeldStack stack() {
    if (reporter.on()) {
      Context me = machine.currentOrNull();
      if (me != null) {
        return stackOf(me);
      }
    }
    return null;
  }

  private static HeldStack stackOf(Context context) {
    if (context.heldLocks instanceof HeldStack stack) {
      return stack;
    }
    HeldStack stack = new HeldStack(context);
    context.heldLocks = stack;
    return stack;
  }
}
