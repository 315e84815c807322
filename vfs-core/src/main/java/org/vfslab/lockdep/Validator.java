package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;

/**
 * Takes holds onto the stacks of contexts and off again, and has each looked at: {@code
 * __lock_acquire} and {@code __lock_release}.
 */
final class Validator {

  /** {@code LD_WAIT_MAX}: a context that may wait in any way. */
  private static final int WAIT_ANY = WaitType.SLEEP.level() + 1;

  private final Reporter reporter;
  private final StackReports reports;
  private final Graph graph;

  /** {@code prove_locking}: whether anything is checked beyond stacks. */
  private final boolean proves;

  Validator(Reporter reporter, StackReports reports, Graph graph, boolean proves) {
    this.proves = proves;
    this.reporter = reporter;
    this.reports = reports;
    this.graph = graph;
  }

  /** {@code __lock_acquire}; returns the new entry, or null if there is none. */
  @Nullable HeldLock acquire(
      HeldStack stack,
      LockMap map,
      int subclass,
      boolean trylock,
      Mode mode,
      boolean check,
      @Nullable LockMap nestLock,
      String site,
      boolean sync) {
    LockClass lockClass = subclass == 0 ? map.cached : map.key().classOf(subclass);
    if (lockClass == null) {
      lockClass = register(map, subclass);
      if (lockClass == null) {
        return null;
      }
    }
    lockClass.operations++;
    if (stack.depth() > 0 && !sync && nestLock != null && merge(stack.top(), lockClass, 1)) {
      return null;
    }
    HeldLock next = stack.next();
    next.set(map, lockClass, mode, site);
    next.nestLock = nestLock;
    next.trylock = trylock;
    next.check = proves && check && map.key() != NO_VALIDATE;
    next.hardirqsOff = stack.context().irqsDisabled();
    next.sync = sync;
    take(stack, next);
    return next;
  }

  /** The key of locks whose order nobody looks at: {@code __lockdep_no_validate__}. */
  static final LockKey NO_VALIDATE = new LockKey(-1);

  private @Nullable LockClass register(LockMap map, int subclass) {
    if (subclass < 0 || subclass >= LockKey.SUBCLASSES) {
      reporter.givesUp("BUG: looking up invalid subclass: " + subclass, "");
      return null;
    }
    synchronized (graph) {
      LockClass made = graph.classes.classOf(map, subclass);
      if (made == null) {
        reporter.givesUp("BUG: MAX_LOCKDEP_KEYS too low!", "");
      }
      return made;
    }
  }

  /** Counts another lock in {@code top} if that is of the same class and this is nested safely. */
  private static boolean merge(HeldLock top, LockClass lockClass, int references) {
    if (top.lockClass() != lockClass) {
      return false;
    }
    top.references = Math.max(1, top.references) + references;
    return true;
  }

  /** Validates {@code next}, the entry after the top of the stack, and makes it the top. */
  private void take(HeldStack stack, HeldLock next) {
    checkWaitContext(stack, next);
    markUsage(stack, next);
    next.chainKeyBefore = stack.chainKey;
    long chainKey = ChainCache.next(stack.chainKey, next.lockClass(), next.mode());
    LockMap nestLock = next.nestLock;
    if (nestLock != null && stack.find(nestLock) < 0) {
      reports.nestLockNotHeld(stack, next, nestLock);
    }
    if (!next.trylock && next.check) {
      graph.validate(stack, next, chainKey);
    }
    if (next.sync) {
      return;
    }
    stack.push(chainKey);
    if (stack.depth() > graph.statistics.depthMax) {
      graph.statistics.depthMax = stack.depth();
      if (stack.depth() >= HeldStack.DEPTH_MAX) {
        reporter.givesUp(
            "BUG: MAX_LOCK_DEPTH too low!",
            "depth: " + stack.depth() + "  max: " + HeldStack.DEPTH_MAX + "!");
      }
    }
  }

  // ---- how one may wait

  /** {@code task_wait_context}: an interrupt runs in a thread on PREEMPT_RT unless it must not. */
  private static int contextMayWait(HeldStack stack) {
    Context context = stack.context();
    return context.inHardirq() && stack.notThreaded
        ? WaitType.SPIN.level()
        : context.inHardirq() || context.inSoftirq() ? WaitType.CONFIG.level() : WAIT_ANY;
  }

  /** {@code check_wait_context}. */
  private void checkWaitContext(HeldStack stack, HeldLock next) {
    LockClass lockClass = next.lockClass();
    if (lockClass.waitInner == WaitType.INV || next.trylock) {
      return;
    }
    int mayWait = contextMayWait(stack);
    for (int i = 0; i < stack.depth(); i++) {
      LockClass held = stack.get(i).lockClass();
      int inner = held.waitInner.level();
      if (inner != 0) {
        mayWait = held.type == LockType.WAIT_OVERRIDE ? inner : Math.min(mayWait, inner);
      }
    }
    if (lockClass.outer().level() > mayWait) {
      reports.invalidWaitContext(stack, next, contextMayWait(stack));
    }
  }

