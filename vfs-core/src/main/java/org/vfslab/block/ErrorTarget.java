package org.vfslab.block;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code [<dev> <offset>]}: every bio fails (drivers/md/dm-target.c, 7.2). The device, if one is
 * named, only gives its limits.
 */
final class ErrorTarget implements DmTarget {
  private final @Nullable BlockDevice limits;

  ErrorTarget(DmArgs args) throws TableException {
    if (args.count() == 0) {
      limits = null;
      return;
    }
    if (args.count() != 2) {
      throw new TableException("Invalid argument count");
    }
    String name = args.shift();
    args.readSector("Invalid device sector");
    limits = args.named(name, "Device lookup failed");
  }

  @Override
  public void map(TargetIo io) {
    io.kill();
  }

  @Override
  public boolean wantsFlush() {
    return false;
  }

  @Override
  public List<BlockDevice> devices() {
    return limits == null ? List.of() : List.of(limits);
  }
}
