package org.vfslab.locking;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;

/**
 * The queue of those who spin for a sleeping lock: only its head looks at the lock, the others each
 * look at a word of their own.
 *
 * <p>Follows {@code kernel/locking/osq_lock.c}, 7.2, with a node for each spinner instead of one
 * for each CPU; preemption of virtual CPUs is left out.
 */
final class OptimisticSpinQueue extends Shared {

  /*
   * Overview. An MCS lock that one can leave. tail is the last who came; each node points to the
   * next, and back to the one before, which lets it in by setting its locked word. Who leaves
   *
   *   A  takes itself out of its predecessor's next, unless that lets it in at this moment,
   *   B  waits until its own next is known, or becomes no part of the tail,
   *   C  ties the two together.
   */
  private final AtomicRef<Node> tail;

  /** The place of one spinner. */
  final class Node {
    private final AtomicRef<Node> next = new AtomicRef<>(machine(), name(), null);
    private final AtomicRef<Node> previous = new AtomicRef<>(machine(), name(), null);
    private final AtomicWord locked = new AtomicWord(machine(), name(), 0);

    private Node() {}
  }

  OptimisticSpinQueue(Machine machine, String name) {
    super(machine, name);
    tail = new AtomicRef<>(machine, name, null);
  }

  /**
   * {@code osq_lock}: spins until the caller is the head, with preemption disabled.
   *
   * @param needResched whether the caller has to let others have its CPU
   * @return its place, or null if it left because of that
   */
  @Nullable Node lock(Task me, BooleanSupplier needResched) {
    Node node = new Node();
    Node before = tail.xchg(node);
    if (before == null) {
      return node;
    }
    node.previous.storeRelease(before);
    before.next.storeRelease(node);
    while (node.locked.loadAcquire() == 0) {
      if (needResched.getAsBoolean()) {
        return leave(node, before) ? null : node;
      }
      relax(node.locked);
    }
    return node;
  }

  /** Leaves the queue from its middle or end; returns false if the caller became its head. */
  private boolean leave(Node node, Node predecessor) {
    Node before = predecessor;
    while (!before.next.compareAndSet(node, null)) {
      if (node.locked.loadAcquire() != 0) {
        return false;
      }
      relax(node.locked);
      Node moved = node.previous.loadAcquire();
      before = moved == null ? before : moved;
    }
    Node next = waitForNext(node, before);
    if (next != null) {
      next.previous.storeRelease(before);
      before.next.storeRelease(next);
    }
    return true;
  }

  /** {@code osq_wait_next}: the next node, or null if the queue ends at {@code before} now. */
  private @Nullable Node waitForNext(Node node, @Nullable Node before) {
    while (true) {
      if (tail.compareAndSet(node, before)) {
        if (hook != null && before != null) {
          hook.before(before.next, Access.WRITE); // its owner may wait for this
        }
        return null;
      }
      if (node.next.loadAcquire() == null) {
        relaxUnlessLast(node);
      } else {
        Node next = node.next.xchg(null);
        if (next != null) {
          return next;
        }
      }
    }
  }

  /** {@code osq_unlock}: lets the next one look at the lock. */
  void unlock(Node node) {
    if (tail.compareAndSet(node, null)) {
      return;
    }
    Node next = node.next.xchg(null);
    if (next == null) {
      next = waitForNext(node, null);
    }
    if (next != null) {
      next.locked.storeRelease(1);
    }
  }

  /** Whether nobody is there; for properties. */
  boolean isEmpty() {
    return tail.peek() == null;
  }

  /** {@code cpu_relax}: goes on when {@code node} has got a next one, or has become the last. */
  private void relaxUnlessLast(Node node) {
    if (hook != null) {
      hook.looked(tail);
    }
    if (tail.peek() != node) {
      relax(node.next);
    }
  }

  /** {@code cpu_relax}: goes on when {@code word} has changed since it was last read. */
  private void relax(Shared word) {
    machine().spinUntilChanged(word);
    if (hook != null) {
      hook.before(word, Access.READ);
    }
  }
}
