package org.vfslab.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.UserProcess;

/** FIFREEZE, FITHAW and syncfs as a process makes them, and the questions about a write. */
final class FreezeBarriersTest {

  private static FreezeBarriers barriers(Bench bench) {
    FreezeBarriers barriers = new FreezeBarriers();
    barriers.add(bench.sb, bench.freezer);
    return barriers;
  }

  @Test
  void ioctls_freezeAndThawForUserSpace() {
    Bench bench = new Bench();
    UserProcess process = new UserProcess(bench.machine, barriers(bench));
    process.mount(bench.sb);
    bench
        .callAt(10, "thaw unfrozen", () -> process.ioctl("/mnt", UserProcess.FITHAW))
        .callAt(20, "freeze", () -> process.ioctl("/mnt", UserProcess.FIFREEZE))
        .callAt(30, "freeze again", () -> process.ioctl("/mnt", UserProcess.FIFREEZE))
        .callAt(40, "syncfs", () -> process.syncfs("/mnt"))
        .callAt(50, "thaw", () -> process.ioctl("/mnt", UserProcess.FITHAW))
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "thaw unfrozen = -22", "freeze = 0", "freeze again = -16", "syncfs = 0", "thaw = 0");
  }

  /** What was dirty before the freeze is on the medium when it returns. */
  @Test
  void freeze_putsDirtyDataOnTheMedium() {
    Bench bench = new Bench();
    Inode inode = bench.sb.addFile("/mnt/a", 8192);
    UserProcess process = new UserProcess(bench.machine, barriers(bench));
    process.mount(bench.sb);
    bench
        .task(
            "t",
            () -> {
              byte[] data = {1, 2, 3};
              process.pwrite(process.open("/mnt/a", OpenFlags.O_RDWR), data, 4096);
              bench.seen.add("dirty " + inode.pages().dirtyNow());
              process.ioctl("/mnt", UserProcess.FIFREEZE);
              bench.seen.add("dirty " + inode.pages().dirtyNow());
              bench.seen.add("byte " + bench.sb.device().onMedium(inode.sectorOf(4096), 1)[2]);
            })
        .run();
    assertThat(bench.seen).containsExactly("dirty 1", "dirty 0", "byte 3");
  }

  /** syncfs sleeps on s_umount, not on freeze protection: it waits out nobody's write. */
  @Test
  void syncfs_returnsWhileAWriteIsInside() {
    Bench bench = new Bench();
    FreezeBarriers barriers = barriers(bench);
    bench
        .task(
            "inside",
            () -> {
              bench.writers.startWrite(FreezeLevel.WRITE);
              bench.sleepUntil(100);
              bench.seen.add("write ends");
              bench.writers.endWrite(FreezeLevel.WRITE);
            })
        .callAt(10, "syncfs", () -> barriers.syncfs(bench.sb))
        .run();
    assertThat(bench.seen).containsExactly("syncfs = 0", "write ends");
  }

  @Test
  void syncfs_returnsTheErrorOfTheFilesystemAndLetsSUmountGo() {
    Bench bench = new Bench();
    when(bench.operations.syncFs(bench.sb, true)).thenReturn(-Errno.EIO);
    FreezeBarriers barriers = barriers(bench);
    bench.callAt(0, "syncfs", () -> barriers.syncfs(bench.sb)).run();
    assertThat(bench.seen).containsExactly("syncfs = -5");
    assertThat(bench.sb.sUmount().countWord()).isZero();
  }

  @Test
  void freeze_ofASuperblockThatWasNotAdded_saysSo() {
    Bench bench = new Bench();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FreezeBarriers().freeze(bench.sb))
        .withMessage("/mnt was not added: call add first");
  }

  // ---- __sb_write_started

  @Test
  void writeStarted_tellsHeldNotHeldAndUnknown() {
    Bench bench = new Bench();
    SbWriters blind = new SbWriters(Lockdep.off(bench.machine), bench.rcu, bench.sb);
    bench
        .task(
            "t",
            () -> {
              note(bench, "outside", bench.writers.writeStarted(FreezeLevel.WRITE));
              bench.writers.startWrite(FreezeLevel.WRITE);
              note(bench, "inside", bench.writers.writeStarted(FreezeLevel.WRITE));
              note(bench, "another level", bench.writers.writeStarted(FreezeLevel.FS));
              bench.writers.releaseOwnership(FreezeLevel.WRITE);
              note(bench, "released", bench.writers.writeStarted(FreezeLevel.WRITE));
              bench.writers.takeOwnership(FreezeLevel.WRITE);
              note(bench, "taken", bench.writers.writeStarted(FreezeLevel.WRITE));
              bench.writers.endWrite(FreezeLevel.WRITE);
              blind.startWrite(FreezeLevel.WRITE);
              note(bench, "lockdep off", blind.writeStarted(FreezeLevel.WRITE));
              blind.endWrite(FreezeLevel.WRITE);
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "outside NOT_HELD",
            "inside HELD",
            "another level NOT_HELD",
            "released NOT_HELD",
            "taken HELD",
            "lockdep off UNKNOWN");
  }

  private static void note(Bench bench, String when, LockState state) {
    bench.seen.add(when + " " + state);
  }

  @Test
  void trylock_neverSleeps_andIsRefusedWhileAFreezeDrains() {
    Bench bench = new Bench();
    bench
        .task(
            "inside",
            () -> {
              bench.writers.startWrite(FreezeLevel.WRITE);
              bench.sleepUntil(100);
              bench.seen.add("trylock " + bench.writers.startWriteTrylock(FreezeLevel.WRITE));
              bench.writers.endWrite(FreezeLevel.WRITE);
            })
        .callAt(10, "freeze", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE))
        .run();
    assertThat(bench.seen).containsExactly("trylock false", "freeze = 0");
  }
}
