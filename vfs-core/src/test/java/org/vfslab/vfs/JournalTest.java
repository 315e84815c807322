package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** What a filesystem with a journal still has when it is mounted again, wherever power went. */
final class JournalTest {

  private static final DeviceConfig DISK = new DeviceConfig(4096, 64, new Latency.Any());

  /** A machine with a journalled filesystem on its disk, to be mounted or mounted already. */
  private static final class Box {
    final Machine machine;
    final BlockDevice disk;
    final UserProcess process;
    final List<SuperBlock> mounted = new ArrayList<>();
    final List<Object> seen = new ArrayList<>();

    Box(Chance chance) {
      machine = Machine.deterministic(MachineConfig.DEFAULT, chance);
      Lockdep lockdep = Lockdep.on(machine);
      disk = new BlockDevice(machine, "d", DISK);
      process =
          new UserProcess(
              lockdep,
              mock(),
              (device, mountPoint, blockBytes, readOnly) -> {
                SuperBlock sb =
                    new SuperBlock(
                        lockdep, mountPoint, device, LabFs.TYPE, blockBytes, readOnly, true);
                sb.protectWritesBy(mock());
                mounted.add(sb);
                return sb;
              });
    }

    /** With a new filesystem, mounted at /mnt. */
    static Box fresh(Chance chance, int blockBytes) {
      Box box = new Box(chance);
      SuperBlock sb =
          new SuperBlock(
              Lockdep.off(box.machine), "/mnt", box.disk, LabFs.TYPE, blockBytes, false, true);
      sb.protectWritesBy(mock());
      sb.addFile("/mnt/d/old", 4096);
      DiskFormat.format(sb);
      box.process.mount(sb);
      box.mounted.add(sb);
      return box;
    }

    /** With the disk of another machine, as it is there now, mounted by the first task. */
    static Box after(Box other, Consumer<Box> body) {
      Box box = new Box(Schedules.first());
      box.disk.preload(0, other.disk.onMedium(0, (int) DISK.sectors()));
      box.machine.task(
          "mounter",
          () -> {
            box.seen.add(box.process.mount(box.disk, "/mnt", false));
            body.accept(box);
          });
      assertThat(box.machine.run().outcome()).isEqualTo(Outcome.DONE);
      assertThat(box.machine.reports()).isEmpty();
      return box;
    }

    /** Power goes after so many steps. */
    void stopAt(long cut) {
      machine.afterEachStep(
          () -> {
            if (machine.steps() >= cut) {
              machine.stop();
            }
          });
    }

    Box run(Consumer<Box> body) {
      machine.task("t", () -> body.accept(this));
      assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
      assertThat(machine.reports()).isEmpty();
      return this;
    }

    /** The first byte and the size of a file, or its errno. */
    String look(String path) {
      long fd = process.open(path, OpenFlags.O_RDONLY);
      if (fd < 0) {
        return Errno.name(fd);
      }
      byte[] all = new byte[20_000];
      long size = process.read(fd, all);
      process.close(fd);
      return size + ":" + (size == 0 ? 0 : all[0]);
    }

