package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;

/**
 * Which class was acquired with which one held, and the checks of each new dependency: {@code
 * validate_chain} and what it calls.
 *
 * <p>The monitor of this object is the kernel's graph lock.
 */
final class Graph {

  /*
   * Overview. A chain (what a context holds, and what it acquires now) is validated once; the cache
   * knows it afterwards. Otherwise the new lock gets an edge from the newest hold, and from those
   * before it as long as what is in between might not have waited for them.
   *
   * The graph only grows, also after a report, and an edge is checked when it gets a kind that it
   * did not have. So whether a machine that has done certain things was ever reported a cycle does
   * not depend on the order in which contexts did them: that edge was checked last which closed it.
   * The same goes for uses in interrupts, apart from the title: a contradiction is a "safe ->
   * unsafe lock order" if the edge came last, and a "lock inversion" if the use did.
   *
   * Where this is not the kernel's: it stops at the first hold that was not a trylock. If that is
   * a recursive reader, those before it have an edge ..R to it only, through which no strong path
   * goes on to what comes next when that hold is shared; here such a hold does not stop the walk.
   */

  /** {@code MAX_LOCKDEP_ENTRIES}, two of which the kernel needs for a dependency. */
  static final int EDGES_MAX = 1 << 14;

  private final Reporter reporter;
  private final OrderReports orderReports;
  private final IrqReports irqReports;
  final ClassTable classes = new ClassTable();
  final ChainCache chains = new ChainCache();
  final Search search = new Search();
  final Statistics statistics = new Statistics();

  /** The uses of all classes together. */
  private int usedAnywhere;

  Graph(Reporter reporter, OrderReports orderReports, IrqReports irqReports) {
    this.reporter = reporter;
    this.orderReports = orderReports;
    this.irqReports = irqReports;
  }

  /** Looks at {@code next}, which {@code stack} is about to get. */
  void validate(HeldStack stack, HeldLock next, long chainKey) {
    if (chains.contains(chainKey)) {
      statistics.chainHits++;
      if (next.lockClass().order != null) {
        mayNest(stack, next); // the chain does not tell the locks of a class apart
      }
    } else {
      validateNew(stack, next, chainKey);
    }
  }

  private synchronized void validateNew(HeldStack stack, HeldLock next, long chainKey) {
    if (chains.contains(chainKey)) {
      return;
    }
    statistics.chainMisses++;
    addChain(stack, next, chainKey);
    if (mayNest(stack, next)) {
      addDependencies(stack, next);
    }
  }

  private void addChain(HeldStack stack, HeldLock next, long chainKey) {
    if (chains.chains().size() == ChainCache.CHAINS_MAX) {
      reporter.givesUp("BUG: MAX_LOCKDEP_CHAINS too low!", "");
      return;
    }
    LockClass[] sequence = new LockClass[stack.depth() + 1];
    for (int i = 0; i < stack.depth(); i++) {
      sequence[i] = stack.get(i).lockClass();
    }
    sequence[stack.depth()] = next.lockClass();
    int irqContext = (stack.context().inSoftirq() ? 1 : 0) + (stack.context().inHardirq() ? 2 : 0);
    statistics.chainAdded(irqContext, sequence.length);
    chains.add(chainKey, new ChainCache.Chain(irqContext, sequence));
  }

  /**
   * {@code check_deadlock}: whether dependencies are to be added. Not if a lock of the same class
   * is held: either a third lock makes that safe, or it is reported.
   */
  private boolean mayNest(HeldStack stack, HeldLock next) {
    boolean nestLockHeld = false;
    for (int i = 0; i < stack.depth(); i++) {
      HeldLock held = stack.get(i);
      nestLockHeld |= held.map() == next.nestLock;
      if (held.lockClass() != next.lockClass()
          || (next.mode() == Mode.READ_RECURSIVE && held.isRead())
          || isOrdered(held, next)) {
        continue;
      }
      if (!nestLockHeld) {
        orderReports.recursive(stack, held, next);
      }
      return false;
    }
    return true;
  }

  private static boolean isOrdered(HeldLock held, HeldLock next) {
    LockOrder order = held.lockClass().order;
    return order != null && order.compare(held.map(), next.map()) < 0;
  }

