package org.vfslab.campaign.powercut;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;

/** Small programs, each about one promise. */
final class SmallPrograms {
  private static final int SECTORS = 4096;
  private static final String OLD = Program.OLD;

  private SmallPrograms() {}

  /** Each on a disk without a cache, with a volatile one, and with one that has FUA. */
  static List<Program> all() {
    DeviceConfig none = new DeviceConfig(SECTORS, 64, new Latency.Any());
    Map<String, DeviceConfig> devices = new LinkedHashMap<>();
    devices.put("none", none);
    devices.put("volatile", none.withWriteCache(true, false));
    devices.put("fua", none.withWriteCache(true, true));
    List<Program> all = new ArrayList<>();
    actors()
        .forEach(
            (name, actors) ->
                devices.forEach(
                    (cache, device) ->
                        all.add(new Program(name + "/" + cache, device, 4096, actors))));
    return all;
  }

  private static Map<String, List<List<Op>>> actors() {
    Map<String, List<List<Op>>> all = new LinkedHashMap<>();
    put(all, "fsync-overwrite", buffered(OLD, 0, 8, 1), new Op.Fsync(OLD, false));
    put(all, "fsync-append", buffered(OLD, 16, 12, 1), new Op.Fsync(OLD, false));
    put(all, "fdatasync-append", buffered(OLD, 16, 4, 1), new Op.Fsync(OLD, true));
    put(all, "fsync-new", new Op.Create("a"), buffered("a", 0, 8, 1), new Op.Fsync("a", false));
    put(
        all,
        "replace-by-rename",
        new Op.Create("a"),
        buffered("a", 0, 8, 1),
        new Op.Fsync("a", false),
        new Op.Rename("a", OLD),
        new Op.FsyncDirectory());
    put(
        all,
        "truncate",
        buffered(OLD, 0, 16, 1),
        new Op.Fsync(OLD, false),
        new Op.Truncate(OLD, 3),
        new Op.Fsync(OLD, true));
    put(
        all,
        "punch",
        buffered(OLD, 0, 16, 1),
        new Op.Fsync(OLD, false),
        new Op.Punch(OLD, 4, 8),
        new Op.Fsync(OLD, false));
    put(
        all,
        "blocks-of-another",
        new Op.Create("a"),
        buffered("a", 0, 8, 1),
        new Op.Fsync("a", false),
        new Op.Unlink("a"),
        new Op.Syncfs(),
        new Op.Create("b"),
        buffered("b", 0, 8, 2),
        new Op.Fsync("b", false));
    put(
        all,
        "names",
        new Op.Link(OLD, "b"),
        new Op.Fsync(OLD, false),
        new Op.Unlink(OLD),
        new Op.FsyncDirectory());
    put(all, "dsync-overwrite", write(OLD, 0, 4, Op.How.DIRECT, true, 1));
    put(
        all,
        "dsync-aio",
        write(OLD, 0, 8, Op.How.AIO, true, 1),
        write(OLD, 16, 8, Op.How.AIO, true, 2));
    // The second write is an overwrite, and yet FUA is not enough: the block is not written yet
    // as far as the disk knows.
    put(
        all,
        "dsync-after-hole",
        new Op.Punch(OLD, 0, 8),
        new Op.Fsync(OLD, false),
        write(OLD, 0, 8, Op.How.AIO, false, 1),
        write(OLD, 0, 1, Op.How.AIO, true, 2));
    put(all, "dsync-buffered", write(OLD, 2, 4, Op.How.BUFFERED, true, 1));
    all.put(
        "syncfs",
        List.of(
            List.of(buffered(OLD, 0, 8, 1), write(OLD, 8, 8, Op.How.AIO, false, 2)),
            List.of(new Op.Create("a"), new Op.Syncfs())));
    put(
        all,
        "freeze",
        buffered(OLD, 8, 16, 1),
        new Op.Freeze(),
        buffered(OLD, 0, 4, 2),
        new Op.Create("a"),
        new Op.Fsync("a", false));
    all.put(
        "freeze-meets-aio",
        List.of(
            List.of(
                write(OLD, 0, 8, Op.How.AIO, false, 1), write(OLD, 16, 8, Op.How.AIO, false, 2)),
            List.of(new Op.Rename(OLD, "a"), new Op.Freeze())));
    return all;
  }

  private static void put(Map<String, List<List<Op>>> all, String name, Op... ops) {
    all.put(name, List.of(List.of(ops)));
  }

  private static Op buffered(String name, int sector, int sectors, int value) {
    return write(name, sector, sectors, Op.How.BUFFERED, false, value);
  }

  private static Op write(
      String name, int sector, int sectors, Op.How how, boolean dsync, int value) {
    return new Op.Write(name, sector, sectors, how, dsync, value);
  }
}
