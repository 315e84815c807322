package org.vfslab.litmus;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.MappedDevice;
import org.vfslab.block.TableException;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;

/** A disk with a device-mapper table over disks that were declared before. */
final class MappedDisk {

  private MappedDisk() {}

  /** Why the kernel would refuse this table, or null. */
  static @Nullable String mistake(String name, String table, Iterable<String> disks) {
    Machine machine = Machine.deterministic(MachineConfig.DEFAULT, new FirstCome());
    Map<String, BlockDevice> known = new java.util.TreeMap<>();
    for (String disk : disks) {
      known.put(disk, new BlockDevice(machine, disk, DeviceConfig.DEFAULT));
    }
    try {
      MappedDevice.create(machine, name, table, known::get);
      return null;
    } catch (TableException e) {
      return String.valueOf(e.getMessage())
          + (List.copyOf(known.keySet()).isEmpty() ? "" : "; the disks are " + known.keySet());
    }
  }

  /** The device on the machine of one execution. */
  static BlockDevice make(
      World world, String name, String table, Map<String, Slot<BlockDevice>> disks) {
    try {
      return MappedDevice.create(
          world.lab().machine(),
          name,
          table,
          disk -> {
            Slot<BlockDevice> slot = disks.get(disk);
            return slot == null ? null : world.get(slot);
          });
    } catch (TableException e) {
      throw new IllegalStateException("a table was checked and is refused", e);
    }
  }
}
