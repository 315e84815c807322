package org.vfslab.litmus;

import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.locking.Mutex;

/** {@code mutex m}. */
final class MutexKind {

  static final Kind<Mutex> MUTEX =
      Kind.of(
              PrimitiveKind.MUTEX,
              "a mutex",
              Mutex.class,
              (lab, name) -> new Mutex(lab.lockdep(), name))
          .locked(mutex -> mutex.ownerWord() != 0)
          .step("mutex_lock", "takes a mutex", Mutex::lock)
          .value("mutex_lock_interruptible", "0, or -EINTR", Mutex::lockInterruptible)
          .value("mutex_lock_killable", "0, or -EINTR", Mutex::lockKillable)
          .test("mutex_trylock", "1 if it was taken, else 0", Mutex::trylock)
          .step("mutex_unlock", "gives it back", Mutex::unlock);

  private MutexKind() {}
}
