package org.vfslab.litmus;

import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.locking.RwSemaphore;

/** {@code rwsem s}: all that litmus files can do with a read-write semaphore. */
final class RwsemKind {

  static final Kind<RwSemaphore> RWSEM =
      Kind.of(
              PrimitiveKind.RWSEM,
              "an rwsem",
              RwSemaphore.class,
              (lab, name) -> new RwSemaphore(lab.lockdep(), name))
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
          .question("waiters", "how many tasks are queued", RwSemaphore::waiterCount)
          .question(
              "owner",
              "the task that the owner word names, to be compared with a task's name",
              RwSemaphore::ownerIndex);

  private RwsemKind() {}
}
