package org.vfslab.campaign.powercut;

import java.util.List;
import org.vfslab.block.DeviceConfig;

/**
 * What runs until the power goes.
 *
 * @param name how the command line calls it
 * @param device the disk; it has a filesystem with a journal
 * @param blockBytes the size of a filesystem block
 * @param actors what each task does; each has a directory of its own with a file {@link #OLD}
 */
record Program(String name, DeviceConfig device, int blockBytes, List<List<Op>> actors) {

  /** A file of {@link #OLD_SECTORS} sectors of zeroes that is there from the beginning. */
  static final String OLD = "old";

  static final int OLD_SECTORS = 16;

  /** No file of a program is longer. */
  static final int FILE_BYTES_MAX = 1 << 20;

  /** All names that occur in programs. */
  static final List<String> NAMES = List.of(OLD, "a", "b", "c");

  static String directory(int actor) {
    return "/mnt/" + actor;
  }

  static String path(int actor, String name) {
    return directory(actor) + "/" + name;
  }
}
