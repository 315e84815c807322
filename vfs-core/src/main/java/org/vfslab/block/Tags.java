package org.vfslab.block;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/**
 * The tags of a hardware queue: {@code blk_mq_tags} on an {@code sbitmap_queue}. A request holds
 * one from its allocation until after its bio has ended.
 *
 * <p>Follows block/blk-mq-tag.c and lib/sbitmap.c, 7.2, with one wait queue and a wake-up for each
 * tag, as for shallow queues; the search always begins with the first tag.
 */
final class Tags {

  /*
   * Overview. Words of 64 bits, bit n of word w stands for tag 64 w + n; 1: in use. Who finds a bit
   * clear sets it by compare-and-swap. Who clears one wakes the first sleeper, which looks again
   * and may find that somebody who never slept was faster.
   */

  private static final int BITS = 64;
  static final int NONE = -1;
  private static final Request[] NO_SLOTS = {};

  private final Machine machine;
  private final int depth;
  private final AtomicWord[] words;
  private final WaitQueue wait;

  /** {@code static_rqs}, or null where nobody looks for the request of a tag. */
  private final Request @Nullable [] slots;

  Tags(Machine machine, String name, int depth, boolean withSlots) {
    this.machine = machine;
    this.depth = depth;
    this.words = new AtomicWord[(depth + BITS - 1) / BITS];
    for (int i = 0; i < words.length; i++) {
      words[i] = new AtomicWord(machine, name, 0);
    }
    this.wait = new WaitQueue(machine, name);
    this.slots = withSlots ? slots(machine, depth) : null;
  }

  private static Request[] slots(Machine machine, int depth) {
    Request[] slots = new Request[depth];
    for (int tag = 0; tag < depth; tag++) {
      slots[tag] = new Request(machine, tag);
    }
    return slots;
  }

  /** A free tag, or {@link #NONE}. */
  int tryGet() {
    for (int i = 0; i < words.length; i++) {
      long mask = depth - i * BITS >= BITS ? -1L : (1L << (depth - i * BITS)) - 1;
      long used = words[i].loadAcquire();
      while ((~used & mask) != 0) {
        int bit = Long.numberOfTrailingZeros(~used & mask);
        if (words[i].compareAndSet(used, used | 1L << bit)) {
          return i * BITS + bit;
        }
        used = words[i].loadAcquire();
      }
    }
    return NONE;
  }

  /** {@code blk_mq_get_tag}: sleeps, uninterruptibly, until there is one. Process context. */
  int get() {
    int tag = tryGet();
    if (tag != NONE) {
      return tag;
    }
    Task me = machine.currentTask();
    me.mightSleep("blk_mq_get_tag");
    WaitEntry entry = new WaitEntry(me, true);
    me.waitsFor(wait);
    while (true) {
      wait.prepareToWait(entry, TaskState.UNINTERRUPTIBLE);
      tag = tryGet();
      if (tag != NONE) {
        break;
      }
      me.schedule();
    }
    wait.finishWait(entry);
    me.waitsFor(null);
    return tag;
  }

  /** {@code blk_mq_put_tag}: any context; never sleeps. */
  void put(int tag) {
    words[tag / BITS].fetchAnd(~(1L << tag % BITS));
    wait.wakeUp();
  }

  /** Sleeps until no tag is in use ({@code blk_mq_freeze_queue_wait}). */
  void waitUntilIdle() {
    wait.waitEvent("blk_mq_freeze_queue_wait", this::isIdle);
  }

  private boolean isIdle() {
    for (AtomicWord word : words) {
      if (word.loadAcquire() != 0) {
        return false;
      }
    }
    return true;
  }

  /** How many tags are in use, for printing and for properties. */
  int inUseNow() {
    int count = 0;
    for (AtomicWord word : words) {
      count += Long.bitCount(word.peek());
    }
    return count;
  }

  /** The request of a tag that was just taken. */
  Request request(int tag) {
    return slots == null ? new Request(machine, tag) : slots[tag];
  }

  /** The requests of all tags, used or not; empty if each submission makes its own. */
  Request[] slots() {
    return slots == null ? NO_SLOTS : slots;
  }
}
