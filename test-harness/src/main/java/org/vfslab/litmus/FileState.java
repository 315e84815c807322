package org.vfslab.litmus;

import java.util.List;
import org.vfslab.block.BlockDevice;
import org.vfslab.freeze.FreezeState;
import org.vfslab.freeze.SbWriters;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.SuperBlock;

/** What properties can ask of files and blocks beyond {@link StateFunctions}. */
final class FileState {

  static final List<Function> ALL =
      List.of(
          Function.of(
              "writing",
              List.of("disk", "block"),
              "1 if a write of this block is in flight",
              arguments -> {
                Slot<BlockDevice> slot = arguments.symbol(0, Symbol.Disk.class, "a disk").slot();
                Code block = arguments.code(1);
                return frame -> writing(frame, frame.world().get(slot), block.run(frame));
              }),
          Function.of(
              "free",
              List.of("mount point", "block"),
              "1 if this block belongs to no file",
              arguments -> {
                Slot<SuperBlock> slot = arguments.mount(0);
                Code block = arguments.code(1);
                return frame -> {
                  SuperBlock sb = frame.world().get(slot);
                  long number = block.run(frame);
                  return number >= 0
                          && number < sb.bitmap().blocks()
                          && sb.bitmap().isFreeNow(number)
                      ? 1
                      : 0;
                };
              }),
          Function.of(
              "dirty_since_frozen",
              List.of("mount point"),
              "how many pages are dirty although the filesystem is frozen",
              arguments -> {
                Slot<SuperBlock> slot = arguments.mount(0);
                return frame -> dirtySinceFrozen(frame.world().get(slot));
              }),
          Function.of(
              "locked_by_nobody",
              List.of("path"),
              "1 if i_rwsem is free and no direct I/O is in flight",
              arguments -> {
                Slot<Inode> slot = arguments.file(0);
                return frame -> {
                  Inode inode = frame.world().get(slot);
                  return inode.iRwsem().countWord() == 0 && inode.dioCount().now() == 0 ? 1 : 0;
                };
              }));

  private FileState() {}

  private static long writing(Frame frame, BlockDevice disk, long block) {
    SuperBlock sb = frame.world().lab().filesystemOn(disk);
    int blockBytes = sb == null ? BlockDevice.SECTOR_BYTES : sb.blockBytes();
    return disk.unitsBeingWritten(blockBytes).contains(block) ? 1 : 0;
  }

  private static long dirtySinceFrozen(SuperBlock sb) {
    boolean frozen =
        sb.writeProtection() instanceof SbWriters writers && writers.now() == FreezeState.COMPLETE;
    return frozen ? sb.inodes().stream().mapToLong(inode -> inode.pages().dirtyNow()).sum() : 0;
  }
}