    long make(String path, int bytes, int value) {
      long fd = process.open(path, OpenFlags.O_CREAT | OpenFlags.O_RDWR);
      process.write(fd, Bench.bytes(bytes, value));
      return fd;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void everythingSynced_isThereAfterMounting(int blockBytes) {
    Box first =
        Box.fresh(Schedules.first(), blockBytes)
            .run(
                b -> {
                  b.make("/mnt/a", 5000, 7);
                  b.process.mkdir("/mnt/e");
                  b.process.rename("/mnt/d/old", "/mnt/e/new");
                  b.process.link("/mnt/a", "/mnt/e/a");
                  b.process.chmod("/mnt/a", 0600);
                  b.process.fallocate(b.make("/mnt/holes", 512, 1), 3, 16384, 100);
                  b.process.truncate("/mnt/holes", 9000);
                  b.process.sync();
                  b.make("/mnt/late", 100, 9); // never synced
                });
    long free = first.mounted.getFirst().bitmap().freeNow();
    Box second =
        Box.after(
            first,
            b -> {
              for (String path :
                  List.of(
                      "/mnt/a",
                      "/mnt/e/a",
                      "/mnt/e/new",
                      "/mnt/d/old",
                      "/mnt/holes",
                      "/mnt/late")) {
                b.seen.add(b.look(path));
              }
              b.process.stat("/mnt/e/a", stat -> b.seen.add(stat.links() + " " + stat.mode()));
              b.process.stat("/mnt", stat -> b.seen.add(stat.links()));
              b.process.unlink("/mnt/a");
              b.seen.add(b.look("/mnt/e/a"));
            });
    assertThat(second.seen)
        .containsExactly(
            0L, "5000:7", "5000:7", "4096:0", "ENOENT", "9000:1", "ENOENT", "2 384", 4L, "5000:7");
    assertThat(second.mounted.getFirst().bitmap().freeNow()).isGreaterThanOrEqualTo(free);
  }

  @Test
  void umount_leavesAFilesystemThatIsReadFromTheDeviceAgain() {
    Box box =
        Box.fresh(Schedules.first(), 4096)
            .run(
                b -> {
                  b.process.close(b.make("/mnt/a", 100, 7));
                  b.seen.add(b.process.umount("/mnt"));
                  b.seen.add(b.process.mount(b.disk, "/mnt", false));
                  b.seen.add(b.look("/mnt/a"));
                });
    assertThat(box.seen).containsExactly(0L, 0L, "100:7");
    assertThat(box.mounted).hasSize(2);
  }

  /** After a freeze the journal is empty: the medium as it is has everything. */
  @Test
  void freezeFs_commitsWhatIsOpen() {
    Box box =
        Box.fresh(Schedules.first(), 4096)
            .run(
                b -> {
                  b.process.mkdir("/mnt/n");
                  SuperBlock sb = b.mounted.getFirst();
                  b.seen.add(sb.requireJournal().changesNow());
                  b.seen.add(LabFs.TYPE.freezeFs(sb));
                  b.seen.add(sb.requireJournal().changesNow());
                });
    assertThat(box.seen).containsExactly(2L, 0, 0L);
    assertThat(Box.after(box, b -> b.seen.add(b.process.rmdir("/mnt/n"))).seen)
        .containsExactly(0L, 0L);
  }

  /**
   * Power goes after each step of a history: what was synced is there, what was not is there whole
   * or not at all, nothing of one file is in another, and no block has two owners.
   */
  @Test
  void powerCut_afterAnyStep_losesNothingThatWasPromised() {
    long steps = history(Schedules.first(), Long.MAX_VALUE).machine.steps();
    assertThat(steps).isGreaterThan(300);
    for (long cut = 1; cut < steps; cut += 7) {
      check(history(Schedules.first(), cut), "first, cut " + cut);
    }
    for (long seed = 0; seed < 120; seed++) {
      check(history(Schedules.seeded(seed), 20 + seed * steps / 60), "seed " + seed);
    }
  }

  /** A rename between directories changes three inodes: after each step it is done or it is not. */
  @Test
  void powerCut_duringARename_leavesOneName() {
    long steps = renamed(Long.MAX_VALUE).machine.steps();
    int before = 0;
    int after = 0;
    for (long cut = 1; cut <= steps; cut++) {
      Box box =
          Box.after(
              renamed(cut),
              b -> {
                b.seen.add(b.look("/mnt/d/old"));
                b.seen.add(b.look("/mnt/new"));
              });
      if (box.seen.equals(List.of(0L, "4096:0", "ENOENT"))) {
        before++;
      } else {
        assertThat(box.seen).as("cut %s", cut).containsExactly(0L, "ENOENT", "4096:0");
        after++;
      }
    }
    assertThat(before).isGreaterThan(20);
    assertThat(after).isGreaterThan(5);
  }

  private static Box renamed(long cut) {
    Box box = Box.fresh(Schedules.first(), 4096);
    box.stopAt(cut);
    box.machine.task(
        "t",
        () -> {
          box.process.rename("/mnt/d/old", "/mnt/new");
          box.process.sync();
        });
    box.machine.run();
    return box;
  }

  private static Box history(Chance chance, long cut) {
    Box box = Box.fresh(chance, 4096);
    box.stopAt(cut);
    box.machine.task(
        "commits whenever it likes",
        () -> {
          for (int i = 0; i < 6; i++) {
            box.process.syncfs(box.process.open("/mnt", OpenFlags.O_RDONLY));
            LabFs.TYPE.syncFs(box.mounted.getFirst(), true);
          }
        });
    box.machine.task(
        "t",
        () -> {
          UserProcess process = box.process;
          long a = box.make("/mnt/a", 8192, 1);
          box.seen.add(process.fsync(a) == 0 ? "a" : "?");
          process.rename("/mnt/a", "/mnt/d/b");
          box.seen.add(process.sync() == 0 ? "b" : "?");
          process.ftruncate(a, 4096);
          long c = box.make("/mnt/c", 4096, 2); // would like the block that is going
          box.seen.add(process.fsync(c) == 0 ? "c" : "?");
          process.unlink("/mnt/d/b");
          process.close(a);
          process.fsync(process.open("/mnt/d", OpenFlags.O_RDONLY));
          box.seen.add("gone");
          long d = process.open("/mnt/d/e", 0x42 | OpenFlags.O_DIRECT | OpenFlags.O_SYNC);
          process.pwrite(d, Bench.bytes(4096, 3), 0);
          box.seen.add("d");
        });
    box.machine.run();
    return box;
  }

  private static void check(Box cut, String when) {
    Box box =
        Box.after(
            cut,
            b -> {
              for (String path : List.of("/mnt/a", "/mnt/d/b", "/mnt/c", "/mnt/d/e")) {
                b.seen.add(b.look(path));
              }
              b.process.close(b.make("/mnt/more", 4096, 4));
              b.seen.add(b.process.sync());
            });
    List<Object> seen = box.seen;
    assertThat(seen.getFirst()).as(when).isEqualTo(0L);
    String a = (String) seen.get(1);
    String b = (String) seen.get(2);
    List<Object> done = cut.seen;
    assertThat(a).as(when).isIn("ENOENT", "0:0", "4096:0", "8192:0", "8192:1");
    assertThat(b).as(when).isIn("ENOENT", "8192:1", "4096:1");
    assertThat((String) seen.get(3)).as(when).isIn("ENOENT", "0:0", "4096:0", "4096:2");
    assertThat((String) seen.get(4)).as(when).isIn("ENOENT", "0:0", "4096:0", "4096:3");
    if (done.contains("a")) {
      assertThat(a.equals("8192:1") || !b.equals("ENOENT") || done.contains("c")).as(when).isTrue();
    }
    if (done.contains("b")) {
      assertThat(a).as(when).isEqualTo("ENOENT");
    }
    if (done.contains("c")) {
      assertThat(seen.get(3)).as(when).isEqualTo("4096:2");
    }
    if (done.contains("gone")) {
      assertThat(b).as(when).isEqualTo("ENOENT");
    }
    if (done.contains("d")) {
      assertThat(seen.get(4)).as(when).isEqualTo("4096:3");
    }
    noBlockHasTwoOwners(box.mounted.getLast(), when);
  }

  private static void noBlockHasTwoOwners(SuperBlock sb, String when) {
    List<Long> owned = new ArrayList<>();
    for (Inode inode : sb.inodes()) {
      for (long place : inode.blocks().placesNow()) {
        if (place != BlockMap.HOLE) {
          owned.add(place & 0xffff_ffffL);
        }
      }
    }
    assertThat(owned).as(when).doesNotHaveDuplicates();
  }

  /** A block that has a new owner shows nothing of the old one before its data has arrived. */
  @Test
  void powerCut_beforeTheDataOfANewBlock_showsZeroes() {
    Box box =
        Box.fresh(Schedules.first(), 4096)
            .run(
                b -> {
                  long a = b.make("/mnt/a", 4096, 1);
                  b.process.fsync(a);
                  b.process.close(a);
                  b.process.unlink("/mnt/a");
                  b.process.sync();
                  b.make("/mnt/c", 4096, 2);
                  LabFs.TYPE.syncFs(b.mounted.getFirst(), true); // the journal, and no data
                });
    assertThat(Box.after(box, b -> b.seen.add(b.look("/mnt/c"))).seen)
        .containsExactly(0L, "4096:0");
  }

  /** A block that was freed belongs to nobody else before the commit. */
  @Test
  void freedBlock_isUsedAgainOnlyAfterTheCommit_orWhenNothingElseIsLeft() {
    Box box =
        Box.fresh(Schedules.first(), 4096)
            .run(
                b -> {
                  SuperBlock sb = b.mounted.getFirst();
                  long fd = b.make("/mnt/a", 4096, 1);
                  b.process.fsync(fd);
                  long free = sb.bitmap().freeNow();
                  b.process.ftruncate(fd, 0);
                  b.seen.add(sb.bitmap().freeNow() - free);
                  b.process.fsync(fd);
                  b.seen.add(sb.bitmap().freeNow() - free);
                  b.process.fallocate(fd, 0, 0, (free + 1) * 4096);
                  b.process.ftruncate(fd, 0);
                  b.seen.add(sb.bitmap().freeNow());
                  b.seen.add(b.process.fallocate(fd, 0, 0, 4096)); // commits first
                });
    assertThat(box.seen).containsExactly(0L, 1L, 0L, 0L);
  }

  @Test
  void fullTableOfInodes_isEnospc_andANumberComesBackWithTheCommit() {
    Box box =
        Box.fresh(Schedules.first(), 4096)
            .run(
                b -> {
                  int made = 0;
                  long last = 0;
                  while (last == 0) {
                    last = b.process.mkdir("/mnt/n" + made++);
                  }
                  b.seen.add(made);
                  b.seen.add(last);
                  b.process.close(b.process.open("/mnt/n0", 0));
                  b.process.unlink("/mnt/d/old");
                  b.process.rmdir("/mnt/n1");
                  b.seen.add(b.process.mkdir("/mnt/x"));
                  b.process.sync();
                  b.seen.add(b.process.mkdir("/mnt/x"));
                  b.seen.add(b.process.mkdir("/mnt/y"));
                  b.seen.add(b.process.mkdir("/mnt/z"));
                });
    long enospc = -Errno.ENOSPC;
    assertThat(box.seen)
        .containsExactly(60, enospc, enospc, 0L, 0L, enospc); // 64 less 0 to 2, d and old
  }

  @Test
  void smallDevice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DiskLayout(100, 4096))
        .withMessageContaining("sectors or more, and the device has 100");
  }
}
