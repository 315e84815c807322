package org.vfslab.litmus;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vfslab.litmus.syntax.Spelled;

/** The kinds of objects that tests can declare, apart from variables, disks and filesystems. */
final class Kinds {

  static final List<Kind<?>> ALL =
      List.of(
          RwsemKind.RWSEM,
          PercpuRwsemKind.PERCPU_RWSEM,
          MutexKind.MUTEX,
          SpinKinds.SPINLOCK,
          SpinKinds.RAW_SPINLOCK,
          SpinKinds.RWLOCK,
          CountKinds.SEMAPHORE,
          CountKinds.PERCPU_REF,
          CountKinds.WAIT_BITS,
          SrcuKind.SRCU,
          DelegatedKind.DELEGATED_LOCK,
          WaitingKinds.COMPLETION,
          WaitingKinds.WAIT_QUEUE,
          FanotifyKind.FANOTIFY,
          InotifyKind.INOTIFY,
          UringCalls.IO_URING);

  /** The steps of all kinds. */
  static final List<Function> STEPS = ALL.stream().flatMap(kind -> kind.steps().stream()).toList();

  /** The questions of all kinds. */
  static final List<Function> QUESTIONS =
      Stream.concat(ALL.stream().flatMap(kind -> kind.questions().stream()), Stream.of(locked()))
          .toList();

  private Kinds() {}

  /** The kind that this keyword declares, or null if the model does not have it. */
  static @Nullable Kind<?> find(Spelled keyword) {
    return ALL.stream().filter(kind -> kind.spelled() == keyword).findFirst().orElse(null);
  }

  private static Function locked() {
    return Function.of(
        "locked",
        List.of("lock"),
        "1 if the lock is not free and idle",
        arguments -> {
          String name = arguments.place(0, "a lock");
          return switch (arguments.compiler().scope().global(name)) {
            case Symbol.Thing<?> thing -> locked(arguments, name, thing);
            case null -> throw arguments.error(0, "'" + name + "' is not declared");
            default -> throw arguments.error(0, "'" + name + "' is no lock");
          };
        });
  }

  private static <T> Code locked(Arguments arguments, String name, Symbol.Thing<T> thing) {
    var locked = thing.of().lockedOrNull();
    if (locked == null) {
      throw arguments.error(0, "'" + name + "' is no lock");
    }
    return frame -> locked.test(frame.world().get(thing.slot())) ? 1 : 0;
  }
}
