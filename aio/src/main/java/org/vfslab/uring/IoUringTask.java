package org.vfslab.uring;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicRef;
import org.vfslab.vfs.UserProcess;

/**
 * What a task that uses rings has: {@code struct io_uring_task}. Its workers, and the requests for
 * which it has something to do.
 */
final class IoUringTask {
  private final Task task;
  private final IoWq ioWq;
  private final UserProcess process;
  private final UringWriteHold writeHold;

  /** {@code task_list}: the request that was added last, which knows the one before. */
  private final AtomicRef<IoKiocb> list;

  IoUringTask(Task task, IoWq ioWq, UserProcess process, UringWriteHold writeHold) {
    this.task = task;
    this.ioWq = ioWq;
    this.process = process;
    this.writeHold = writeHold;
    this.list = new AtomicRef<>(task.machine(), "task_list of " + task.name(), null);
    task.taskWork();
  }

  IoWq ioWq() {
    return ioWq;
  }

  UserProcess process() {
    return process;
  }

  UringWriteHold writeHold() {
    return writeHold;
  }

  /** {@code io_req_normal_work_add}: any context; never sleeps. */
  void add(IoKiocb request, Runnable func) {
    request.taskWork(func);
    task.machine().beginCall(list, Access.WRITE);
    IoKiocb first;
    do {
      first = list.loadAcquire();
      request.addedBefore = first;
    } while (!list.compareAndSet(first, request));
    boolean refused = first == null && !task.taskWork().add(this::run);
    task.machine().endCall();
    if (refused) {
      fallBack();
    }
  }

  /** {@code tctx_task_work}: the task itself. */
  private void run() {
    IoKiocb request = inOrder(list.xchg(null));
    IoRingCtx locked = null;
    while (request != null) {
      final IoKiocb next = request.addedBefore;
      if (request.ctx() != locked) {
        unlock(locked);
        locked = request.ctx();
        locked.uringLock().lock();
      }
      request.doTaskWork();
      request = next;
    }
    unlock(locked);
  }

  private static void unlock(@Nullable IoRingCtx ctx) {
    if (ctx != null) {
      ctx.flushCompletions();
      ctx.uringLock().unlock();
    }
  }

  /** {@code io_fallback_tw}: the task exits; a worker of the machine does it. */
  private void fallBack() {
    IoKiocb request = inOrder(list.xchg(null));
    while (request != null) {
      final IoKiocb next = request.addedBefore;
      request.ctx().fallBack(request);
      request = next;
    }
  }

  /** {@code llist_reverse_order}. */
  private static @Nullable IoKiocb inOrder(@Nullable IoKiocb last) {
    IoKiocb ordered = null;
    IoKiocb request = last;
    while (request != null) {
      IoKiocb before = request.addedBefore;
      request.addedBefore = ordered;
      ordered = request;
      request = before;
    }
    return ordered;
  }
}
