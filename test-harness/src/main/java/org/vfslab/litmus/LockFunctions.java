package org.vfslab.litmus;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;

/** Kernel-level steps on locks. */
final class LockFunctions {

  static final List<Function> ALL =
      List.of(
          spin("spin_lock", "takes a spinlock", SpinLock::lock),
          spin("spin_unlock", "gives it back", SpinLock::unlock),
          spin("spin_lock_irqsave", "takes it with hard interrupts off", SpinLock::lockIrqSave),
          spin("spin_unlock_irqrestore", "gives it back", SpinLock::unlockIrqRestore),
          spin("spin_lock_bh", "takes it with soft interrupts off", SpinLock::lockBh),
          spin("spin_unlock_bh", "gives it back", SpinLock::unlockBh),
          rwsem("down_read", "takes an rwsem shared", RwSemaphore::downRead),
          rwsem("up_read", "gives it back", RwSemaphore::upRead),
          rwsem("down_write", "takes an rwsem exclusively", RwSemaphore::downWrite),
          rwsem("up_write", "gives it back", RwSemaphore::upWrite),
          rwsem("downgrade_write", "exclusive becomes shared", RwSemaphore::downgradeWrite),
          rwsem(
              "down_read_non_owner",
              "takes an rwsem shared, for another context to give back",
              RwSemaphore::downReadNonOwner),
          rwsem("up_read_non_owner", "gives it back, in any context", RwSemaphore::upReadNonOwner),
          tryRwsem("down_read_trylock", RwSemaphore::downReadTrylock),
          tryRwsem("down_write_trylock", RwSemaphore::downWriteTrylock),
          percpu("percpu_down_read", "takes a percpu_rwsem shared", PercpuRwSemaphore::downRead),
          percpu("percpu_up_read", "gives it back", PercpuRwSemaphore::upRead),
          percpu(
              "percpu_down_write",
              "takes a percpu_rwsem exclusively",
              PercpuRwSemaphore::downWrite),
          percpu("percpu_up_write", "gives it back", PercpuRwSemaphore::upWrite),
          Function.of(
              "percpu_down_read_trylock",
              List.of("percpu_rwsem"),
              "1 if it was taken shared, else 0",
              arguments -> {
                Slot<PercpuRwSemaphore> slot = percpuSlot(arguments);
                return frame -> frame.world().get(slot).downReadTrylock() ? 1 : 0;
              }));

  private LockFunctions() {}

  private static Function spin(String name, String meaning, Consumer<SpinLock> operation) {
    return Function.of(
        name,
        List.of("spinlock"),
        meaning,
        arguments -> {
          Slot<SpinLock> slot = arguments.symbol(0, Symbol.Spin.class, "a spinlock").slot();
          return frame -> {
            operation.accept(frame.world().get(slot));
            return 0;
          };
        });
  }

  private static Function rwsem(String name, String meaning, Consumer<RwSemaphore> operation) {
    return Function.of(
        name,
        List.of("rwsem"),
        meaning,
        arguments -> {
          Slot<RwSemaphore> slot = rwsemSlot(arguments);
          return frame -> {
            operation.accept(frame.world().get(slot));
            return 0;
          };
        });
  }

  private static Function tryRwsem(String name, Predicate<RwSemaphore> operation) {
    return Function.of(
        name,
        List.of("rwsem"),
        "1 if it was taken, else 0",
        arguments -> {
          Slot<RwSemaphore> slot = rwsemSlot(arguments);
          return frame -> operation.test(frame.world().get(slot)) ? 1 : 0;
        });
  }

  private static Function percpu(
      String name, String meaning, Consumer<PercpuRwSemaphore> operation) {
    return Function.of(
        name,
        List.of("percpu_rwsem"),
        meaning,
        arguments -> {
          Slot<PercpuRwSemaphore> slot = percpuSlot(arguments);
          return frame -> {
            operation.accept(frame.world().get(slot));
            return 0;
          };
        });
  }

  private static Slot<RwSemaphore> rwsemSlot(Arguments arguments) {
    return arguments.symbol(0, Symbol.Rwsem.class, "an rwsem").slot();
  }

  private static Slot<PercpuRwSemaphore> percpuSlot(Arguments arguments) {
    return arguments.symbol(0, Symbol.PercpuRwsem.class, "a percpu_rwsem").slot();
  }
}
