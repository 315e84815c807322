package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.lockdep.Mode;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;

/** Who ends an asynchronous direct write, and in which order, under each kind of data locking. */
final class DirectIoEndTest {

  private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  /** Submits a write of /mnt/a, and waits until its end was told; notes the ender's name. */
  private static void write(Bench bench, int flags, long pos, int bytes) {
    long fd = bench.open("/mnt/a", flags);
    File file = Objects.requireNonNull(bench.process.fget(fd));
    Completion done = new Completion(bench.machine, "end");
    Kiocb iocb =
        new Kiocb(
            file,
            pos,
            (kiocb, result) -> {
              bench.seen.add(bench.machine.current().inHardirq() ? "interrupt" : "worker");
              done.complete();
            });
    long result = ReadWrite.writeIter(iocb, Bench.bytes(bytes, 7));
    if (result == -Errno.EIOCBQUEUED) {
      done.waitForCompletion();
    } else {
      bench.seen.add("submitter " + result);
    }
    file.put();
  }

  /** The file has 8192 bytes, of which the second block is a hole. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 4096, true, interrupt",
    "0, 0, 512, true, interrupt",
    "0, 4096, 4096, true, worker", // the new block is unwritten until its end
    "0, 4096, 512, true, submitter 512", // zeroes beside it: alone and synchronous
    "0, 8192, 4096, true, submitter 4096", // extends
    "4096, 0, 4096, true, interrupt", // O_DSYNC by FUA
    "4096, 0, 4096, false, worker", // O_DSYNC by a flush
    "4096, 4096, 4096, true, worker",
    "1052672, 0, 4096, true, worker", // O_SYNC: FUA is not enough
  })
  void write_isEndedBy(int flags, long pos, int bytes, boolean writesThrough, String ender) {
    Bench bench = Bench.of(Bench.DISK.withWriteCache(true, writesThrough), 4096);
    Inode inode = bench.file("/mnt/a", 8192);
    bench
        .task(
            "t",
            b -> {
              b.process.fallocate(b.open("/mnt/a", OpenFlags.O_RDWR), 3, 4096, 4096);
              write(b, DIRECT | flags, pos, bytes);
              b.seen.add(inode.isWritten(pos));
              b.seen.add(inode.sizeNow() >= pos + bytes);
            })
        .run();
    assertThat(bench.seen).containsExactly(ender, true, true);
  }

  /** Size and blocks, then the count, then the flush, then the callback. */
  @Test
  void end_isInOrder() {
    Bench bench = Bench.of(Bench.DISK.withWriteCache(true, false), 4096);
    Inode inode = bench.file("/mnt/a", 4096);
    WriteCache cache = mock();
    when(cache.flush(any()))
        .thenAnswer(
            call -> {
              bench.seen.add("flush, dio " + inode.dioCount().now());
              return 0;
            });
    DataLocking locking = mock(CountedDirectIo.class, org.mockito.Mockito.CALLS_REAL_METHODS);
    doAnswer(
            call -> {
              bench.seen.add("ends, written " + inode.isWritten(4096));
              return call.callRealMethod();
            })
        .when(locking)
        .ends(any(), any(), anyBoolean());
    bench.sb.flushBy(cache);
    bench.sb.lockDataBy(locking);
    bench
        .task(
            "t",
            b -> {
              b.process.truncate("/mnt/a", 8192); // a hole
              write(b, DIRECT | OpenFlags.O_DSYNC, 4096, 4096);
            })
        .run();
    assertThat(bench.seen).containsExactly("ends, written true", "flush, dio 0", "worker");
  }

  /** Who asks for i_rwsem exclusively gets it when the write ends, and not before. */
  @ParameterizedTest
  @CsvSource({"0, 4096, READ", "4096, 4096, WRITE", "4096, 512, WRITE", "8192, 4096, WRITE"})
  void holdUntilCompletion_keepsIRwsem_inTheModeInWhichItWasTaken(int pos, int bytes, Mode mode) {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    bench.sb.lockDataBy(new HoldIRwsemUntilAioCompletes(false));
    bench
        .task(
            "t",
            b -> {
              b.process.fallocate(b.open("/mnt/a", OpenFlags.O_RDWR), 3, 4096, 4096);
              long start = b.machine.nowNs();
              Kiocb iocb = new Kiocb(new File(inode, DIRECT), pos, (kiocb, result) -> {});
              b.seen.add(ReadWrite.writeIter(iocb, Bench.bytes(bytes, 7)));
              b.seen.add(inode.dioCount().now());
              b.seen.add(b.lockdep.heldBy(b.machine.current()).toString());
              b.seen.add(inode.iRwsem().downReadTrylock());
              if (mode == Mode.READ) {
                inode.iRwsem().upRead();
              }
              b.process.truncate("/mnt/a", 0);
              b.seen.add(b.machine.nowNs() - start >= 1000);
            })
        .run();
    assertThat(bench.seen)
        .containsExactly((long) -Errno.EIOCBQUEUED, 0L, "[]", mode == Mode.READ, true);
  }
}
