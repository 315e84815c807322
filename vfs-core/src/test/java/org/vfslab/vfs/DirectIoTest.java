package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Schedules;
import org.vfslab.trace.Happening;

/** Asynchronous direct I/O: what is queued, who ends it, and in which order. */
final class DirectIoTest {

  private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  /** An asynchronous request whose end notes where it was told and what was true by then. */
  private static Kiocb request(Bench bench, File file, long pos, Completion done) {
    return new Kiocb(
        file,
        pos,
        (iocb, result) -> {
          bench.seen.add(
              bench.machine.current().name()
                  + (bench.machine.current().inHardirq() ? " (hardirq)" : "")
                  + ": "
                  + result
                  + ", dio "
                  + file.inode().dioCount().now());
          done.complete();
        });
  }

  @Test
  void write_toMappedBlocksWithoutCachedPages_isQueuedAndEndedByTheInterrupt() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    bench
        .task(
            "t",
            b -> {
              Completion done = new Completion(b.machine, "end");
              Kiocb iocb = request(b, new File(inode, DIRECT), 4096, done);
              b.seen.add(ReadWrite.writeIter(iocb, Bench.bytes(4096, 7)));
              b.seen.add("i_rwsem " + inode.iRwsem().countWord());
              b.seen.add("dio " + inode.dioCount().now());
              done.waitForCompletion();
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            (long) -Errno.EIOCBQUEUED, "i_rwsem 0", "dio 1", "irq d/0 (hardirq): 4096, dio 0");
    assertThat(bench.disk.onMedium(inode.sectorOf(4096), 8)).containsOnly(7);
  }

