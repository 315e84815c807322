package org.vfslab.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vfslab.machine.Footprint;

/** The steps of the current execution, what happens before what, and which steps race. */
final class Path {

  /*
   * Overview. A step happens before a later one of the same context, and before a later one with
   * which it conflicts. Two conflicting steps with nothing between them that orders them race: they
   * could come the other way round.
   *
   * Not so where the first lets the second come: it woke its context, gave back the lock or let it
   * on the CPU. There, what could come the other way round is the second step and the one that
   * closed the gate: it took the lock, or kept others from the CPU. A step can pass two gates. If
   * the other one is closed without the steps that come after the closer, whoever closed that one
   * must not come before either.
   *
   * Time passes when nothing else can happen, so every later step comes after every earlier one,
   * and no step that something later made possible can come before.
   */

  private static final int NONE = -1;

  private final StepTable table;
  private final List<DporNode> nodes = new ArrayList<>();
  private long[] followed = {};

  Path(StepTable table) {
    this.table = table;
  }

  int size() {
    return nodes.size();
  }

  DporNode get(int at) {
    return nodes.get(at);
  }

  DporNode last() {
    return nodes.getLast();
  }

  void add(DporNode node) {
    nodes.add(node);
  }

  void removeLast() {
    nodes.removeLast();
  }

  void clear() {
    nodes.clear();
  }

  void save(DporLines lines, WakeupTrees trees) {
    lines.add(nodes.size());
    for (DporNode node : nodes) {
      node.save(lines);
      lines.add(node.witnesses());
      trees.save(node.wakeup, lines);
    }
  }

  /** Puts back what was saved. */
  void restore(DporLines lines, WakeupTrees trees) {
    long count = lines.next(1)[0];
    for (int at = 0; at < count; at++) {
      DporNode node = DporNode.of(lines, table);
      nodes.add(node);
      if (node.step != DporNode.NO_STEP) {
        order(at);
      }
      node.restoreWitnesses(lines.next(0));
      node.wakeup = trees.restore(lines);
    }
  }

  // ---- order

  /** Finds what happens before the step at {@code at}, and with which steps it races. */
  void order(int at) {
    DporNode node = nodes.get(at);
    Footprint footprint = node.footprint;
    DporNode last = at == 0 ? node : nodes.get(at - 1);
    node.barrier = footprint.isAfterAll() ? at : at == 0 ? 0 : last.barrier;
    node.gateChange = at == 0 || footprint.changesGate() ? at : last.gateChange;
    long[] before = new long[(at >> 6) + 1];
    node.before = before;
    fill(before, node.barrier);
    for (int word = before.length - 1; word >= node.barrier >> 6; word--) {
      int end = Math.min(64, at - (word << 6));
      long left = end == 64 ? ~before[word] : ~before[word] & (1L << end) - 1;
      while (left != 0) {
        int bit = 63 - Long.numberOfLeadingZeros(left);
        int i = word << 6 | bit;
        DporNode earlier = nodes.get(i);
        if (earlier.actor == node.actor) {
          include(before, i);
        } else if (table.conflict(earlier.step, node.step)) {
          if (!earlier.footprint.opensGateOf(footprint) && !earlier.footprint.enables(footprint)) {
            node.raceWith(i, null);
          }
          include(before, i);
        }
        left &= (1L << bit) - 1 & ~before[word];
      }
    }
    raceOfGate(at, footprint.gate(), footprint.lock());
    raceOfGate(at, footprint.lock(), footprint.gate());
  }

  private static void fill(long[] bits, int count) {
    Arrays.fill(bits, 0, count >> 6, -1L);
    if ((count & 63) != 0) {
      bits[count >> 6] = (1L << count) - 1;
    }
  }

  private void include(long[] bits, int step) {
    long[] more = nodes.get(step).before;
    for (int i = 0; i < more.length; i++) {
      bits[i] |= more[i];
    }
    bits[step >> 6] |= 1L << step;
  }

  /** Whether the step at {@code step} is this earlier one or comes after it of necessity. */
  boolean isFrom(int earlier, int step) {
    return step == earlier || isBefore(earlier, step);
  }

  private boolean isBefore(int earlier, int step) {
    long[] before = nodes.get(step).before;
    int word = earlier >> 6;
    return word < before.length && (before[word] & 1L << earlier) != 0;
  }

  private boolean isFromAny(int[] earlier, int count, int step) {
    for (int i = 0; i < count; i++) {
      if (isFrom(earlier[i], step)) {
        return true;
      }
    }
    return false;
  }

  // ---- gates

