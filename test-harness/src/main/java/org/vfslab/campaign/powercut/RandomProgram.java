package org.vfslab.campaign.powercut;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.vfs.Inode;

/** A larger program by the throw of dice; all that it does succeeds. */
final class RandomProgram {
  private static final int SECTORS = 4096;
  private static final int ACTORS_MAX = 3;
  private static final int OPS_MIN = 4;
  private static final int OPS_MORE = 10;
  private static final int WRITE_SECTORS_MAX = 12;
  private static final int FILE_SECTORS_MAX = 48;

  private final SplittableRandom dice;
  private int value;

  private RandomProgram(SplittableRandom dice) {
    this.dice = dice;
  }

  static Program of(long number, SplittableRandom dice) {
    RandomProgram random = new RandomProgram(dice);
    DeviceConfig device =
        new DeviceConfig(SECTORS, 1 + dice.nextInt(16), new Latency.Any())
            .withWriteCache(dice.nextInt(8) > 0, dice.nextBoolean())
            .withAtomicSectors(dice.nextInt(4) == 0 ? 8 : 1)
            .withQueues(dice.nextInt(3));
    int blockBytes = Inode.PAGE_BYTES >> dice.nextInt(4);
    List<List<Op>> actors = new ArrayList<>();
    int count = 1 + dice.nextInt(ACTORS_MAX);
    for (int i = 0; i < count; i++) {
      actors.add(random.ops());
    }
    return new Program(String.valueOf(number), device, blockBytes, actors);
  }

  private List<Op> ops() {
    List<Op> ops = new ArrayList<>();
    // The names that are there, and the size of the file behind each.
    Map<String, int[]> files = new TreeMap<>();
    files.put(Program.OLD, new int[] {Program.OLD_SECTORS});
    int count = OPS_MIN + dice.nextInt(OPS_MORE);
    while (ops.size() < count) {
      ops.add(next(files));
    }
    return ops;
  }

  private Op next(Map<String, int[]> files) {
    String name = anyOf(files);
    String other = Program.NAMES.get(dice.nextInt(Program.NAMES.size()));
    if (name.isEmpty()) {
      files.put(other, new int[1]);
      return new Op.Create(other);
    }
    int[] size = files.getOrDefault(name, new int[1]);
    return switch (dice.nextInt(16)) {
      case 0 -> {
        boolean taken = files.containsKey(other);
        files.putIfAbsent(other, new int[1]);
        yield taken ? new Op.FsyncDirectory() : new Op.Create(other);
      }
      case 1 -> {
        size[0] = dice.nextInt(FILE_SECTORS_MAX);
        yield new Op.Truncate(name, size[0]);
      }
      case 2 -> new Op.Punch(name, dice.nextInt(16), 1 + dice.nextInt(16));
      case 3 -> {
        if (name.equals(other) || files.get(other) == size) {
          yield new Op.FsyncDirectory(); // rename of a file to itself does nothing
        }
        files.remove(name);
        files.put(other, size);
        yield new Op.Rename(name, other);
      }
      case 4 -> {
        boolean taken = files.containsKey(other);
        files.putIfAbsent(other, size);
        yield taken ? new Op.Fsync(name, false) : new Op.Link(name, other);
      }
      case 5 -> {
        files.remove(name);
        yield new Op.Unlink(name);
      }
      case 6, 7 -> new Op.Fsync(name, false);
      case 8 -> new Op.Fsync(name, true);
      case 9 -> new Op.Syncfs();
      case 10 -> dice.nextInt(3) == 0 ? new Op.Freeze() : new Op.FsyncDirectory();
      default -> write(name, size);
    };
  }

  private Op write(String name, int[] size) {
    int sector = dice.nextInt(Math.min(size[0] + 8, FILE_SECTORS_MAX - WRITE_SECTORS_MAX));
    int sectors = 1 + dice.nextInt(WRITE_SECTORS_MAX);
    size[0] = Math.max(size[0], sector + sectors);
    value = value % 255 + 1;
    Op.How[] hows = Op.How.values();
    Op.How how = hows[dice.nextInt(hows.length)];
    return new Op.Write(name, sector, sectors, how, dice.nextInt(3) == 0, value);
  }

  private String anyOf(Map<String, int[]> files) {
    List<String> names = List.copyOf(files.keySet());
    return names.isEmpty() ? "" : names.get(dice.nextInt(names.size()));
  }
}
