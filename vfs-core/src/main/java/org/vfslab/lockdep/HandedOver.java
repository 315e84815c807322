package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;

/**
 * Holds that left the context which took them, to be given back by whoever completes something: an
 * interrupt, a worker, another task. The kernel's validator knows no such holds.
 */
final class HandedOver {

  /*
   * Overview. Locks of a class that was declared so may be taken along to user space; the hold
   * leaves the stack then, or when handOver says so, and becomes a token. Whoever gives the lock
   * back without holding it takes a token, so it is no bad balance; if the submitter is not out
   * yet, the release is remembered and meets its hold there.
   *
   * What is followed:
   *
   *   L -> lock     whoever acquires the lock while holding L waits for tokens too: the ordinary
   *                 edge, recorded at acquire
   *   lock -> M     whoever ends the hold had to acquire M first: the hold lasts until somebody
   *                 else lets go of M. M is everything that the ending context acquired since it
   *                 began, given back in between or not; if it is the context that handed the
   *                 hold over, everything since then
   *
   * The second is what "release it for lockdep and acquire it again as a trylock where it ends"
   * loses: a trylock gets no edges from what is held before it, and what was given back before it
   * is forgotten. It is what cross-release did for completions (Linux 4.14), for declared classes
   * only and from the beginning of the handler only, so that what an idle worker did before for
   * others is no false dependency.
   *
   * A token that is left when the machine has come to its end is a hold that nobody will give back.
   */
  private record Token(
      LockMap map, LockClass lockClass, Mode mode, Trace origin, History.Moment left) {}

  private final Graph graph;
  private final Reporter reporter;
  private final Machine machine;
  private final Set<String> names = new HashSet<>();
  private final List<Token> inFlight = new ArrayList<>();
  private volatile boolean used;

  HandedOver(Graph graph, Reporter reporter, Machine machine) {
    this.graph = graph;
    this.reporter = reporter;
    this.machine = machine;
  }

  /** Declares the classes of this name, now and later. */
  synchronized void declare(String name) {
    names.add(name);
    used = true;
  }

  /** Whether some class was declared. */
  boolean used() {
    return used;
  }

  void registered(LockKey key, String name) {
    if (used && names.contains(name)) {
      key.handedOver = true;
    }
  }

  /** Notes an acquisition of {@code stack}, whose newest entry {@code next} is or would be. */
  void acquired(HeldStack stack, HeldLock next) {
    if (!next.trylock && next.check) {
      historyOf(stack).add(next, Trace.of(stack.context(), next.site()));
    }
    if (next.map().key().handedOver && !next.sync) {
      synchronized (this) {
        next.map().holdsOnStacks++;
      }
    }
  }

  private static History historyOf(HeldStack stack) {
    History history = stack.history;
    if (history == null) {
      history = new History();
      stack.history = history;
    }
    return history;
  }

  /** The context begins something new. */
  static void begins(HeldStack stack) {
    History history = stack.history;
    if (history != null) {
      history.clear();
    }
  }

  /** A hold was given back by the context that took it. */
  synchronized void releasedByHolder(LockMap map) {
    if (map.key().handedOver) {
      map.holdsOnStacks--;
    }
  }

  /** The hold of this entry, which is leaving its stack, lives on without a context. */
  synchronized void leaves(HeldStack stack, HeldLock held) {
    LockMap map = held.map();
    map.holdsOnStacks--;
    if (map.releasedEarly > 0) {
      map.releasedEarly--;
    } else {
      inFlight.add(
          new Token(
              map,
              held.lockClass(),
              held.mode(),
              Trace.of(stack.context(), held.site()),
              historyOf(stack).mark()));
    }
  }

  /**
   * A context that does not hold the lock gives it back, or takes it over.
   *
   * @return the mode of the hold, or null if nobody handed one over
   */
  @Nullable Mode ends(HeldStack stack, LockMap map) {
    if (!map.key().handedOver) {
      return null;
    }
    Token token = null;
    synchronized (this) {
      for (int i = 0; i < inFlight.size() && token == null; i++) {
        if (inFlight.get(i).map == map) {
          token = inFlight.remove(i);
        }
      }
      if (token == null) {
        LockClass lockClass = map.cached;
        if (lockClass == null || map.holdsOnStacks <= map.releasedEarly) {
          return null;
        }
        map.releasedEarly++;
        Trace here = Trace.of(stack.context(), "release");
        token = new Token(map, lockClass, Mode.READ, here, new History.Moment(new History(), 0, 0));
      }
    }
    follow(stack, token);
    return token.mode;
  }

  private void follow(HeldStack stack, Token token) {
    History history = stack.history;
    if (history == null) {
      return;
    }
    HeldLock held = new HeldLock();
    held.set(token.map, token.lockClass, token.mode, String.valueOf(token.origin.site()));
    for (History.Acquired acquired : history.since(token.left)) {
      HeldLock next = new HeldLock();
      next.set(
          acquired.map(),
          acquired.lockClass(),
          acquired.mode(),
          String.valueOf(acquired.where().site()));
      graph.addHandedOver(stack, held, token.origin, next, acquired.where());
    }
  }

  /** The machine has come to its end: what is in flight stays so. */
  synchronized void machineEnds() {
    for (Token token : inFlight) {
      if (reporter.wants()) {
        Splat splat =
            new Splat("WARNING: lock handed over and never given back!", 47)
                .line(token.map.address() + token.lockClass.described() + " was taken at:")
                .trace(token.origin, 0)
                .line("")
                .line("and nobody is left who could give it back.");
        machine.report(ReportKind.LOCKDEP, splat.title(), splat.text());
      }
    }
    inFlight.clear();
  }
}
