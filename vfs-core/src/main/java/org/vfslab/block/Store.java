package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a drive holds: what reads see, and what is still there when the power goes.
 *
 * <p>Writes to the volatile cache leave a version of each unit that they touch, a unit being what
 * is written atomically. A flush makes the versions durable that were there when it was sent. When
 * the power goes, each unit is as it was durable, or in any one of its later versions: any subset
 * of the writes since the flush may have got to the medium, in part or as a whole.
 */
final class Store {
  private final boolean cached;
  private final int unitSectors;
  private final int unitBytes;
  private final Media current;
  private final Media durable;

  // Of units that differ, or may: what was written since they were durable, the oldest first.
  private final TreeMap<Long, List<Version>> dirty = new TreeMap<>();
  private long writes;

  private record Version(long number, Data unit) {}

  Store(DeviceConfig config, Media media) {
    this.cached = config.writeCache();
    this.unitSectors = config.atomicSectors();
    this.unitBytes = unitSectors * BlockDevice.SECTOR_BYTES;
    this.current = media;
    this.durable = cached ? media.copy() : media;
  }

  Data read(long sector, int bytes) {
    return current.read(sector, bytes);
  }

  /** Writes to the cache, or through it. */
  void write(long sector, Data data, boolean fua) {
    current.write(sector, data);
    if (!cached) {
      return;
    }
    writes++;
    if (fua) {
      durable.write(sector, data);
    }
    long last = (sector * BlockDevice.SECTOR_BYTES + data.length() - 1) / unitBytes;
    for (long unit = sector / unitSectors; unit <= last; unit++) {
      if (fua) {
        writeThrough(unit, sector, data);
      } else {
        Data now = current.read(unit * unitSectors, unitBytes);
        versions(dirty, unit).add(new Version(writes, now));
      }
    }
  }

  /** Whatever survives of a unit has in it what was written through the cache. */
  private void writeThrough(long unit, long sector, Data data) {
    if (covers(sector, data, unit)) {
      dirty.remove(unit);
      return;
    }
    long first = unit * unitSectors;
    int from = (int) Math.max(0, first - sector) * BlockDevice.SECTOR_BYTES;
    int at = (int) Math.max(0, sector - first) * BlockDevice.SECTOR_BYTES;
    Data part = data.slice(from, Math.min(data.length(), from + unitBytes - at));
    dirty.computeIfPresent(
        unit,
        (u, versions) -> {
          versions.replaceAll(old -> new Version(old.number(), old.unit().with(at, part)));
          return versions;
        });
  }

  private boolean covers(long sector, Data data, long unit) {
    long first = unit * unitSectors;
    return sector <= first
        && first + unitSectors <= sector + data.length() / BlockDevice.SECTOR_BYTES;
  }

  private static <T> List<T> versions(Map<Long, List<T>> of, long unit) {
    return of.computeIfAbsent(unit, u -> new ArrayList<>(1));
  }

  /** What a flush that is sent now covers. */
  long flushPoint() {
    return writes;
  }

  /** A flush is done: what was written up to that point is durable. */
  void flushed(long point) {
    List<Long> clean = new ArrayList<>();
    dirty.forEach(
        (unit, versions) -> {
          int covered = 0;
          while (covered < versions.size() && versions.get(covered).number() <= point) {
            covered++;
          }
          if (covered > 0) {
            durable.write(unit * unitSectors, versions.get(covered - 1).unit());
            versions.subList(0, covered).clear();
            if (versions.isEmpty()) {
              clean.add(unit);
            }
          }
        });
    clean.forEach(dirty::remove);
  }

  /** What reads see. */
  Media snapshot() {
    return current.copy();
  }

  /**
   * What is left if the power goes now.
   *
   * @param working writes that have not ended, in the order of their start
   */
  Remains remains(long sectors, List<Command> working) {
    TreeMap<Long, List<Data>> open = new TreeMap<>();
    dirty.forEach(
        (unit, versions) ->
            open.put(unit, new ArrayList<>(versions.stream().map(Version::unit).toList())));
    Media written = current.copy();
    for (Command command : working) {
      if (command.op.isWrite() && command.sectors > 0) {
        Data data = bytesOf(command);
        written.write(command.sector, data);
        long last = (command.sector + command.sectors - 1) / unitSectors;
        for (long unit = command.sector / unitSectors; unit <= last; unit++) {
          versions(open, unit).add(written.read(unit * unitSectors, unitBytes));
        }
      }
    }
    return new Remains(durable.copy(), sectors, unitSectors, open);
  }

  /** What a command writes. */
  static Data bytesOf(Command command) {
    return command.op == BioOp.WRITE
        ? command.data
        : Data.zeroes(command.sectors * BlockDevice.SECTOR_BYTES);
  }
}
