package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.InOrder;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.machine.Errno;

/** The order of a write: mode, permission hook, freeze protection, filesystem, event, end. */
final class ReadWriteTest {

  private static Bench oneWrite(Bench bench, int flags, byte[] data, long pos) {
    return bench
        .task(
            "writer",
            b -> {
              long fd = b.open("/mnt/a", flags);
              b.seen.add(b.process.pwrite(fd, data, pos));
              b.process.close(fd);
            })
        .run();
  }

  @Test
  void vfsWrite_asksBeforeProtection_andTellsInsideIt() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    oneWrite(bench, OpenFlags.O_RDWR, Bench.bytes(4096, 1), 4096);
    assertThat(bench.seen).containsExactly(4096L);
    InOrder order = inOrder(bench.events, bench.protection);
    order.verify(bench.events).areaPermission(any(), eq(true), eq(4096L), eq(4096L));
    order.verify(bench.protection).startWrite(FreezeLevel.WRITE);
    order.verify(bench.events).modified(any());
    order.verify(bench.protection).endWrite(FreezeLevel.WRITE);
    order.verify(bench.events).closed(any());
    order.verifyNoMoreInteractions();
  }

  /** A listener that writes to the file, or waits for somebody who does, must not deadlock. */
  @Test
  void vfsWrite_holdsNothingWhileTheHookIsAsked() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    when(bench.events.areaPermission(any(), anyBoolean(), anyLong(), anyLong()))
        .thenAnswer(
            call -> {
              bench.seen.add(bench.lockdep.heldBy(bench.machine.current()).toString());
              return 0;
            });
    oneWrite(bench, OpenFlags.O_RDWR, Bench.bytes(512, 1), 0);
    assertThat(bench.seen).containsExactly("[]", 512L);
  }

  @Test
  void vfsWrite_denied_neverReachesProtection() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    when(bench.events.areaPermission(any(), anyBoolean(), anyLong(), anyLong()))
        .thenReturn(-Errno.EPERM);
    oneWrite(bench, OpenFlags.O_RDWR, Bench.bytes(512, 1), 0);
    assertThat(bench.seen).containsExactly((long) -Errno.EPERM);
    verifyNoInteractions(bench.protection);
  }

  @Test
  void vfsWrite_toAFileOpenForReading_isEbadfBeforeTheHook() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    oneWrite(bench, OpenFlags.O_RDONLY, Bench.bytes(512, 1), 0);
    assertThat(bench.seen).containsExactly((long) -Errno.EBADF);
    verifyNoInteractions(bench.protection);
    verify(bench.events, never()).areaPermission(any(), anyBoolean(), anyLong(), anyLong());
  }

  @Test
  void vfsWrite_ofNothing_isZeroAndNoEvent() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    oneWrite(bench, OpenFlags.O_RDWR, new byte[0], 0);
    assertThat(bench.seen).containsExactly(0L);
    verify(bench.events, never()).modified(any());
    verify(bench.protection).endWrite(FreezeLevel.WRITE);
  }

  @Test
  void vfsWrite_thatFails_endsItsProtectionWithoutAnEvent() {
    Bench bench = Bench.of(new DeviceConfig(8, 4, new Latency.Any()), 512);
    bench.file("/mnt/a", 4096);
    oneWrite(bench, OpenFlags.O_RDWR, Bench.bytes(512, 1), 4096);
    assertThat(bench.seen).containsExactly((long) -Errno.ENOSPC);
    InOrder order = inOrder(bench.protection);
    order.verify(bench.protection).startWrite(FreezeLevel.WRITE);
    order.verify(bench.protection).endWrite(FreezeLevel.WRITE);
    verify(bench.events, never()).modified(any());
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1, EINVAL",
    "0, -1, EINVAL",
    "9223372036854775807, 1, EOVERFLOW",
    "9223372036854775806, 1, ok"
  })
  void verifyArea_checksTheRangeBeforeTheHook(long pos, long bytes, String result) {
    Bench bench = Bench.standard();
    File file = new File(bench.file("/mnt/a", 0), OpenFlags.O_RDWR);
    assertThat(ReadWrite.verifyArea(file, true, pos, bytes))
        .isEqualTo(
            switch (result) {
              case "EINVAL" -> -Errno.EINVAL;
              case "EOVERFLOW" -> -Errno.EOVERFLOW;
              default -> 0;
            });
    if (!result.equals("ok")) {
      verify(bench.events, never()).areaPermission(any(), anyBoolean(), anyLong(), anyLong());
    }
  }

  @Test
  void vfsRead_needsNoProtection_andTellsOfBytesOnly() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "reader",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDONLY);
              b.seen.add(b.process.pread(fd, new byte[512], 4096));
              b.seen.add(b.process.pread(fd, new byte[0], 0));
              b.seen.add(b.process.pread(fd, new byte[512], 3840));
              b.process.close(fd);
            })
        .run();
    assertThat(bench.seen).containsExactly(0L, 0L, 256L);
    verify(bench.events).accessed(any());
    verifyNoInteractions(bench.protection);
  }

  @Test
  void vfsRead_ofAFileOpenForWriting_isEbadf() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "reader",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_WRONLY);
              b.seen.add(b.process.pread(fd, new byte[512], 0));
              b.process.close(fd);
            })
        .run();
    assertThat(bench.seen).containsExactly((long) -Errno.EBADF);
    verify(bench.events, never()).areaPermission(any(), anyBoolean(), anyLong(), anyLong());
  }

  /** The submitter forgets the hold before the interrupt owns up to it. */
  @Test
  void kiocbWrite_movesTheHoldFromTheSubmitterToTheCompletion() {
    Bench bench = Bench.standard();
    Kiocb iocb =
        new Kiocb(new File(bench.file("/mnt/a", 0), OpenFlags.O_RDWR), 0, (kiocb, result) -> {});
    ReadWrite.kiocbStartWrite(iocb);
    ReadWrite.kiocbEndWrite(iocb);
    InOrder order = inOrder(bench.protection);
    order.verify(bench.protection).startWrite(FreezeLevel.WRITE);
    order.verify(bench.protection).releaseOwnership(FreezeLevel.WRITE);
    order.verify(bench.protection).takeOwnership(FreezeLevel.WRITE);
    order.verify(bench.protection).endWrite(FreezeLevel.WRITE);
    order.verifyNoMoreInteractions();
  }
}
