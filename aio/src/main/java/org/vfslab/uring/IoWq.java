package org.vfslab.uring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Task;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.machine.Workqueue;
import org.vfslab.memory.AtomicWord;

/**
 * The workers of one task: {@code struct io_wq}. While one sleeps in its work another takes the
 * next, except that works with the same hash run one after the other.
 *
 * <p>Follows {@code io_uring/io-wq.c}, 7.2, without a bound on the number of workers.
 */
final class IoWq {

  /** {@code IO_WQ_NR_HASH_BUCKETS}. */
  private static final int BUCKETS = 64;

  private final Machine machine;
  private final Workqueue workers;
  private final RawLock lock;

  /** Protected by lock: the works of a hash of which one runs, or null where none does. */
  private final List<@Nullable Deque<Runnable>> hashed = new ArrayList<>(BUCKETS);

  /** {@code IO_WQ_BIT_EXIT}. */
  private final AtomicWord exiting;

  private final AtomicWord unfinished;
  private final WaitQueue workerDone;

  IoWq(Task owner) {
    machine = owner.machine();
    workers = new Workqueue(machine, "io_wq of " + owner.name(), "iou-wrk-" + owner.pid());
    lock = new RawLock(machine, "io_wq of " + owner.name());
    exiting = new AtomicWord(machine, "IO_WQ_BIT_EXIT of " + owner.name(), 0);
    unfinished = new AtomicWord(machine, "works of " + owner.name(), 0);
    workerDone = new WaitQueue(machine, "io_wq->worker_done of " + owner.name());
    for (int i = 0; i < BUCKETS; i++) {
      hashed.add(null);
    }
  }

  /** Whether work that has not begun is to be cancelled. */
  boolean isExiting() {
    return exiting.loadAcquire() != 0;
  }

  /**
   * {@code io_wq_enqueue}: any task; never sleeps.
   *
   * @param hash works with the same one run one at a time; -1 for one that runs at any time
   */
  void enqueue(long hash, Runnable work) {
    machine.beginCall(unfinished, Access.WRITE);
    unfinished.fetchAdd(1);
    if (hash < 0 || starts((int) (hash % BUCKETS), work)) {
      workers.queueWork(
          new Work(
              machine,
              "io_wq_work",
              () -> {
                run(work);
                if (hash >= 0) {
                  runHashed((int) (hash % BUCKETS));
                }
              }));
    }
    machine.endCall();
  }

  private void run(Runnable work) {
    work.run();
    machine.beginCall(unfinished, Access.WRITE);
    if (unfinished.addReturn(-1) == 0) {
      workerDone.wakeUpAll();
    }
    machine.endCall();
  }

  /** Whether nothing of this hash runs; else the work waits for its turn. */
  private boolean starts(int bucket, Runnable work) {
    Context me = machine.current();
    lock.lockIrqSave(me);
    Deque<Runnable> waiting = hashed.get(bucket);
    boolean free = waiting == null;
    if (waiting == null) {
      hashed.set(bucket, new ArrayDeque<>(1));
    } else {
      waiting.add(work);
    }
    lock.unlockIrqRestore(me);
    return free;
  }

  /** {@code wq_next_work}: the worker goes on with what waits for its hash. */
  private void runHashed(int bucket) {
    Runnable next = nextHashed(bucket);
    while (next != null) {
      run(next);
      next = nextHashed(bucket);
    }
  }

  private @Nullable Runnable nextHashed(int bucket) {
    Context me = machine.current();
    lock.lockIrqSave(me);
    Deque<Runnable> waiting = hashed.get(bucket);
    Runnable next = waiting == null ? null : waiting.poll();
    if (next == null) {
      hashed.set(bucket, null);
    }
    lock.unlockIrqRestore(me);
    return next;
  }

  /**
   * {@code io_wq_exit_start}, {@code io_wq_put_and_exit}: cancels what has not begun and waits,
   * uninterruptibly, for what has.
   */
  void exit() {
    exiting.storeRelease(1);
    workerDone.waitEvent("io_wq_exit_workers", () -> unfinished.loadAcquire() == 0);
  }
}
