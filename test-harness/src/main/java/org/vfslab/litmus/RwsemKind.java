package org.vfslab.litmus;

import java.util.List;
import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Task;

/** {@code rwsem s}: all that litmus files can do with a read-write semaphore. */
final class RwsemKind {

  /** {@code MAX_LOCKDEP_SUBCLASSES}. */
  private static final long SUBCLASSES = 8;

  static final Kind<RwSemaphore> RWSEM =
      Kind.of(
              PrimitiveKind.RWSEM,
              "an rwsem",
              RwSemaphore.class,
              (lab, name) -> new RwSemaphore(lab.lockdep(), name, lab.seams().releaseWakeups()))
          .locked(sem -> sem.countWord() != 0)
          .step("down_read", "takes an rwsem shared", RwSemaphore::downRead)
          .step("up_read", "gives it back", RwSemaphore::upRead)
          .step("down_write", "takes an rwsem exclusively", RwSemaphore::downWrite)
          .step("up_write", "gives it back", RwSemaphore::upWrite)
          .step("downgrade_write", "exclusive becomes shared", RwSemaphore::downgradeWrite)
          .step(
              "down_read_non_owner",
              "takes an rwsem shared, for another context to give back",
              RwSemaphore::downReadNonOwner)
          .step("up_read_non_owner", "gives it back, in any context", RwSemaphore::upReadNonOwner)
          .test("down_read_trylock", "1 if it was taken, else 0", RwSemaphore::downReadTrylock)
          .test("down_write_trylock", "1 if it was taken, else 0", RwSemaphore::downWriteTrylock)
          .value(
              "down_read_killable",
              "takes it shared; -EINTR if SIGKILL came first",
              RwSemaphore::downReadKillable)
          .value(
              "down_read_interruptible",
              "takes it shared; -EINTR if a signal came first",
              RwSemaphore::downReadInterruptible)
          .value(
              "down_write_killable",
              "takes it exclusively; -EINTR if SIGKILL came first",
              RwSemaphore::downWriteKillable)
          .test("rwsem_is_locked", "1 if it is held or somebody is queued", RwSemaphore::isLocked)
          .test("rwsem_is_contended", "1 if somebody is queued", RwSemaphore::isContended)
          .step(
              "rwsem_assert_held",
              "lockdep complains unless it is held",
              sem -> sem.assertHeld("rwsem_assert_held"))
          .step(
              "rwsem_assert_held_write",
              "lockdep complains unless it is held exclusively",
              sem -> sem.assertHeldWrite("rwsem_assert_held_write"))
          .step("rwsem_wait", "sleeps until a writer has given it back", RwSemaphore::rwsemWait)
          .value(
              "rwsem_wait_killable",
              "the same; -EINTR if SIGKILL came first",
              RwSemaphore::rwsemWaitKillable)
          .step(
              "rwsem_release_ownership",
              "the hold stays, and belongs to nobody",
              RwSemaphore::releaseOwnership)
          .step(
              "rwsem_take_ownership",
              "such a hold belongs to this context",
              RwSemaphore::takeOwnership)
          .question("waiters", "how many tasks are queued", RwSemaphore::waiterCount)
          .question(
              "owner",
              "the task that the owner word names, to be compared with a task's name",
              RwSemaphore::ownerIndex);

  static {
    RWSEM
        .special(
            nested(
                "down_read_nested",
                "takes it shared inside another of its class",
                RwSemaphore::downReadNested))
        .special(
            nested(
                "down_write_nested",
                "takes it exclusively inside another of its class",
                RwSemaphore::downWriteNested))
        .special(nestLock())
        .specialQuestion(spinning());
  }

  private RwsemKind() {}

  /** An operation with a level of nesting. */
  private interface Nested {
    void take(RwSemaphore sem, int subclass);
  }

  private static Function nested(String name, String meaning, Nested operation) {
    return Function.of(
        name,
        List.of("rwsem", "subclass"),
        meaning,
        arguments -> {
          Slot<RwSemaphore> slot = arguments.object(0, RWSEM);
          int subclass = subclass(arguments);
          return frame -> {
            operation.take(frame.world().get(slot), subclass);
            return 0;
          };
        });
  }

  private static int subclass(Arguments arguments) {
    if (arguments.call().arguments().get(1) instanceof Expression.IntegerLiteral literal
        && literal.scaled() >= 0
        && literal.scaled() < SUBCLASSES) {
      return (int) literal.scaled();
    }
    throw arguments.error(1, "a subclass is a number from 0 to " + (SUBCLASSES - 1));
  }

  private static Function nestLock() {
    return Function.of(
        "down_write_nest_lock",
        List.of("rwsem", "nest lock"),
        "takes it exclusively; the rwsem that is named second is held and orders this class",
        arguments -> {
          Slot<RwSemaphore> slot = arguments.object(0, RWSEM);
          Slot<RwSemaphore> nest = arguments.object(1, RWSEM);
          return frame -> {
            frame.world().get(slot).downWriteNestLock(frame.world().get(nest).depMap());
            return 0;
          };
        });
  }

  private static Function spinning() {
    return Function.of(
        "spinning",
        List.of("task", "rwsem"),
        "1 while the task spins for the lock",
        arguments -> {
          Slot<Task> task = arguments.symbol(0, Symbol.TaskName.class, "a task").slot();
          Slot<RwSemaphore> slot = arguments.object(1, RWSEM);
          return frame -> frame.world().get(slot).isSpinning(frame.world().get(task)) ? 1 : 0;
        });
  }
}
