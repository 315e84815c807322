package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Schedules;

/** Each open file is told of a write-back error once, and a freeze of none. */
final class WritebackErrorsTest {

  private static void fails(Inode inode, int errno) {
    inode.pages().errors().set(-errno);
    inode.sb().writebackErrors().set(-errno);
  }

  @Test
  void fsync_tellsEachOpenFileOnce_alsoOneThatWasOpenedAfterAnUnseenError() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long one = b.open("/mnt/a", OpenFlags.O_RDWR);
              long two = b.open("/mnt/a", OpenFlags.O_RDWR);
              fails(inode, Errno.EIO);
              long late = b.open("/mnt/a", OpenFlags.O_RDWR); // nobody has seen it yet
              for (long fd : new long[] {one, one, two, two, late, late}) {
                b.seen.add(b.process.fsync(fd));
              }
              b.seen.add(b.process.fdatasync(b.open("/mnt/a", OpenFlags.O_RDWR)));
              fails(inode, Errno.ENOSPC);
              b.seen.add(b.process.fsync(one));
            })
        .run();
    long eio = -Errno.EIO;
    assertThat(bench.seen).containsExactly(eio, 0L, eio, 0L, eio, 0L, 0L, (long) -Errno.ENOSPC);
  }

  @Test
  void syncfs_isToldApartFromFsync() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench.file("/mnt/b", 4096);
    bench
        .task(
            "t",
            b -> {
              long one = b.open("/mnt/a", OpenFlags.O_RDWR);
              long other = b.open("/mnt/b", OpenFlags.O_RDONLY);
              fails(inode, Errno.EIO);
              b.seen.add(b.process.fsync(one));
              b.seen.add(b.process.syncfs(one));
              b.seen.add(b.process.syncfs(one));
              b.seen.add(b.process.syncfs(other));
              b.seen.add(b.process.fsync(other));
            })
        .run();
    long eio = -Errno.EIO;
    assertThat(bench.seen).containsExactly(eio, eio, 0L, eio, 0L);
  }

  /** {@code sync_inodes_sb} has no result. */
  @Test
  void syncFilesystem_doesNotFailBecauseOfPages() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              fails(inode, Errno.EIO);
              b.sb.sUmount().downRead();
              b.seen.add(Sync.syncFilesystem(b.sb));
              b.sb.sUmount().upRead();
              b.seen.add(b.process.fsync(b.open("/mnt/a", OpenFlags.O_RDWR)));
            })
        .run();
    assertThat(bench.seen).containsExactly(0, (long) -Errno.EIO);
  }

  /** The word of {@code errseq_t}: an error that was seen counts, one that was not is replaced. */
  @Test
  void errSeq_countsErrorsThatSomebodyHadSeen() {
    ErrSeq word = new ErrSeq(Machine.deterministic(MachineConfig.DEFAULT, Schedules.first()), "w");
    long before = word.sample();
    assertThat(before).isZero();
    assertThat(word.check(before)).isZero();
    word.set(-Errno.EIO);
    assertThat(word.sample()).isZero(); // unseen: whoever comes now is told
    assertThat(word.check(before)).isEqualTo(-Errno.EIO);
    ErrSeq.Cursor one = new ErrSeq.Cursor(before);
    ErrSeq.Cursor two = new ErrSeq.Cursor(before);
    assertThat(word.checkAndAdvance(one)).isEqualTo(-Errno.EIO);
    assertThat(word.checkAndAdvance(one)).isZero();
    long seen = word.sample();
    assertThat(seen).isEqualTo(0x1000 | Errno.EIO);
    word.set(-Errno.EIO); // the same errno again is another error
    assertThat(word.check(seen)).isEqualTo(-Errno.EIO);
    assertThat(word.checkAndAdvance(one)).isEqualTo(-Errno.EIO);
    assertThat(word.checkAndAdvance(two)).isEqualTo(-Errno.EIO);
    assertThat(word.checkAndAdvance(two)).isZero();
  }
}
