package org.vfslab.aio;

import java.util.Arrays;
import java.util.List;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * The completion ring as user space has it mapped: {@code struct aio_ring} and the events behind
 * it, {@code fs/aio.c}, 7.2.
 *
 * <p>The process may write here. Who reads events without a system call advances the head himself;
 * and the kernel takes nothing for granted that it finds here.
 */
public final class AioRing {

  /** The size of {@code struct aio_ring}, and of {@code struct io_event}, in bytes. */
  static final long HEADER_BYTES = 32;

  static final long EVENT_BYTES = 32;

  /** What the kernel finds for the id where nothing is mapped. */
  static final long UNMAPPED = -1;

  private static final long U32 = 0xffff_ffffL;

  /** Where in the process's table the context is; -1 once the ring is unmapped. */
  private final AtomicWord id;

  private final AtomicWord head;
  private final AtomicWord tail;
  private final IoEvent[] events;

  AioRing(Machine machine, String name, int nrEvents) {
    this.id = new AtomicWord(machine, "ring id of " + name, UNMAPPED);
    this.head = new AtomicWord(machine, "head of " + name, 0);
    this.tail = new AtomicWord(machine, "tail of " + name, 0);
    this.events = new IoEvent[nrEvents];
    Arrays.fill(events, IoEvent.ZERO);
  }

  /** How many events fit; one place always stays free. */
  public int nrEvents() {
    return events.length;
  }

  // ---- the kernel's side

  AtomicWord id() {
    return id;
  }

  /** Unsigned, and whatever user space made of it. */
  long head() {
    return head.readOnce() & U32;
  }

  void head(long newHead) {
    head.writeOnce(newHead);
  }

  /** Unsigned; events before it can be read (smp_rmb). */
  long tail() {
    return tail.loadAcquire() & U32;
  }

  /** Writes an event, and then the tail behind it (smp_wmb). */
  void post(int at, IoEvent event, int newTail) {
    events[at] = event;
    tail.storeRelease(newTail);
  }

  IoEvent event(int at) {
    return events[at];
  }

  // ---- user space's side

  /**
   * Reads events without a system call, as fio's {@code userspace_reap} does; one thread at a time.
   *
   * @return how many were added to {@code into}, at most {@code max}; -1 if the ring is not mapped
   */
  public int reap(int max, List<IoEvent> into) {
    if (id.readOnce() == UNMAPPED) {
      return -1;
    }
    int read = 0;
    long at = head();
    while (read < max && at != tail()) {
      into.add(events[(int) (at % events.length)]);
      read++;
      at = (at + 1) % events.length;
      head.storeRelease(at); // what was read before is no longer needed
    }
    return read;
  }

  /** Has user space write into the head. */
  public void scribbleHead(int newHead) {
    head.writeOnce(newHead);
  }

  /** Has user space write into the tail. */
  public void scribbleTail(int newTail) {
    tail.writeOnce(newTail);
  }

  /** How many events wait to be read, by the words in the ring; no step. */
  long unreadNow() {
    int nr = events.length;
    return Math.floorMod(tail.peek() % nr - (head.peek() & U32) % nr, nr);
  }

  /** Head and tail for printing. */
  @Override
  public String toString() {
    return "head " + head.peek() + ", tail " + tail.peek() + " of " + events.length;
  }
}