  @Test
  void read_isQueuedAndEndedByTheInterrupt_evenWithCachedPages() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    byte[] data = Bench.bytes(512, 9);
    bench
        .task(
            "t",
            b -> {
              b.process.pread(b.open("/mnt/a", OpenFlags.O_RDONLY), new byte[1], 0);
              Completion done = new Completion(b.machine, "end");
              b.seen.add(ReadWrite.readIter(request(b, new File(inode, DIRECT), 0, done), data));
              done.waitForCompletion();
            })
        .run();
    assertThat(bench.seen)
        .containsExactly((long) -Errno.EIOCBQUEUED, "irq d/0 (hardirq): 512, dio 0");
    assertThat(data).containsOnly(0);
  }

  /** Dropping pages is not for interrupts; the pages are gone before anybody is told. */
  @Test
  void write_withCachedPages_isEndedByAWorkerAfterTheInvalidation() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    byte[] read = Bench.bytes(512, 9);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDONLY);
              b.process.pread(fd, read, 4096); // another page than the one that is written
              Completion done = new Completion(b.machine, "end");
              Kiocb iocb = request(b, new File(inode, DIRECT), 0, done);
              b.seen.add(ReadWrite.writeIter(iocb, Bench.bytes(4096, 7)));
              done.waitForCompletion();
              b.process.pread(fd, read, 0);
            })
        .run();
    assertThat(bench.seen).containsExactly((long) -Errno.EIOCBQUEUED, "kworker/0:0: 4096, dio 0");
    assertThat(read).containsOnly(7);
  }

  /** The question whether a task is needed is asked at the end, as iomap does since 6.6. */
  @Test
  void write_whilePagesAppear_isEndedByAWorkerToo() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    bench
        .task(
            "t",
            b -> {
              Completion done = new Completion(b.machine, "end");
              Kiocb iocb = request(b, new File(inode, DIRECT), 0, done);
              b.seen.add(ReadWrite.writeIter(iocb, Bench.bytes(4096, 7)));
              b.process.pwrite(b.open("/mnt/a", OpenFlags.O_RDWR), Bench.bytes(4096, 5), 4096);
              done.waitForCompletion();
            })
        .run();
    assertThat(bench.seen).containsExactly((long) -Errno.EIOCBQUEUED, "kworker/0:0: 4096, dio 0");
  }

  /**
   * A reader has the old bytes from the disk but no page yet when the write ends: the page must not
   * come into being after the invalidation that was for it.
   */
  @Test
  void write_whileAPageIsBeingRead_leavesNoStalePage() {
    for (long seed = 0; seed < 150; seed++) {
      Bench bench = Bench.of(Schedules.seeded(seed), 4096);
      Inode inode = bench.file("/mnt/a", 4096);
      Completion done = new Completion(bench.machine, "end");
      byte[] read = new byte[512];
      bench
          .task(
              "writer",
              b -> {
                Kiocb iocb = request(b, new File(inode, DIRECT), 0, done);
                if (ReadWrite.writeIter(iocb, Bench.bytes(4096, 7)) == -Errno.EIOCBQUEUED) {
                  done.waitForCompletion();
                }
              })
          .task(
              "reader",
              b -> {
                long fd = b.open("/mnt/a", OpenFlags.O_RDONLY);
                b.process.pread(fd, new byte[512], 0);
                b.sleepUntil(1);
                b.process.pread(fd, read, 0);
              })
          .run();
      assertThat(read[0]).as("seed %s", seed).isEqualTo((byte) 7);
    }
  }

  @ParameterizedTest
  @CsvSource({"8192, 4096", "7680, 1024", "20480, 512"})
  void extendingWrite_isSynchronousEvenIfAsked(int pos, int length) {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    bench
        .task(
            "t",
            b -> {
              Kiocb iocb =
                  request(b, new File(inode, DIRECT), pos, new Completion(b.machine, "end"));
              b.seen.add(ReadWrite.writeIter(iocb, Bench.bytes(length, 7)));
              b.seen.add(inode.sizeNow());
            })
        .run();
    assertThat(bench.seen).containsExactly((long) length, pos + (long) length);
  }

  /** i_rwsem is free, but the count keeps the file's blocks in use. */
  @Test
  void extendingWrite_waitsForDirectIoInFlight() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              Completion done = new Completion(b.machine, "end");
              ReadWrite.writeIter(
                  request(b, new File(inode, DIRECT), 0, done), Bench.bytes(512, 7));
              b.process.pwrite(b.open("/mnt/a", DIRECT), Bench.bytes(512, 8), 4096);
              b.seen.add("extended at " + b.machine.nowNs());
              done.waitForCompletion();
            })
        .run();
    assertThat(bench.seen).containsExactly("irq d/0 (hardirq): 512, dio 0", "extended at 2000");
  }

  /** Blocks that do not follow each other on the disk need a bio each; the last one ends it. */
  @Test
  void write_acrossScatteredBlocks_isToldOnce() {
    Bench bench = Bench.of(Bench.DISK, 512);
    Inode a = bench.file("/mnt/a", 0);
    Inode b2 = bench.file("/mnt/b", 0);
    List<String> bios = new ArrayList<>();
    bench.machine.traceTo(
        event -> {
          if (event.happening() instanceof Happening.Io io
              && io.what().startsWith("starts write")) {
            bios.add(io.what());
          }
        });
    byte[] read = new byte[1536];
    bench
        .task(
            "t",
            b -> {
              long fdA = b.open("/mnt/a", DIRECT);
              long fdB = b.open("/mnt/b", DIRECT);
              for (int i = 0; i < 3; i++) {
                b.process.pwrite(fdA, Bench.bytes(512, 1), 512L * i);
                b.process.pwrite(fdB, Bench.bytes(512, 2), 512L * i);
              }
              bios.clear();
              Completion done = new Completion(b.machine, "end");
              byte[] data = Bench.bytes(1536, 5);
              data[512] = 6;
              data[1024] = 7;
              ReadWrite.writeIter(request(b, new File(a, DIRECT), 0, done), data);
              b.seen.add("in flight " + b.disk.inFlightNow(BioOp.WRITE));
              done.waitForCompletion();
              b.process.pread(fdA, read, 0);
            })
        .run();
    assertThat(bench.seen).containsExactly("in flight 3", "irq d/0 (hardirq): 1536, dio 0");
    assertThat(bios)
        .containsExactly(
            "starts write 1 sectors at 0",
            "starts write 1 sectors at 2",
            "starts write 1 sectors at 4");
    assertThat(new byte[] {read[0], read[511], read[512], read[1024]}).containsExactly(5, 5, 6, 7);
    assertThat(bench.disk.onMedium(b2.sectorOf(512), 1)).containsOnly(2);
  }

  /** Neighbours on the disk share a bio. */
  @Test
  void write_acrossNeighbouringBlocks_isOneBio() {
    Bench bench = Bench.of(Bench.DISK, 512);
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              Completion done = new Completion(b.machine, "end");
              ReadWrite.writeIter(
                  request(b, new File(inode, DIRECT), 0, done), Bench.bytes(4096, 5));
              b.seen.add(b.disk.inFlightNow(BioOp.WRITE));
              done.waitForCompletion();
            })
        .run();
    assertThat(bench.seen).startsWith(1L);
    assertThat(bench.disk.onMedium(inode.sectorOf(0), 4096 / BlockDevice.SECTOR_BYTES))
        .containsOnly(5);
  }

  /** Two halves of one new block: the second zeroes nothing of the first. */
  @Test
  void subBlockWrites_toOneNewBlock_loseNoBytes() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 0);
    for (int half = 0; half < 2; half++) {
      int number = half;
      bench.task(
          "half " + half,
          b ->
              b.seen.add(
                  b.process.pwrite(
                      b.open("/mnt/a", DIRECT), Bench.bytes(512, 1 + number), 2048L * number)));
    }
    bench.run();
    assertThat(bench.seen).containsExactly(512L, 512L);
    assertThat(bench.disk.onMedium(inode.sectorOf(0), 1)).containsOnly(1);
    assertThat(bench.disk.onMedium(inode.sectorOf(512), 3)).containsOnly(0);
    assertThat(bench.disk.onMedium(inode.sectorOf(2048), 1)).containsOnly(2);
  }
}