  /** {@code check_prevs_add}. */
  private void addDependencies(HeldStack stack, HeldLock next) {
    int depth = stack.depth();
    for (int i = depth - 1; i >= 0; i--) {
      HeldLock held = stack.get(i);
      if (held.check) {
        addDependency(stack, held, next, depth - i);
        if (!held.trylock && held.mode() != Mode.READ_RECURSIVE) {
          break;
        }
      }
    }
  }

  /** {@code check_prev_add}. */
  private void addDependency(HeldStack stack, HeldLock held, HeldLock next, int distance) {
    if (held.lockClass() == next.lockClass() && isOrdered(held, next)) {
      return;
    }
    LockEdge edge = edge(held.lockClass(), next.lockClass());
    int kind = LockEdge.kind(held.mode(), next.mode());
    if (edge == null || !edge.has(kind)) {
      Path way = wayBack(held, next);
      if (way != null) {
        if (way.lockClass() == next.lockClass()) {
          orderReports.recursive(stack, held, next);
        } else {
          orderReports.circular(stack, held, next, way);
        }
      }
      checkIrqOrder(stack, held, next);
      record(edge, held, next, kind, distance, Trace.of(stack.context(), next.site()));
    } else {
      edge.seenAt(distance);
    }
  }

  /**
   * Adds what a hold that was handed over waits for: {@code next}, which whoever ends it acquired
   * before.
   *
   * @param token the hold
   * @param origin where it was taken
   * @param where where {@code next} was acquired
   */
  synchronized void addHandedOver(
      HeldStack stack, HeldLock token, Trace origin, HeldLock next, Trace where) {
    LockEdge edge = edge(token.lockClass(), next.lockClass());
    int kind = LockEdge.kind(token.mode(), next.mode());
    if (token.lockClass() != next.lockClass() && (edge == null || !edge.has(kind))) {
      Path way = wayBack(token, next);
      if (way != null) {
        orderReports.circularHandedOver(stack, token, next, way, origin);
      }
      record(edge, token, next, kind, 1, where);
    }
  }

  private static @Nullable LockEdge edge(LockClass from, LockClass to) {
    LockEdge known = from.first(true);
    while (known != null && known.to != to) {
      known = known.next(true);
    }
    return known;
  }

  private void record(
      @Nullable LockEdge known, HeldLock held, HeldLock next, int kind, int distance, Trace trace) {
    if (known != null) {
      known.add(kind);
      known.seenAt(distance);
    } else if (statistics.edges == EDGES_MAX) {
      reporter.givesUp("BUG: MAX_LOCKDEP_ENTRIES too low!", "");
    } else {
      LockEdge made = new LockEdge(held.lockClass(), next.lockClass(), trace, kind, distance);
      held.lockClass().addAfter(made);
      next.lockClass().addBefore(made);
      statistics.edges++;
      statistics.traces++;
    }
  }

  /**
   * {@code check_noncircular}: a strong path from {@code next} to {@code held} that stays strong
   * with the new edge behind it.
   */
  private @Nullable Path wayBack(HeldLock held, HeldLock next) {
    statistics.cyclicChecks++;
    if (next.lockClass().first(true) == null && held.lockClass() != next.lockClass()) {
      return null;
    }
    LockClass target = held.lockClass();
    boolean any = held.mode() == Mode.WRITE;
    return search.forwards(
        next.lockClass(),
        next.mode() == Mode.READ_RECURSIVE,
        false,
        path -> path.lockClass() == target && (any || !path.weak()));
  }

