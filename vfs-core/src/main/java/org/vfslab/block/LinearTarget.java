package org.vfslab.block;

import java.util.List;

/** {@code <dev> <offset>}: another device from an offset on (drivers/md/dm-linear.c, 7.2). */
final class LinearTarget implements DmTarget {
  private final BlockDevice device;
  private final long offset;

  LinearTarget(DmArgs args) throws TableException {
    if (args.count() != 2) {
      throw new TableException("Invalid argument count");
    }
    String name = args.shift();
    this.offset = args.readSector("Invalid device sector");
    this.device = args.named(name, "Device lookup failed");
  }

  @Override
  public void map(TargetIo io) {
    io.remap(device, offset);
  }

  @Override
  public List<BlockDevice> devices() {
    return List.of(device);
  }

  @Override
  public Data medium(long sector, int sectors) {
    return device.medium(offset + sector, sectors);
  }
}
