package org.vfslab.compare;

import java.util.List;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;

/**
 * A row of the comparison: something that waits for writes.
 *
 * @param name how it is called
 * @param patches applied to mainline, in their order
 * @param call the litmus statement that is the barrier; an empty string waits for nothing
 * @param release the litmus statement that undoes it, or an empty string
 */
public record Barrier(String name, List<Patch> patches, String call, String release) {

  private static final String SYNCFS = "syncfs(\"/mnt\") == 0";
  private static final String FREEZE = "ioctl(\"/mnt\", FIFREEZE) == 0";
  private static final String BARRIER = "ioctl(\"/mnt\", FIWRITEBARRIER) == 0";
  private static final String THAW = "ioctl(\"/mnt\", FITHAW) == 0";

  /** Nothing at all, mainline's barriers, and the proposed ones. */
  public static final List<Barrier> ALL =
      List.of(
          new Barrier("nothing", List.of(), "", ""),
          new Barrier("freeze", List.of(), FREEZE, THAW),
          new Barrier("syncfs", List.of(), SYNCFS, ""),
          new Barrier("syncfs, sb-write-srcu", List.of(Patches.SB_WRITE_SRCU), SYNCFS, ""),
          new Barrier("vfs-write-barrier", List.of(Patches.VFS_WRITE_BARRIER), BARRIER, ""),
          new Barrier("percpu-ref-barrier", List.of(Patches.PERCPU_REF_BARRIER), BARRIER, ""),
          new Barrier(
              "delegated-reader-barrier", List.of(Patches.DELEGATED_READER_BARRIER), BARRIER, ""));
}
