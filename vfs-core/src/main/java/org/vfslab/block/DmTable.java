package org.vfslab.block;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;

/**
 * Which target has which sectors of a mapped device: {@code struct dm_table}, from the text that
 * {@code dmsetup create} takes: lines of {@code <start> <length> <target> <arguments>}.
 */
final class DmTable {

  /** A target and its place. */
  record Row(long start, long length, DmTarget target) {}

  private final List<Row> rows = new ArrayList<>();

  private DmTable() {}

  static DmTable parse(
      Machine machine, String name, String text, Function<String, @Nullable BlockDevice> lookup)
      throws TableException {
    DmTable table = new DmTable();
    int number = 0;
    for (String line : text.split("[\n;]", -1)) {
      number++;
      if (!line.isBlank()) {
        List<String> words = List.of(line.strip().split("\\s+"));
        String target = words.size() > 2 ? words.get(2) : "";
        try {
          table.add(machine, name, words, lookup);
        } catch (TableException e) {
          throw new TableException(number, line.strip(), target, e);
        }
      }
    }
    if (table.rows.isEmpty()) {
      throw new TableException("no table; it has lines of <start> <length> <target> <arguments>");
    }
    return table;
  }

  private void add(
      Machine machine,
      String name,
      List<String> words,
      Function<String, @Nullable BlockDevice> lookup)
      throws TableException {
    if (words.size() < 3) {
      throw new TableException("write <start> <length> <target> <arguments>");
    }
    DmArgs place = new DmArgs(words, lookup);
    long start = place.readSector("the start is a number of sectors");
    long length = place.readSector("the length is a number of sectors");
    if (length == 0) {
      throw new TableException("zero-length target");
    }
    if (start != sectors()) {
      throw new TableException("Gap in table");
    }
    DmArgs args = new DmArgs(words.subList(3, words.size()), lookup);
    DmTarget target =
        switch (words.get(2)) {
          case "linear" -> new LinearTarget(args);
          case "delay" -> new DelayTarget(machine, name, args);
          case "flakey" -> new FlakeyTarget(machine, args);
          case "error" -> new ErrorTarget(args);
          case "log-writes" -> new LogWritesTarget(machine, args);
          default -> throw new TableException("unknown target type");
        };
    rows.add(new Row(start, length, target));
  }

  List<Row> rows() {
    return rows;
  }

  /** {@code dm_table_get_size}. */
  long sectors() {
    return rows.isEmpty() ? 0 : rows.getLast().start() + rows.getLast().length();
  }

  /** {@code dm_table_find_target}. */
  Row find(long sector) {
    for (Row row : rows) {
      if (sector < row.start() + row.length()) {
        return row;
      }
    }
    throw new IllegalArgumentException("sector " + sector + " is beyond the table");
  }

  /** {@code dm_calculate_queue_limits}: what all devices below can do. */
  DeviceConfig limits() {
    Set<BlockDevice> devices = new LinkedHashSet<>();
    rows.forEach(row -> devices.addAll(row.target().devices()));
    boolean cache = false;
    boolean fua = true;
    DeviceConfig limits = DeviceConfig.DEFAULT.withSectors(sectors());
    for (BlockDevice device : devices) {
      cache |= device.config().writeCache();
      fua &= device.config().fua() || !device.config().writeCache();
      limits = limits.withSectorsMax(Math.min(limits.sectorsMax(), device.config().sectorsMax()));
    }
    return limits.withWriteCache(cache, cache && fua);
  }
}
