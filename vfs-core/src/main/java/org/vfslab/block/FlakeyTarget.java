package org.vfslab.block;

import java.util.List;
import org.vfslab.machine.Machine;

/**
 * {@code <dev> <offset> <up s> <down s> [<n> features]}: well for a while, then not
 * (drivers/md/dm-flakey.c, 7.2).
 *
 * <p>What happens to a bio is settled when it is mapped, by the whole seconds since the table was
 * loaded. A dropped or failed write ends in its submitter. An empty flush counts as a write.
 */
final class FlakeyTarget implements DmTarget {
  private static final long NANOS_IN_S = 1_000_000_000;
  private static final int BYTE_VALUES = 256;

  private final Machine machine;
  private final BlockDevice device;
  private final long offset;
  private final long up;
  private final long down;
  private final long startNs;
  private final FlakeyFeatures features;

  FlakeyTarget(Machine machine, DmArgs args) throws TableException {
    if (args.count() < 4) {
      throw new TableException("Invalid argument count");
    }
    String name = args.shift();
    this.offset = args.readSector("Invalid device sector");
    this.up = args.readUint("Invalid up interval");
    this.down = args.readUint("Invalid down interval");
    if (up + down == 0) {
      throw new TableException("Total (up + down) interval is zero");
    }
    if (up + down > 0xffff_ffffL) {
      throw new TableException("Interval overflow");
    }
    this.features = new FlakeyFeatures(args);
    this.device = args.named(name, "Device lookup failed");
    this.machine = machine;
    this.startNs = machine.nowNs();
  }

  private boolean isDown() {
    long elapsed = (machine.nowNs() - startNs) / NANOS_IN_S;
    return elapsed % (up + down) >= up;
  }

  @Override
  public void map(TargetIo io) {
    if (!isDown()) {
      io.remap(device, offset);
    } else if (io.bio().op().isWrite()) {
      mapWrite(io);
    } else if (features.errorReads) {
      io.kill();
    } else {
      io.remap(device, offset, io.bio().data(), this::readEnded);
    }
  }

  private void mapWrite(TargetIo io) {
    if (features.dropWrites) {
      io.end(BlkStatus.OK);
    } else if (features.errorWrites) {
      io.end(BlkStatus.IOERR);
    } else {
      // The submitter's bytes stay as they are: a clone carries the others.
      Data data = io.bio().data();
      if (features.corrupts(io.bio(), true)) {
        data = withByte(data);
      }
      io.remap(device, offset, randomly(data, features.randomWrite), TargetIo.Ending.PLAIN);
    }
  }

  private BlkStatus readEnded(Bio bio, Bio lower) {
    if (lower.blkStatus() == BlkStatus.OK) {
      Data data = features.corrupts(bio, false) ? withByte(bio.data()) : bio.data();
      bio.filled(randomly(data, features.randomRead));
    }
    return lower.blkStatus();
  }

  private Data withByte(Data data) {
    return features.corruptByte > data.length()
        ? data
        : data.with(
            (int) features.corruptByte - 1, new Data.Uniform((byte) features.corruptValue, 1));
  }

  private Data randomly(Data data, int probability) {
    if (probability == 0
        || data.length() == 0
        || machine.choose(FlakeyFeatures.PROBABILITY_BASE, "random corruption") >= probability) {
      return data;
    }
    int at = machine.choose(data.length(), "corrupted byte");
    byte value = (byte) machine.choose(BYTE_VALUES, "its value");
    return data.with(at, new Data.Uniform(value, 1));
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
