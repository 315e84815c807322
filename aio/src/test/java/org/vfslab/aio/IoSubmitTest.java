package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.File;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.OpenFlags;

/** io_submit: what fails at once, what fails as an event, and what is held how long. */
final class IoSubmitTest {

  // ---- errors of the call: no event, and the slot is free again

  @Test
  void badDescriptor_isEbadf_evenWithABadOffset() {
    Bench bench = new Bench();
    bench.task("t", () -> bench.submit(Bench.write(1, 99, 512, -1))).runAndReap();
    assertThat(bench.seen).containsExactly("EBADF");
    verifyNoInteractions(bench.hold);
    verify(bench.events, never()).areaPermission(any(), anyBoolean(), anyLong(), anyLong());
  }

  @Test
  void wrongMode_isEbadf_evenWithABadOffset() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(OpenFlags.O_RDONLY), 512, -1));
              bench.submit(Bench.read(1, bench.open(OpenFlags.O_WRONLY), new byte[512], -1));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EBADF", "EBADF");
    verifyNoInteractions(bench.hold);
    verify(bench.events, never()).areaPermission(any(), anyBoolean(), anyLong(), anyLong());
  }

  @Test
  void negativeOffset_isEinvalOfTheCall() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(Bench.write(1, fd, 512, -1));
              bench.submit(Bench.read(1, fd, new byte[512], -512));
              bench.submit(Bench.write(1, fd, 512, Long.MAX_VALUE));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EINVAL", "EINVAL", "EOVERFLOW");
    assertThat(bench.context.completedNow()).isZero();
    verifyNoInteractions(bench.hold);
  }

  @Test
  void deniedByTheHook_isAnErrorOfTheCallBeforeProtection() {
    Bench bench = new Bench();
    when(bench.events.areaPermission(any(), anyBoolean(), anyLong(), anyLong()))
        .thenReturn(-Errno.EPERM);
    bench
        .task("t", () -> bench.submit(Bench.write(1, bench.open(Bench.DIRECT), 512, 0)))
        .runAndReap();
    assertThat(bench.seen).containsExactly("EPERM");
    verifyNoInteractions(bench.hold);
  }

  @Test
  void noSlot_isEagainBeforeTheDescriptorIsLookedAt_andThereIsOneAfterReaping() {
    Bench bench = new Bench(2);
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(Bench.write(1, fd, 512, 0));
              bench.submit(Bench.write(2, fd, 512, 512));
              bench.submit(Bench.write(3, fd, 512, 1024));
              bench.submit(Bench.write(3, 99, 512, 1024));
              bench.sleepUntil(5000); // both have ended; nobody has read their events
              bench.submit(Bench.write(4, fd, 512, 1024));
              bench.reap(1, 1);
              bench.submit(Bench.write(5, fd, 512, 1024));
              bench.submit(Bench.write(6, fd, 512, 1024));
              bench.reap(2, 2);
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly(
            "1", "1", "EAGAIN", "EAGAIN", "EAGAIN", "1 1:512", "1", "EAGAIN", "2 2:512 5:512");
    assertThat(bench.context.completedNow()).isEqualTo(3);
  }

  @Test
  void failure_afterSomeRequests_returnsTheirNumber() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(
                  Bench.write(1, fd, 512, 0),
                  Bench.write(2, fd, 512, 512),
                  Bench.write(3, 99, 512, 0),
                  Bench.write(4, fd, 512, 1024));
              bench.submit(Bench.write(5, 99, 512, 0), Bench.write(6, fd, 512, 0));
              bench.submit();
              bench.reap(2, 16);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("2", "EBADF", "0", "2 1:512 2:512");
  }

  @Test
  void moreRequestsThanTheRingHolds_areSubmittedUpToIt() {
    Bench bench = new Bench(2);
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(
                  Bench.write(1, fd, 512, 0),
                  Bench.write(2, fd, 512, 512),
                  Bench.write(3, fd, 512, 1024));
              bench.reap(2, 16);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("2", "2 1:512 2:512");
  }

  @Test
  void deadContext_isEinval_forEveryCall() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.seen.add(bench.aio.ioDestroy(bench.context));
              bench.submit(Bench.write(1, 99, 512, 0));
              bench.submit();
              bench.reap(0, 1);
              bench.seen.add(bench.aio.ioDestroy(bench.context));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly(0L, "EINVAL", "EINVAL", "EINVAL", (long) -Errno.EINVAL);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void context_withoutEvents_isRefused(int events) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bench().aio.context("x", events))
        .withMessageContaining("at least one event, not " + events);
  }

  // ---- errors as events

  @Test
  void misalignedDirectTransfers_areEventsWithEinval() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(Bench.write(1, fd, 512, 1));
              bench.submit(Bench.write(2, fd, 100, 0));
              bench.submit(Bench.read(3, fd, new byte[512], 256));
              bench.reap(3, 3);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1", "1", "3 1:EINVAL 2:EINVAL 3:EINVAL");
    verify(bench.hold, org.mockito.Mockito.times(2)).completes(any());
  }

  @Test
  void readAtTheEnd_isAnEventOfZero_andBeforeItShort() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(OpenFlags.O_RDONLY);
              bench.submit(Bench.read(1, fd, new byte[512], 16384));
              bench.submit(Bench.read(2, fd, new byte[512], 16284));
              bench.reap(2, 2);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1", "2 1:0 2:100");
    verifyNoInteractions(bench.hold);
  }

  // ---- what is asynchronous

  @Test
  void bufferedWrite_endsInsideTheSubmission() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(OpenFlags.O_RDWR), 100, 50));
              bench.seen.add("events " + bench.context.completedNow());
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "events 1", "1 1:100");
    InOrder order = inOrder(bench.hold);
    order.verify(bench.hold).submits(any());
    order.verify(bench.hold).submitted(any());
    order.verify(bench.hold).completes(any());
  }

  @Test
  void directWrite_returnsBeforeItsEnd_andTheInterruptCompletesIt() {
    Bench bench = new Bench();
    doAnswer(call -> bench.seen.add("completes in " + bench.machine.current().name()))
        .when(bench.hold)
        .completes(any());
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(7, bench.open(Bench.DIRECT), 4096, 4096));
              bench.seen.add("events " + bench.context.completedNow());
              bench.reap(1, 1);
              bench.seen.add("at " + bench.machine.nowNs());
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly("1", "events 0", "completes in irq d/0", "1 7:4096", "at 1000");
    assertThat(bench.disk.onMedium(bench.inode.sectorOf(4096), 8)).containsOnly(7);
    InOrder order = inOrder(bench.hold);
    order.verify(bench.hold).submits(any());
    order.verify(bench.hold).submitted(any());
    order.verify(bench.hold).completes(any());
    order.verifyNoMoreInteractions();
  }

  @Test
  void directRead_fillsTheBufferBeforeItsEvent() {
    Bench bench = new Bench();
    byte[] buffer = new byte[1024];
    bench
        .task(
            "t",
            () -> {
              bench.process.pwrite(bench.open(OpenFlags.O_RDWR), new byte[] {9, 8}, 1023);
              bench.submit(Bench.read(3, bench.open(Bench.DIRECT), buffer, 512));
              bench.reap(1, 1);
              bench.seen.add((int) buffer[511]);
              bench.seen.add((int) buffer[512]);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1 3:1024", 9, 8);
    verifyNoInteractions(bench.hold);
  }

  @Test
  void extendingDirectWrite_blocksTheSubmission() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(Bench.DIRECT), 512, 16384));
              bench.seen.add("at " + bench.machine.nowNs());
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "at 1000", "1 1:512");
    assertThat(bench.inode.sizeNow()).isEqualTo(16896);
  }

  /** Native aio sends no modify event; {@code vfs_write} does. */
  @Test
  void aioWrite_sendsNoModifyEvent_butAsksTheHook() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(OpenFlags.O_RDWR), 100, 50));
              bench.submit(Bench.write(2, bench.open(Bench.DIRECT), 512, 512));
              bench.reap(2, 2);
            })
        .runAndReap();
    verify(bench.events).areaPermission(any(), eq(true), eq(50L), eq(100L));
    verify(bench.events).areaPermission(any(), eq(true), eq(512L), eq(512L));
    verify(bench.events, never()).modified(any());
  }

  @Test
  void file_staysOpenForARequestInFlight_whenItsDescriptorIsClosed() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              File file = bench.file(fd);
              bench.submit(Bench.write(1, fd, 4096, 0));
              bench.process.close(fd);
              bench.seen.add("refs " + file.refsNow() + ", freed " + file.isFreed());
              bench.reap(1, 1);
              bench.seen.add("refs " + file.refsNow() + ", freed " + file.isFreed());
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly("1", "refs 1, freed false", "1 1:4096", "refs 0, freed true");
  }

  // ---- the holds

  @Test
  void untilCompletion_isTheKiocbHelpersOfTheKernel() {
    Bench bench = new Bench();
    Aio aio = new Aio(bench.lockdep, bench.process, bench.rcu, WriteHold.UNTIL_COMPLETION);
    KioContext context = aio.context("real", 4);
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              aio.ioSubmit(context, List.of(Bench.write(1, fd, 512, 0)));
              InOrder submission = inOrder(bench.protection);
              submission.verify(bench.protection).startWrite(FreezeLevel.WRITE);
              submission.verify(bench.protection).releaseOwnership(FreezeLevel.WRITE);
              submission.verifyNoMoreInteractions();
              aio.ioGetevents(context, 1, 1, new java.util.ArrayList<>());
            })
        .run();
    InOrder all = inOrder(bench.protection);
    all.verify(bench.protection).takeOwnership(FreezeLevel.WRITE);
    all.verify(bench.protection).endWrite(FreezeLevel.WRITE);
  }

  @Test
  void brokenPre410_endsTheHoldBeforeTheWriteIsOnTheDisk() {
    Bench bench = new Bench();
    Aio aio = new Aio(bench.lockdep, bench.process, bench.rcu, new BrokenPre410AioFreeze());
    KioContext context = aio.context("broken", 4);
    doAnswer(
            call ->
                bench.seen.add("ends with " + bench.disk.inFlightNow(org.vfslab.block.BioOp.WRITE)))
        .when(bench.protection)
        .endWrite(FreezeLevel.WRITE);
    bench
        .task(
            "t",
            () -> {
              aio.ioSubmit(context, List.of(Bench.write(1, bench.open(Bench.DIRECT), 512, 0)));
              aio.ioGetevents(context, 1, 1, new java.util.ArrayList<>());
            })
        .run();
    assertThat(bench.seen).containsExactly("ends with 1");
    verify(bench.protection, never()).releaseOwnership(any());
  }

  @Test
  void ownBuffer_canBeReusedOnceTheEventWasRead() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              byte[] buffer = new byte[512];
              Arrays.fill(buffer, (byte) 5);
              bench.submit(new Iocb(5, Iocb.Opcode.PWRITE, bench.open(Bench.DIRECT), buffer, 0));
              bench.reap(1, 1);
              Arrays.fill(buffer, (byte) 6);
            })
        .runAndReap();
    assertThat(bench.disk.onMedium(bench.inode.sectorOf(0), 1)).containsOnly(5);
  }
}
