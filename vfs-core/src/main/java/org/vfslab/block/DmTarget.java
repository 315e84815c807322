package org.vfslab.block;

import java.util.List;

/** What a part of a mapped device does with bios: {@code struct target_type}. */
interface DmTarget {

  /** {@code ->map}: the bio's sectors count from the start of the target. Process context. */
  void map(TargetIo io);

  /** The devices below, for the limits. */
  List<BlockDevice> devices();

  /** {@code num_flush_bios}: whether it wants to see flushes. */
  default boolean wantsFlush() {
    return true;
  }

  /** {@code ->presuspend}: before new bios are held back. */
  default void presuspend() {}

  /** {@code ->resume}. */
  default void resume() {}

  /** {@code ->dtr}: the table is not used any more. */
  default void destroy() {}

  /** {@code ->message}: 0 or a negative errno. */
  default int message(List<String> words) {
    return -org.vfslab.machine.Errno.EINVAL;
  }

  /** {@code ->status}: words for who asks. */
  default String status() {
    return "";
  }

  /** What is on the medium there, for printing and for properties. */
  default Data medium(long sector, int sectors) {
    return Data.zeroes(sectors * BlockDevice.SECTOR_BYTES);
  }
}