  /** The step at {@code at} races with who closed a gate, unless that one let it come. */
  private void raceOfGate(int at, int gate, int other) {
    if (at == 0 || gate == Footprint.NONE) {
      return;
    }
    int opener = latest(at, gate, Footprint.Touch.OPEN);
    int closer = opener == NONE ? NONE : latest(opener, gate, Footprint.Touch.CLOSE);
    DporNode node = nodes.get(at);
    if (closer == NONE || closer < node.footprint.earliest()) {
      return;
    }
    int[] closers = closers(closer, at, other);
    if (closers.length == 0) {
      return;
    }
    for (int i = closer; i < at; i++) {
      if (isFromAny(closers, closers.length, i)
          && (nodes.get(i).actor == node.actor || nodes.get(i).footprint.enables(node.footprint))) {
        return;
      }
    }
    node.raceWith(closer, closers.length == 1 ? null : closers);
  }

  /**
   * At the end, somebody who is still kept out races with who closed the gate.
   *
   * @param opening the id of what let it go on
   * @param earliest before which step it could not come
   * @return the steps before which it could have come, the first of them first; empty if none
   */
  int[] closersFor(long actor, int gate, int other, int opening, int earliest) {
    // If the run was given up, it was kept out before the last step.
    int end = nodes.getLast().footprint.isLast() ? nodes.size() - 1 : nodes.size();
    int closer = lastChange(end, gate);
    if (closer == NONE
        || closer < earliest
        || !nodes.get(closer).footprint.touches(gate, Footprint.Touch.CLOSE)) {
      return new int[0];
    }
    int[] closers = closers(closer, end, other);
    for (int i = closer; i < end && closers.length > 0; i++) {
      DporNode node = nodes.get(i);
      if (isFromAny(closers, closers.length, i)
          && (node.actor == actor || node.footprint.touches(opening, Footprint.Touch.OPEN))) {
        return new int[0];
      }
    }
    return closers;
  }

  /**
   * The step {@code closer}, and whoever else has closed the other gate where nothing that comes
   * after these has happened; empty if it was closed before.
   */
  private int[] closers(int closer, int until, int other) {
    int[] closers = {closer};
    if (other == Footprint.NONE) {
      return closers;
    }
    while (true) {
      int change = lastChange(until, other);
      while (change >= closer && isFromAny(closers, closers.length, change)) {
        change = lastChange(change, other);
      }
      if (change == NONE || !nodes.get(change).footprint.touches(other, Footprint.Touch.CLOSE)) {
        return closers;
      }
      if (change < closer) {
        return new int[0];
      }
      closers = Arrays.copyOf(closers, closers.length + 1);
      closers[closers.length - 1] = change;
    }
  }

  /** The last step before {@code until} that has closed or opened a gate. */
  private int lastChange(int until, int gate) {
    return Math.max(
        latest(until, gate, Footprint.Touch.CLOSE), latest(until, gate, Footprint.Touch.OPEN));
  }

  /** The last step before {@code until} that has touched a gate in this way. */
  private int latest(int until, int gate, Footprint.Touch touch) {
    int i = until == 0 || gate == Footprint.NONE ? NONE : nodes.get(until - 1).gateChange;
    while (i > 0 && !nodes.get(i).footprint.touches(gate, touch)) {
      i = nodes.get(i - 1).gateChange;
    }
    return i >= 0 && nodes.get(i).footprint.touches(gate, touch) ? i : NONE;
  }

  // ---- reversal

  /**
   * Collects the steps after the one at {@code earlier} that do not come after it of necessity, nor
   * after any of {@code others}; returns where the last of them is, or {@code earlier}.
   */
  int notAfter(int earlier, int[] others, Demand demand) {
    demand.clear();
    int last = earlier;
    for (int i = earlier + 1; i < nodes.size(); i++) {
      if (!isBefore(earlier, i) && !isFromAny(others, others.length, i)) {
        demand.add(nodes.get(i).step, i);
        last = i;
      }
    }
    return last;
  }

  /** Finds out which steps happen before every step from {@code first} on. */
  void findFollowed(int first) {
    followed = new long[Math.max(0, first) / 64 + 1];
    Arrays.fill(followed, -1L);
    for (int i = Math.max(0, first); i < nodes.size(); i++) {
      long[] before = nodes.get(i).before;
      for (int word = 0; word < followed.length; word++) {
        followed[word] &= before[word];
      }
    }
  }

  /** Whether the step at {@code step} is one of those that {@link #findFollowed} has found. */
  boolean isFollowed(int step) {
    return (followed[step >> 6] & 1L << step) != 0;
  }
}
