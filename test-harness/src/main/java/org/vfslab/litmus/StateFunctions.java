package org.vfslab.litmus;

import java.util.List;
import org.vfslab.aio.KioContext;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.freeze.FreezeState;
import org.vfslab.freeze.SbWriters;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicWord;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.SuperBlock;

/**
 * What properties can ask of the state. Each looks at one word of the model at a time without a
 * step, so that a change of its value is a change of that word.
 */
final class StateFunctions {

  static final List<Function> ALL =
      List.of(
          Function.of(
              "frozen",
              List.of("mount point"),
              "1 if the filesystem is frozen completely",
              arguments -> {
                Slot<SuperBlock> slot = arguments.mount(0);
                return frame -> stateOf(frame, slot) == FreezeState.COMPLETE ? 1 : 0;
              }),
          Function.of(
              "freeze_state",
              List.of("mount point"),
              "s_writers.frozen: 0 unfrozen to 4 complete",
              arguments -> {
                Slot<SuperBlock> slot = arguments.mount(0);
                return frame -> stateOf(frame, slot).value();
              }),
          inside(
              "writes_inside", "how many writes are inside freeze protection", FreezeLevel.WRITE),
          inside(
              "faults_inside",
              "how many write faults are inside freeze protection",
              FreezeLevel.PAGEFAULT),
          Function.of(
              "in_flight",
              List.of("disk", "read or write"),
              "how many such requests the disk works on",
              arguments -> {
                Slot<BlockDevice> slot = arguments.symbol(0, Symbol.Disk.class, "a disk").slot();
                BioOp op =
                    switch (arguments.word(1, "a kind of request")) {
                      case "read" -> BioOp.READ;
                      case "write" -> BioOp.WRITE;
                      default -> throw arguments.error(1, "a request is 'read' or 'write'");
                    };
                return frame -> frame.world().get(slot).inFlightNow(op);
              }),
          Function.of(
              "completed",
              List.of("aio context"),
              "how many events were posted",
              arguments -> {
                Slot<KioContext> slot = arguments.aioContext(0);
                return frame -> frame.world().get(slot).completedNow();
              }),
          Function.of(
              "requests",
              List.of("aio context"),
              "how many requests were submitted and have not been freed",
              arguments -> {
                Slot<KioContext> slot = arguments.aioContext(0);
                return frame -> frame.world().get(slot).requestsNow();
              }),
          Function.of(
              "open_files",
              List.of("mount point"),
              "how many files of the filesystem are open, by a descriptor or by who uses them",
              arguments -> {
                Slot<SuperBlock> slot = arguments.mount(0);
                return frame -> frame.world().get(slot).openFilesNow();
              }),
          Function.of(
              "size_of",
              List.of("path"),
              "the size of a file in bytes",
              arguments -> {
                Slot<Inode> slot = arguments.file(0);
                return frame -> frame.world().get(slot).sizeNow();
              }),
          Function.of(
              "dirty",
              List.of("path"),
              "how many pages of a file are dirty",
              arguments -> {
                Slot<Inode> slot = arguments.file(0);
                return frame -> frame.world().get(slot).pages().dirtyNow();
              }),
          Function.of(
              "disk_bytes",
              List.of("path", "offset", "bytes"),
              "the value of these bytes on the medium if they are all the same, else -1",
              StateFunctions::diskBytes),
          Function.of(
              "exited",
              List.of("task"),
              "1 once the task has ended",
              arguments -> {
                Slot<Task> slot = arguments.symbol(0, Symbol.TaskName.class, "a task").slot();
                return frame -> frame.world().get(slot).isDead() ? 1 : 0;
              }),
          Function.of(
              "passed",
              List.of("\"text\""),
              "1 once the mark was passed",
              arguments -> {
                String text = arguments.string(0, "a mark");
                Slot<AtomicWord> slot = arguments.compiler().scope().mark(text);
                return frame -> frame.world().get(slot).peek();
              }));

  private StateFunctions() {}

  private static Function inside(String name, String meaning, FreezeLevel level) {
    return Function.of(
        name,
        List.of("mount point"),
        meaning,
        arguments -> {
          Slot<SuperBlock> slot = arguments.mount(0);
          return frame ->
              frame.world().get(slot).writeProtection() instanceof SbWriters writers
                  ? writers.writers(level)
                  : 0;
        });
  }

  private static FreezeState stateOf(Frame frame, Slot<SuperBlock> slot) {
    return frame.world().get(slot).writeProtection() instanceof SbWriters writers
        ? writers.now()
        : FreezeState.UNFROZEN;
  }

  private static Code diskBytes(Arguments arguments) {
    Slot<Inode> slot = arguments.file(0);
    Code offset = arguments.code(1);
    Code bytes = arguments.code(2);
    return frame -> {
      Inode inode = frame.world().get(slot);
      long from = offset.run(frame);
      long until = from + bytes.run(frame);
      int seen = -1;
      for (long at = from; at < until; at++) {
        int value = onMedium(inode, at);
        if (value < 0 || (seen >= 0 && value != seen)) {
          return -1;
        }
        seen = value;
      }
      return seen;
    };
  }

  /** The byte on the medium, or -1 where the file has none. */
  private static int onMedium(Inode inode, long pos) {
    if (pos < 0 || pos >= inode.sizeNow()) {
      return -1;
    }
    Data sector = inode.sb().device().medium(inode.sectorOf(pos), 1);
    return sector.at((int) (pos % BlockDevice.SECTOR_BYTES)) & 0xff;
  }
}
