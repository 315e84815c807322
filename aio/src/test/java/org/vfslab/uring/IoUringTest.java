package org.vfslab.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.vfslab.block.Latency;
import org.vfslab.freeze.FreezeRequest;
import org.vfslab.lockdep.LockState;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.RwFlags;

/** What a ring answers, who does its work, and where a write's protection ends. */
final class IoUringTest {

  private static final FreezeRequest FREEZE = FreezeRequest.USERSPACE;

  // ---- results

  @Test
  void writeAndRead_giveTheirBytes_andTheirDataBack() {
    RingBench bench = new RingBench();
    byte[] into = new byte[512];
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(4, 0);
              bench.seen.add(bench.submitted(ring, 1, RingBench.write(7, fd, 512, 512)));
              bench.seen.add(bench.submitted(ring, 1, RingBench.read(8, fd, into, 512)));
            })
        .run();
    assertThat(bench.seen).containsExactly("1 7:512", "1 8:512");
    assertThat(into).containsOnly((byte) 7);
  }

  @Test
  void mistakes_areResultsOfTheRequest() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              long readOnly = bench.open("/mnt/a", OpenFlags.O_RDONLY);
              IoRingCtx ring = bench.ring(8, 0);
              bench.seen.add(bench.submitted(ring, 1, RingBench.write(1, 99, 512, 0)));
              bench.seen.add(bench.submitted(ring, 1, RingBench.write(2, readOnly, 512, 0)));
              bench.seen.add(bench.submitted(ring, 1, RingBench.write(3, fd, 100, 0)));
              bench.seen.add(bench.submitted(ring, 1, RingBench.write(4, fd, 512, -512)));
              Sqe write = RingBench.write(5, fd, 512, 0);
              bench.seen.add(bench.submitted(ring, 1, write.withOpFlags(1 << 20)));
              bench.seen.add(bench.submitted(ring, 1, write.withOpFlags(RwFlags.RWF_HIPRI)));
              bench.seen.add(bench.submitted(ring, 1, RingBench.fsync(6, 99)));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "1 1:EBADF",
            "1 2:EBADF",
            "1 3:EINVAL",
            "1 4:EINVAL",
            "1 5:EOPNOTSUPP",
            "1 5:EINVAL",
            "1 6:EBADF");
  }

  @Test
  void anEntryThatMakesNoSense_isTakenAndEndsTheSubmission() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              IoRingCtx ring = bench.ring(4, 0);
              Sqe unknown = new Sqe(200, -1, new byte[0], 0, 0, 0, 2);
              bench.prepare(ring, RingBench.nop(1), unknown, RingBench.nop(3));
              bench.seen.add(bench.enter(ring, 3, 0) + bench.taken(ring));
              bench.seen.add(bench.enter(ring, 3, 0) + bench.taken(ring));
            })
        .run();
    assertThat(bench.seen).containsExactly("2 1:0 2:EINVAL", "1 3:0");
  }

  @Test
  void setup_roundsUp_andRefusesWhatIsOutOfRange() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              IoRingCtx ring = bench.ring(3, 0);
              for (int i = 0; i < 4; i++) {
                assertThat(bench.uring.prepare(ring, RingBench.nop(i))).isTrue();
              }
              bench.seen.add(bench.uring.prepare(ring, RingBench.nop(4)));
              bench.seen.add(bench.uring.setup(0, 0, new IoRingCtx[1]));
              bench.seen.add(bench.uring.setup(32769, 0, new IoRingCtx[1]));
              bench.seen.add(bench.uring.setup(1, 2, new IoRingCtx[1]));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(false, (long) -Errno.EINVAL, (long) -Errno.EINVAL, (long) -Errno.EINVAL);
  }

  // ---- a full ring

  @Test
  void completionsWithoutRoom_waitForIt_inTheirOrder() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              IoRingCtx ring = bench.ring(2, 0);
              for (int i = 0; i < 6; i += 2) {
                bench.prepare(ring, RingBench.nop(i), RingBench.nop(i + 1));
                bench.enter(ring, 2, 0);
              }
              bench.seen.add(ring.overflowsNow());
              bench.seen.add(bench.uring.takeCqe(ring));
              bench.prepare(ring, RingBench.nop(6)); // there is room, but two were before it
              bench.enter(ring, 1, 0);
              bench.seen.add(bench.taken(ring));
              bench.enter(ring, 0, 1);
              bench.seen.add(bench.taken(ring));
            })
        .run();
    assertThat(bench.seen).containsExactly(2L, new Cqe(0, 0), " 1:0 2:0 3:0", " 4:0 5:0 6:0");
  }

  // ---- chains

  @Test
  void aFailure_cancelsWhatIsLinkedToIt_unlessTheLinkIsHard() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              IoRingCtx ring = bench.ring(8, 0);
              Sqe bad = RingBench.write(1, 99, 512, 0);
              bench.seen.add(
                  bench.submitted(
                      ring,
                      3,
                      bad.with(Sqe.IO_LINK),
                      RingBench.nop(2).with(Sqe.IO_LINK),
                      RingBench.nop(3)));
              bench.seen.add(bench.submitted(ring, 2, bad.with(Sqe.IO_HARDLINK), RingBench.nop(4)));
            })
        .run();
    assertThat(bench.seen).containsExactly("3 1:EBADF 2:ECANCELED 3:ECANCELED", "2 1:EBADF 4:0");
  }

  @Test
  void aShortRead_breaksItsChain() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(2, 0);
              bench.seen.add(
                  bench.submitted(
                      ring,
                      2,
                      RingBench.read(1, fd, new byte[8192], 12288).with(Sqe.IO_LINK),
                      RingBench.nop(2)));
            })
        .run();
    assertThat(bench.seen).containsExactly("2 1:4096 2:ECANCELED");
  }

  @Test
  void aMistakeInAChain_failsAllOfItBeforeAnythingIsDone() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(4, 0);
              Sqe unknown = new Sqe(200, -1, new byte[0], 0, 0, 0, 2);
              bench.seen.add(
                  bench.submitted(
                      ring, 2, RingBench.write(1, fd, 512, 0).with(Sqe.IO_LINK), unknown));
            })
        .run();
    assertThat(bench.seen).containsExactly("2 1:ECANCELED 2:EINVAL");
    verify(bench.events, never()).modified(any());
  }

  // ---- workers

  @Test
  void whatWouldWaitForIRwsem_goesToAWorker_unlessTheUserSaidNowait() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(4, 0);
              bench.inode.iRwsem().downWrite();
              Sqe write = RingBench.write(1, fd, 512, 0);
              bench.prepare(ring, write.withOpFlags(RwFlags.RWF_NOWAIT), write);
              bench.seen.add(bench.uring.enter(ring, 2, 1) + bench.taken(ring));
              bench.sleepUntil(9000);
              bench.seen.add(bench.taken(ring));
              bench.inode.iRwsem().upWrite();
              bench.enter(ring, 0, 1);
              bench.seen.add(bench.taken(ring));
            })
        .run();
    assertThat(bench.seen).containsExactly("2 1:EAGAIN", "", " 1:512");
  }

  @Test
  void worksWithTheSameHash_runOneAfterTheOther_othersBesideThem() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              IoWq wq = new IoWq(bench.machine.currentTask());
              for (int i = 0; i < 2; i++) {
                wq.enqueue(5, sleeping(bench, "hashed", 1000));
                wq.enqueue(6, sleeping(bench, "other", 600));
                wq.enqueue(-1, sleeping(bench, "free", 300));
              }
              wq.exit();
              bench.seen.add("exit at " + bench.machine.nowNs());
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "free at 300",
            "free at 300",
            "other at 600",
            "hashed at 1000",
            "other at 1200",
            "hashed at 2000",
            "exit at 2000");
  }

  private static Runnable sleeping(RingBench bench, String name, long nanos) {
    return () -> {
      bench.sleepUntil(bench.machine.nowNs() + nanos);
      bench.seen.add(name + " at " + bench.machine.nowNs());
    };
  }

  @Test
  void permission_isAskedOnceInTheSubmitterAndOnceInTheWorker() {
    RingBench bench = new RingBench();
    when(bench.events.areaPermission(any(), anyBoolean(), anyLong(), anyLong())).thenReturn(0);
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(4, 0);
              bench.seen.add(bench.submitted(ring, 1, RingBench.write(1, fd, 512, 0)));
              bench.inode.iRwsem().downWrite();
              bench.prepare(ring, RingBench.write(2, fd, 512, 0));
              bench.uring.enter(ring, 1, 0);
              bench.inode.iRwsem().upWrite();
              bench.enter(ring, 0, 1);
              bench.seen.add(bench.taken(ring));
            })
        .run();
    assertThat(bench.seen).containsExactly("1 1:512", " 2:512");
    verify(bench.events, times(3)).areaPermission(any(), anyBoolean(), anyLong(), anyLong());
  }

  // ---- freezing

  @Test
  void aFrozenFilesystem_keepsTheWorker_andNotTheSubmitter() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(4, 0);
              bench.syscall("freeze", () -> bench.freeze.freezeSuper(FREEZE));
              bench.prepare(ring, RingBench.write(1, fd, 512, 0));
              bench.seen.add(bench.enter(ring, 1, 0));
              bench.sleepUntil(9000);
              bench.seen.add(bench.taken(ring));
              bench.syscall("thaw", () -> bench.freeze.thawSuper(FREEZE));
              bench.enter(ring, 0, 1);
              bench.seen.add(bench.taken(ring));
            })
        .run();
    assertThat(bench.seen).containsExactly(1L, "", " 1:512");
  }

  @Test
  void protection_endsInTheInterrupt_andTheModifyEventComesFromTheSubmitterWithoutIt() {
    RingBench bench = new RingBench();
    org.mockito.Mockito.doAnswer(
            call -> {
              bench.seen.add(
                  bench.machine.current().name()
                      + " "
                      + bench.sb.writeProtection().writeStarted(FreezeLevel.WRITE));
              return null;
            })
        .when(bench.events)
        .modified(any());
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(4, 0);
              bench.prepare(ring, RingBench.write(1, fd, 512, 0));
              bench.enter(ring, 1, 0);
              bench.sleepUntil(9000); // uninterruptibly: no task work is done here
              bench.seen.add(bench.syscall("freeze", () -> bench.freeze.freezeSuper(FREEZE)));
              bench.syscall("thaw", () -> bench.freeze.thawSuper(FREEZE));
              bench.enter(ring, 0, 1);
              bench.seen.add(bench.taken(ring));
            })
        .run();
    assertThat(bench.seen).containsExactly("t " + LockState.NOT_HELD, 0L, " 1:512");
  }

  // ---- task work

  @Test
  void aCompletion_endsAnInterruptibleSleepOfItsSubmitter() {
    RingBench bench = new RingBench();
    long counter = bench.process.eventFd("e", 0);
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              IoRingCtx ring = bench.ring(4, 0);
              bench.prepare(ring, RingBench.write(1, fd, 512, 0));
              bench.enter(ring, 1, 0);
              bench.seen.add(
                  RingBench.text(
                      bench.syscall(
                          "read", () -> bench.process.eventFdRead(counter, new long[1]))));
              bench.seen.add(bench.taken(ring));
            })
        .run();
    assertThat(bench.seen).containsExactly("ERESTARTSYS", " 1:512");
  }

  @Test
  void exit_withRequestsInFlightAndInWorkers_losesNone() {
    RingBench bench = new RingBench();
    IoRingCtx[] made = new IoRingCtx[1];
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              long buffered = bench.open("/mnt/b", OpenFlags.O_RDWR);
              IoRingCtx ring = bench.ring(8, 0);
              made[0] = ring;
              bench.prepare(
                  ring,
                  RingBench.write(1, fd, 512, 0),
                  RingBench.write(2, buffered, 512, 0).with(Sqe.IO_LINK),
                  RingBench.fsync(3, buffered),
                  RingBench.fsync(4, fd));
              bench.enter(ring, 4, 0);
            })
        .run();
    assertThat(made[0].postedNow()).isEqualTo(4);
  }

  // ---- polling

  @Test
  void aPolledRing_isInterruptedByNobody_andTakesDirectTransfersOnly() {
    RingBench bench = new RingBench();
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open("/mnt/a", RingBench.DIRECT);
              long buffered = bench.open("/mnt/a", OpenFlags.O_RDWR);
              IoRingCtx ring = bench.ring(4, IoRingCtx.SETUP_IOPOLL);
              bench.prepare(ring, RingBench.write(1, fd, 512, 0));
              bench.enter(ring, 1, 0);
              bench.sleepUntil(9000);
              bench.seen.add(bench.taken(ring) + " and " + bench.disk.inFlightNow(WRITE));
              bench.enter(ring, 0, 1);
              bench.seen.add(bench.taken(ring));
              bench.seen.add(bench.submitted(ring, 0, RingBench.write(2, buffered, 512, 0)));
              bench.enter(ring, 0, 1);
              bench.seen.add(bench.taken(ring));
              bench.seen.add(bench.submitted(ring, 0, RingBench.fsync(3, fd)));
            })
        .run();
    assertThat(bench.seen).containsExactly(" and 1", " 1:512", "1 2:EOPNOTSUPP", "", "1 3:EINVAL");
    verify(bench.events, never()).modified(any());
  }

  private static final org.vfslab.block.BioOp WRITE = org.vfslab.block.BioOp.WRITE;

  // ---- real threads

  @Test
  void live_twoSubmittersAndAFreezer_loseNothing() {
    RingBench bench =
        new RingBench(
            UringWriteHold.UPSTREAM,
            Machine.live(MachineConfig.DEFAULT),
            new Latency.Fixed(20_000));
    int rounds = 300;
    long[] good = new long[2];
    for (int i = 0; i < 2; i++) {
      int me = i;
      bench.task(
          "writer" + i,
          () -> {
            long fd = bench.open(me == 0 ? "/mnt/a" : "/mnt/b", RingBench.DIRECT);
            IoRingCtx ring = bench.ring(4, 0);
            for (int round = 0; round < rounds; round++) {
              bench.prepare(
                  ring,
                  RingBench.write(1, fd, 512, 0),
                  RingBench.write(2, fd, 512, 512).with(Sqe.ASYNC),
                  RingBench.write(3, fd, 512, 1024).with(Sqe.IO_LINK),
                  RingBench.fsync(4, fd));
              bench.enter(ring, 4, 4);
              for (Cqe cqe = bench.uring.takeCqe(ring);
                  cqe != null;
                  cqe = bench.uring.takeCqe(ring)) {
                good[me] += cqe.res() == (cqe.userData() == 4 ? 0 : 512) ? 1 : 0;
              }
            }
          });
    }
    bench.task(
        "freezer",
        () -> {
          for (int round = 0; round < rounds / 3; round++) {
            bench.syscall("freeze", () -> bench.freeze.freezeSuper(FREEZE));
            bench.syscall("thaw", () -> bench.freeze.thawSuper(FREEZE));
          }
        });
    bench.run();
    assertThat(good).containsExactly(4L * rounds, 4L * rounds);
  }
}
