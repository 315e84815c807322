package org.vfslab.litmus;

import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.locking.PercpuRwSemaphore;

/** {@code percpu_rwsem s}. */
final class PercpuRwsemKind {

  static final Kind<PercpuRwSemaphore> PERCPU_RWSEM =
      Kind.of(
              PrimitiveKind.PERCPU_RWSEM,
              "a percpu_rwsem",
              PercpuRwSemaphore.class,
              (lab, name) -> new PercpuRwSemaphore(lab.lockdep(), lab.rcu(), name))
          .locked(sem -> sem.readers() != 0 || sem.isBlocked())
          .step("percpu_down_read", "takes a percpu_rwsem shared", PercpuRwSemaphore::downRead)
          .step("percpu_up_read", "gives it back", PercpuRwSemaphore::upRead)
          .step(
              "percpu_down_write", "takes a percpu_rwsem exclusively", PercpuRwSemaphore::downWrite)
          .step("percpu_up_write", "gives it back", PercpuRwSemaphore::upWrite)
          .test(
              "percpu_down_read_trylock",
              "1 if it was taken shared, else 0",
              PercpuRwSemaphore::downReadTrylock);

  private PercpuRwsemKind() {}
}
