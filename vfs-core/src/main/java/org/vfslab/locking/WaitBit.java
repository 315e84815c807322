package org.vfslab.locking;

import java.util.List;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/**
 * A word of flags for whose bits tasks can wait: {@code wait_on_bit} and its like, and bit locks
 * that sleep. Bits are numbered from 0 to 63. Nobody owns a bit, and lockdep is not told.
 *
 * <p>Follows {@code kernel/sched/wait_bit.c} and {@code include/linux/wait_bit.h}, 7.2. The kernel
 * has 256 queues for all words; here each word has one, which its bits share, so that a wake-up
 * still has to look for whom it is.
 */
public final class WaitBit extends Shared implements Blocker {

  /*
   * Overview. Who waits for a bit queues with the number of the bit, looks at it once more, and
   * sleeps. Who clears the bit does that first, then wakes those in the queue that wait for this bit
   * and find it clear. In between is a full barrier, without which clear_bit and the look at an empty
   * queue could change places, and the sleeper would be missed: clearAndWakeUpBit has it, and whoever
   * uses clearBitUnlock and wakeUpBit alone has to have it himself.
   */
  private final AtomicWord flags;
  private final WaitQueue queue;

  /** A word of 64 clear bits. */
  public WaitBit(Machine machine, String name) {
    super(machine, name);
    this.flags = new AtomicWord(machine, name, 0);
    this.queue = new WaitQueue(machine, name);
  }

  private final class Entry extends WaitEntry {
    private final int bit;

    Entry(Task task, boolean exclusive, int bit) {
      super(task, exclusive);
      this.bit = bit;
    }

    /** {@code wake_bit_function}. */
    @Override
    protected Wake wake(int states) {
      return wakesBit == bit && !testBit(bit) ? super.wake(states) : Wake.IGNORED;
    }
  }

  /** The bit that the wake-up in progress is for; protected by the queue's lock. */
  private int wakesBit;

  private static long mask(int bit) {
    if (bit < 0 || bit > 63) {
      throw new IllegalArgumentException("a word has bits 0 to 63, and no bit " + bit);
    }
    return 1L << bit;
  }

  // ---- bits

  /** {@code test_bit_acquire}. */
  public boolean testBit(int bit) {
    return (flags.loadAcquire() & mask(bit)) != 0;
  }

  /** {@code set_bit}. */
  public void setBit(int bit) {
    flags.fetchOr(mask(bit));
  }

  /** {@code test_and_set_bit_lock}: sets the bit; returns whether it was set before. */
  public boolean testAndSetBit(int bit) {
    return (flags.fetchOr(mask(bit)) & mask(bit)) != 0;
  }

  /** {@code clear_bit_unlock}: wakes nobody. */
  public void clearBitUnlock(int bit) {
    flags.fetchAnd(~mask(bit));
  }

  // ---- waiting and waking

  /**
   * {@code wait_on_bit}: process context; sleeps in {@code state} while the bit is set.
   *
   * @return 0, or {@code -EINTR} when a signal that the state heeds came first
   */
  public int waitOnBit(int bit, int state) {
    Task me = machine().currentTask();
    me.mightSleep("wait_on_bit");
    machine().beginCall(this, Access.WRITE);
    int result = 0;
    if (testBit(bit)) {
      Entry entry = new Entry(me, false, bit);
      me.waitsFor(this);
      do {
        queue.prepareToWait(entry, state);
        if (testBit(bit)) {
          result = sleep(me, state);
        }
      } while (testBit(bit) && result == 0);
      queue.finishWait(entry);
      me.waitsFor(null);
    }
    machine().endCall();
    return result;
  }

  /**
   * {@code wait_on_bit_lock}: process context; sets the bit, sleeping in {@code state} while
   * another has set it.
   *
   * @return 0 when the bit is the caller's, or {@code -EINTR} when a signal that the state heeds
   *     came first
   */
  public int waitOnBitLock(int bit, int state) {
    Task me = machine().currentTask();
    me.mightSleep("wait_on_bit_lock");
    machine().beginCall(this, Access.WRITE);
    int result = 0;
    if (testAndSetBit(bit)) {
      Entry entry = new Entry(me, true, bit);
      me.waitsFor(this);
      do {
        queue.prepareToWait(entry, state);
        if (testBit(bit)) {
          result = sleep(me, state);
        }
        if (!testAndSetBit(bit)) {
          result = 0; // also where a signal came: the bit is ours, and nobody else was woken for it
          break;
        }
      } while (result == 0);
      queue.finishWait(entry);
      me.waitsFor(null);
    }
    machine().endCall();
    return result;
  }

  /** {@code bit_wait}. */
  private static int sleep(Task me, int state) {
    me.schedule();
    return me.signalPendingState(state) ? -Errno.EINTR : 0;
  }

  /**
   * {@code wake_up_bit}: wakes who waits for the bit, of those in {@link #waitOnBitLock} one. Any
   * context; never sleeps. The caller has cleared the bit.
   */
  public void wakeUpBit(int bit) {
    mask(bit);
    machine().beginCall(this, Access.WRITE);
    queue.lock();
    wakesBit = bit;
    queue.wakeUpLocked(TaskState.NORMAL, 1);
    queue.unlock();
    machine().endCall();
  }

  /** {@code clear_and_wake_up_bit}: any context; never sleeps. */
  public void clearAndWakeUpBit(int bit) {
    machine().beginCall(this, Access.WRITE);
    clearBitUnlock(bit);
    wakeUpBit(bit);
    machine().endCall();
  }

  /** The word, for properties. */
  public long word() {
    return flags.peek();
  }

  @Override
  public List<String> holders() {
    return List.of();
  }

  @Override
  public String describe() {
    return "bits 0x" + Long.toHexString(flags.peek()) + ", " + queue.describe();
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
