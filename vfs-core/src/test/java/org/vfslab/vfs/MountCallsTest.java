package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Schedules;

/** Mounting, unmounting and remounting, also of what is frozen. */
final class MountCallsTest {

  @Test
  void umount_isBusyWhileFilesAreOpen_andMountFindsTheFilesAgain() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    byte[] read = new byte[1];
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(1, 7), 0);
              b.seen.add(b.process.umount("/mnt"));
              b.process.close(fd);
              long name = b.open("/mnt", OpenFlags.O_PATH);
              b.seen.add(b.process.umount("/mnt"));
              b.process.close(name);
              b.seen.add(b.process.umount("/mnt/a"));
              b.seen.add(b.process.umount("/nowhere"));
              b.seen.add(b.process.umount("/mnt"));
              b.seen.add(b.disk.onMedium(inode.sectorOf(0), 1)[0]); // the last reference syncs
              b.seen.add(b.open("/mnt/a", 0));
              b.seen.add(b.process.umount("/mnt"));
              b.seen.add(b.process.mount(b.disk, "/mnt", false));
              b.seen.add(b.process.mount(b.disk, "/mnt", false));
              b.process.pread(b.open("/mnt/a", 0), read, 0);
              BlockDevice empty = new BlockDevice(b.machine, "e", Bench.DISK);
              b.seen.add(b.process.mount(empty, "/e", false));
            })
        .run();
    long ebusy = -Errno.EBUSY;
    long einval = -Errno.EINVAL;
    long enoent = -Errno.ENOENT;
    assertThat(bench.seen)
        .containsExactly(
            ebusy, ebusy, einval, enoent, 0L, (byte) 7, enoent, enoent, 0L, ebusy, einval);
    assertThat(read[0]).isEqualTo((byte) 7);
  }

  /** A freeze holds an active reference: the superblock outlives its mount. */
  @Test
  void mount_afterTheUmountOfAFrozenFilesystem_findsTheSameSuperblock() {
    Bench bench = Bench.standard();
    bench
        .task(
            "t",
            b -> {
              b.sb.active().fetchAdd(1); // as freeze_super does
              b.seen.add(b.process.umount("/mnt"));
              b.seen.add(b.sb.active().peek());
              b.seen.add(b.process.mount(b.disk, "/mnt", true)); // alive as writable
              b.seen.add(b.process.mount(b.disk, "/mnt", false));
              b.seen.add(b.sb.active().peek());
            })
        .run();
    assertThat(bench.seen).containsExactly(0L, 1L, (long) -Errno.EBUSY, 0L, 2L);
  }

  @Test
  void remount_isBusyWhileFrozen_andReadOnlyWhileSomebodyMayWrite() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              when(b.protection.isFrozen()).thenReturn(true);
              b.seen.add(b.process.remount("/mnt", false));
              when(b.protection.isFrozen()).thenReturn(false);
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(1, 7), 0);
              b.seen.add(b.process.remount("/mnt", true));
              b.process.close(fd);
              b.seen.add(b.process.remount("/mnt", true));
              b.seen.add(b.disk.onMedium(inode.sectorOf(0), 1)[0]); // written back before
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDWR));
              b.seen.add(b.process.remount("/mnt", false));
              b.seen.add(b.process.unlink("/mnt/a"));
              b.seen.add(b.process.remount("/nowhere", false));
            })
        .run();
    long ebusy = -Errno.EBUSY;
    assertThat(bench.seen)
        .containsExactly(
            ebusy, ebusy, 0L, (byte) 7, (long) -Errno.EROFS, 0L, 0L, (long) -Errno.EINVAL);
  }

  /** Who may write counts first and asks then; a remount holds first and counts then. */
  @Test
  void remountReadOnly_neverHappensToWhoMayWrite() {
    int busy = 0;
    for (long seed = 0; seed < 300; seed++) {
      Bench bench = Bench.of(Schedules.seeded(seed), 4096);
      long[] remounted = new long[1];
      bench
          .task("remount", b -> remounted[0] = b.process.remount("/mnt", true))
          .task(
              "writer",
              b -> {
                if (b.sb.wantWrite() == 0) {
                  b.process.stat("/mnt", stat -> {}); // some steps
                  b.seen.add(b.sb.isReadOnly());
                  b.sb.dropWrite();
                }
              })
          .run();
      busy += remounted[0] == -Errno.EBUSY ? 1 : 0;
      assertThat(bench.seen).as("seed %s", seed).doesNotContain(true);
    }
    assertThat(busy).isBetween(1, 299);
  }
}