  /**
   * {@code check_irq_usage}: no lock that interrupts take may come to be held while one is acquired
   * during which they come.
   */
  private void checkIrqOrder(HeldStack stack, HeldLock held, HeldLock next) {
    if ((usedAnywhere & Usage.IN_ALL) == 0 || (usedAnywhere & Usage.ENABLED_ALL) == 0) {
      return;
    }
    int[] uses = new int[1];
    boolean shared = held.isRead();
    search.backwards(
        held.lockClass(),
        shared,
        true,
        path -> {
          uses[0] |= path.lockClass().usage & relevant(path);
          return false;
        });
    int in = uses[0] & Usage.IN_ALL;
    if (in == 0) {
      return;
    }
    int contradicts = Usage.exclusiveMask(in);
    Path unsafe = usedForwards(next.lockClass(), next.mode() == Mode.READ_RECURSIVE, contradicts);
    if (unsafe == null) {
      return;
    }
    int unsafeUses = unsafe.lockClass().usage;
    Path safe =
        usedBackwards(
            held.lockClass(), shared, Usage.exclusiveMask(unsafeUses & Usage.ENABLED_ALL));
    if (safe == null) {
      return;
    }
    for (int bit = 0; bit < Usage.USED; bit++) {
      if ((safe.lockClass().usage & Usage.IN_ALL & 1 << bit) != 0) {
        int exclusive = Usage.exclusive(bit);
        int found = unsafeUses >> exclusive & 0b11;
        if (found != 0) {
          int unsafeBit = (found & 1) != 0 ? exclusive : exclusive + Usage.READ;
          irqReports.badOrder(stack, held, next, safe, unsafe, bit, unsafeBit);
          return;
        }
      }
    }
  }

  /** The uses of a class that count when it was reached like this: {@code usage_match}. */
  private static int relevant(Path path) {
    return path.weak() ? Usage.EXCLUSIVE : -1;
  }

  /** {@code find_usage_forwards}. */
  private @Nullable Path usedForwards(LockClass from, boolean weak, int mask) {
    statistics.forwardChecks++;
    return search.forwards(
        from, weak, true, path -> (path.lockClass().usage & mask & relevant(path)) != 0);
  }

  /** {@code find_usage_backwards}. */
  private @Nullable Path usedBackwards(LockClass from, boolean weak, int mask) {
    statistics.backwardChecks++;
    return search.backwards(
        from, weak, true, path -> (path.lockClass().usage & mask & relevant(path)) != 0);
  }

  /**
   * {@code mark_lock}: notes uses of the class of {@code held}, and looks what contradicts them; in
   * the order of the kernel's checks: taken in interrupts, then held while they are enabled.
   */
  synchronized void mark(HeldStack stack, HeldLock held, int uses) {
    LockClass marked = held.lockClass();
    int missing = uses & ~marked.usage;
    Trace trace = missing == 0 ? null : Trace.of(stack.context(), held.site());
    for (int i = 0; trace != null && missing != 0; i++) {
      int bit = Usage.checkedAt(i);
      if ((missing & 1 << bit) != 0) {
        missing &= ~(1 << bit);
        mark(stack, held, bit, trace);
      }
    }
  }

  private void mark(HeldStack stack, HeldLock held, int bit, Trace trace) {
    LockClass marked = held.lockClass();
    marked.usage |= 1 << bit;
    usedAnywhere |= 1 << bit;
    if (bit < Usage.TRACED) {
      marked.usageTrace(bit, trace);
      statistics.traces++;
    }
    int exclusiveUses = bit < Usage.USED ? 0b11 << Usage.exclusive(bit) : 0;
    if ((usedAnywhere & exclusiveUses) == 0) {
      return;
    }
    int exclusive = Usage.exclusive(bit);
    if ((marked.usage & 1 << exclusive) != 0) {
      irqReports.inconsistent(stack, held, exclusive, bit);
      return;
    }
    if ((bit & Usage.READ) == 0 && (marked.usage & 2 << exclusive) != 0) {
      irqReports.inconsistent(stack, held, exclusive + Usage.READ, bit);
      return;
    }
    boolean forwards = (bit & Usage.ENABLED) == 0;
    boolean weak = forwards ? held.mode() == Mode.READ_RECURSIVE : held.isRead();
    Path other =
        forwards
            ? usedForwards(marked, weak, exclusiveUses)
            : usedBackwards(marked, weak, exclusiveUses);
    if (other != null) {
      boolean write = (other.lockClass().usage & 1 << exclusive) != 0;
      irqReports.inversion(
          stack, held, other, forwards, write ? exclusive : exclusive + Usage.READ);
    }
  }
}