  // ---- uses in and around interrupts

  /** {@code mark_usage}. */
  private void markUsage(HeldStack stack, HeldLock next) {
    int read = next.isRead() ? Usage.READ : 0;
    int wanted = 1 << (Usage.USED + read);
    if (next.check) {
      Context context = stack.context();
      if (!next.trylock) {
        if (context.inHardirq()) {
          wanted |= 1 << (Usage.HARDIRQ + read);
        }
        if (context.inSoftirq()) {
          wanted |= 1 << (Usage.SOFTIRQ + read);
        }
      }
      if (!next.hardirqsOff && !next.sync) {
        wanted |= 1 << (Usage.HARDIRQ + Usage.ENABLED + read);
        if (softirqsEnabled(context)) {
          wanted |= 1 << (Usage.SOFTIRQ + Usage.ENABLED + read);
        }
      }
    }
    mark(stack, next, wanted);
  }

  private void mark(HeldStack stack, HeldLock held, int wanted) {
    if ((wanted & ~held.lockClass().usage) != 0) {
      graph.mark(stack, held, wanted);
    }
  }

  private static boolean softirqsEnabled(Context context) {
    return context.bhDisableDepth() == 0 && !context.inSoftirq();
  }

  /** {@code lockdep_hardirqs_on_prepare}: what is held is held with interrupts enabled now. */
  void hardirqsOn(HeldStack stack) {
    graph.statistics.hardirqsOn++;
    int bits = 1 << (Usage.HARDIRQ + Usage.ENABLED);
    if (softirqsEnabled(stack.context())) {
      bits |= 1 << (Usage.SOFTIRQ + Usage.ENABLED);
    }
    markHeld(stack, bits);
  }

  /** {@code lockdep_softirqs_on}. */
  void softirqsOn(HeldStack stack) {
    graph.statistics.softirqsOn++;
    if (!stack.context().irqsDisabled()) {
      markHeld(stack, 1 << (Usage.SOFTIRQ + Usage.ENABLED));
    }
  }

  private void markHeld(HeldStack stack, int bits) {
    for (int i = 0; i < stack.depth(); i++) {
      HeldLock held = stack.get(i);
      if (held.check) {
        mark(stack, held, held.isRead() ? bits << Usage.READ : bits);
      }
    }
  }

  // ---- the stack

  /** {@code __lock_release} of the entry at {@code at}; returns whether that is gone. */
  boolean release(HeldStack stack, int at) {
    HeldLock held = stack.get(at);
    if (held.pins > 0) {
      reporter.warn("lock_release", "releasing a pinned lock", stack);
    }
    if (held.references > 1) {
      held.references--;
      return false;
    }
    remove(stack, at);
    return true;
  }

  /** Takes an entry off the stack and acquires anew what was above it. */
  void remove(HeldStack stack, int at) {
    int depth = stack.depth();
    stack.cutTo(at);
    stack.moveBehind(at, depth);
    int left = depth - 1;
    stack.get(left).clear();
    reacquire(stack, left);
  }

  /** {@code reacquire_held_locks}: everything up to {@code end} that is no longer on the stack. */
  private void reacquire(HeldStack stack, int end) {
    int left = end;
    while (stack.depth() < left) {
      HeldLock again = stack.next();
      if (stack.depth() > 0
          && again.nestLock != null
          && merge(stack.top(), again.lockClass(), Math.max(1, again.references))) {
        stack.moveBehind(stack.depth(), left--);
        continue;
      }
      take(stack, again);
    }
  }

  /** {@code __lock_downgrade} of the entry at {@code at}. */
  void downgrade(HeldStack stack, int at) {
    int depth = stack.depth();
    HeldLock held = stack.get(at);
    if (held.isRead()) {
      reporter.warn("lock_downgrade", "downgrading a read lock", stack);
    }
    stack.cutTo(at);
    held.downgraded("lock_downgrade");
    reacquire(stack, depth);
  }

  /** {@code __lock_set_class}: the entry at {@code at} is of the class of its lock's new key. */
  void setClass(HeldStack stack, int at, int subclass) {
    HeldLock held = stack.get(at);
    LockClass newClass = register(held.map(), subclass);
    if (newClass != null) {
      int depth = stack.depth();
      stack.cutTo(at);
      held.lockClass(newClass);
      reacquire(stack, depth);
    }
  }
}
