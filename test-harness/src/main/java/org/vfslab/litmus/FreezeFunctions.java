package org.vfslab.litmus;

import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.freeze.AllFilesystems;
import org.vfslab.freeze.BdevFreeze;
import org.vfslab.freeze.FreezeHolder;
import org.vfslab.freeze.FreezeRequest;
import org.vfslab.freeze.SuperFreeze;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.SuperBlock;

/** Kernel-level steps that freeze and thaw: for who is not a process with an ioctl. */
final class FreezeFunctions {

  /** {@code FREEZE_HOLDER_KERNEL}. */
  static final long HOLDER_KERNEL = 1;

  /** {@code FREEZE_HOLDER_USERSPACE}. */
  static final long HOLDER_USERSPACE = 2;

  /** {@code FREEZE_MAY_NEST}. */
  static final long MAY_NEST = 4;

  static final List<Function> STEPS =
      List.of(
          onSuper("freeze_super", "freezes on behalf of a holder; 0", SuperFreeze::freezeSuper),
          onSuper("thaw_super", "takes a freeze of a holder back; 0", SuperFreeze::thawSuper),
          onDevice(
              "bdev_freeze", "freezes what is on a disk, or counts; 0", BdevFreeze::freezeBdev),
          onDevice("bdev_thaw", "takes one freeze of a disk back; 0", BdevFreeze::thawBdev),
          onAll(
              "filesystems_freeze",
              List.of("all"),
              "freezes for suspend: all, or with 0 those whose type asks for it",
              (all, which) -> all.filesystemsFreeze(which != 0)),
          onAll(
              "filesystems_thaw",
              List.of(),
              "takes the freeze for suspend back",
              (all, none) -> all.filesystemsThaw()),
          onAll(
              "emergency_thaw_all",
              List.of(),
              "has a worker take back each freeze by a disk or by user space",
              (all, none) -> all.emergencyThawAll()));

  static final List<Function> STATE =
      List.of(
          Function.of(
              "bdev_frozen",
              List.of("disk"),
              "bd_fsfreeze_count: how many freezes of a disk are on",
              arguments -> {
                Slot<BlockDevice> slot = disk(arguments);
                return frame -> bdev(frame, slot).countNow();
              }),
          Function.of(
              "s_active",
              List.of("mount point"),
              "how many active references the superblock has",
              arguments -> {
                Slot<SuperBlock> slot = arguments.mount(0);
                return frame -> frame.world().get(slot).active().peek();
              }));

  private FreezeFunctions() {}

  private static Slot<BlockDevice> disk(Arguments arguments) {
    return arguments.symbol(0, Symbol.Disk.class, "a disk").slot();
  }

  private static BdevFreeze bdev(Frame frame, Slot<BlockDevice> slot) {
    World world = frame.world();
    return world.lab().deviceFreeze(world.get(slot));
  }

  private static Function onDevice(String name, String meaning, ToIntFunction<BdevFreeze> call) {
    return Function.of(
        name,
        List.of("disk"),
        meaning,
        arguments -> {
          Slot<BlockDevice> slot = disk(arguments);
          return frame -> call.applyAsInt(bdev(frame, slot));
        });
  }

  private static Function onSuper(
      String name, String meaning, ToIntBiFunction<SuperFreeze, FreezeRequest> call) {
    return Function.of(
        name,
        List.of("mount point", "holder"),
        meaning,
        arguments -> {
          Slot<SuperBlock> slot = arguments.mount(0);
          Code who = arguments.code(1);
          return frame -> {
            World world = frame.world();
            FreezeRequest request = request(who.run(frame));
            return request == null
                ? -Errno.EINVAL
                : call.applyAsInt(world.lab().freezer(world.get(slot)), request);
          };
        });
  }

  private static @Nullable FreezeRequest request(long who) {
    boolean mayNest = (who & MAY_NEST) != 0;
    long holder = who & ~MAY_NEST;
    if (holder == HOLDER_KERNEL) {
      return new FreezeRequest(FreezeHolder.KERNEL, mayNest, false, null);
    }
    return holder == HOLDER_USERSPACE
        ? new FreezeRequest(FreezeHolder.USERSPACE, mayNest, false, null)
        : null;
  }

  private static Function onAll(
      String name, List<String> parameters, String meaning, ObjLongConsumer<AllFilesystems> call) {
    return Function.of(
        name,
        parameters,
        meaning,
        arguments -> {
          Code argument = parameters.isEmpty() ? frame -> 0 : arguments.code(0);
          return frame -> {
            call.accept(frame.world().lab().allFilesystems(), argument.run(frame));
            return 0;
          };
        });
  }
}
