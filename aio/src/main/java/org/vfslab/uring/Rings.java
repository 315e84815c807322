package org.vfslab.uring;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.memory.AtomicWord;

/**
 * The memory that a ring shares with its process: {@code struct io_rings} and the entries.
 *
 * <p>Of each of the four indexes one side is the only writer: user space moves the tail of
 * submissions and the head of completions, the kernel the other two. They never wrap here.
 */
final class Rings extends Shared {
  private final int sqEntries;
  private final int cqEntries;
  private final @Nullable Sqe[] sqes;
  private final @Nullable Cqe[] cqes;
  private final AtomicWord sqHead;
  private final AtomicWord sqTail;
  private final AtomicWord cqHead;
  private final AtomicWord cqTail;

  Rings(Machine machine, String name, int sqEntries) {
    super(machine, name);
    this.sqEntries = sqEntries;
    this.cqEntries = 2 * sqEntries;
    this.sqes = new Sqe[sqEntries];
    this.cqes = new Cqe[cqEntries];
    this.sqHead = new AtomicWord(machine, "sq.head of " + name, 0);
    this.sqTail = new AtomicWord(machine, "sq.tail of " + name, 0);
    this.cqHead = new AtomicWord(machine, "cq.head of " + name, 0);
    this.cqTail = new AtomicWord(machine, "cq.tail of " + name, 0);
  }

  int cqEntries() {
    return cqEntries;
  }

  // ---- user space

  /** {@code io_uring_get_sqe} and the move of the tail; false if the ring is full. */
  boolean userSubmits(Sqe sqe) {
    machine().beginCall(sqTail, Access.WRITE);
    long tail = sqTail.readOnce();
    boolean hasRoom = tail - sqHead.loadAcquire() < sqEntries;
    if (hasRoom) {
      sqes[(int) (tail % sqEntries)] = sqe;
      sqTail.storeRelease(tail + 1);
    }
    machine().endCall();
    return hasRoom;
  }

  /** {@code io_uring_peek_cqe}, {@code io_uring_cqe_seen}: takes a completion, or null. */
  @Nullable Cqe userTakes() {
    machine().beginCall(cqHead, Access.WRITE);
    long head = cqHead.readOnce();
    Cqe cqe = null;
    if (head < cqTail.loadAcquire()) {
      cqe = cqes[(int) (head % cqEntries)];
      cqHead.storeRelease(head + 1);
    }
    machine().endCall();
    return cqe;
  }

  // ---- the kernel

  /** {@code io_sqring_entries}: how many requests wait behind {@code cachedHead}. */
  long submitted(long cachedHead) {
    return sqTail.loadAcquire() - cachedHead;
  }

  /** {@code io_get_sqe}. */
  Sqe sqe(long index) {
    return Objects.requireNonNull(sqes[(int) (index % sqEntries)]);
  }

  /** {@code io_commit_sqring}. */
  void commitSq(long cachedHead) {
    sqHead.storeRelease(cachedHead);
  }

  /** Whether there is room for one more behind {@code cachedTail}. */
  boolean hasRoom(long cachedTail) {
    return cachedTail - cqHead.readOnce() < cqEntries;
  }

  void cqe(long index, Cqe cqe) {
    cqes[(int) (index % cqEntries)] = cqe;
  }

  /** {@code io_commit_cqring}. */
  void commitCq(long cachedTail) {
    cqTail.storeRelease(cachedTail);
  }

  /** {@code __io_cqring_events_user}: how many completions user space has not taken. */
  long ready() {
    return cqTail.loadAcquire() - cqHead.readOnce();
  }

  long cqHead() {
    return cqHead.readOnce();
  }

  long cqTail() {
    return cqTail.loadAcquire();
  }

  /** For printing and for properties. */
  long postedNow() {
    return cqTail.peek();
  }

  /** For printing and for properties. */
  long readyNow() {
    return cqTail.peek() - cqHead.peek();
  }
}
