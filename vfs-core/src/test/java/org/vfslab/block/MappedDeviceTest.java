package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;
import org.vfslab.machine.Timer;

/** Device-mapper targets, their tables and their suspension. */
final class MappedDeviceTest {

  private static final long MS = 1_000_000;
  private static final long S = 1_000_000_000;

  private static BlockDevice mapped(Machine machine, String table, BlockDevice... below) {
    Map<String, BlockDevice> devices = new java.util.TreeMap<>();
    for (BlockDevice device : below) {
      devices.put(device.name(), device);
    }
    try {
      return MappedDevice.create(machine, "m", table, devices::get);
    } catch (TableException e) {
      throw new AssertionError(e);
    }
  }

  private static BlockDevice disk(Machine machine) {
    return new BlockDevice(machine, "d", Disks.FIXED);
  }

  /** Sleeps for a time. */
  private static void sleep(Machine machine, long ns) {
    Completion done = new Completion(machine, "sleep");
    new Timer(machine, machine.irqLine("sleep", IrqLine.Kind.SOFT, machine.cpu(0)), done::complete)
        .start(ns);
    done.waitForCompletion();
  }

  // ---- tables

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 64 linear d | Invalid argument count",
        "0 64 linear d x | Invalid device sector",
        "0 64 linear d -1 | Invalid device sector",
        "0 64 linear nope 0 | Device lookup failed",
        "0 64 delay d 0 | Requires exactly 3, 6 or 9 arguments",
        "0 64 delay d 0 x | Invalid delay",
        "0 64 flakey d 0 1 | Invalid argument count",
        "0 64 flakey d 0 x 1 | Invalid up interval",
        "0 64 flakey d 0 1 x | Invalid down interval",
        "0 64 flakey d 0 0 0 | Total (up + down) interval is zero",
        "0 64 flakey d 0 4294967295 1 | Interval overflow",
        "0 64 flakey d 0 1 1 2 drop_writes | Invalid number of feature args",
        "0 64 flakey d 0 1 1 12 a b c d e f g h i j k l | Invalid number of feature args",
        "0 64 flakey d 0 1 1 2 drop_writes drop_writes | Feature drop_writes duplicated",
        "0 64 flakey d 0 1 1 2 error_writes drop_writes | Feature drop_writes conflicts with"
            + " feature error_writes",
        "0 64 flakey d 0 1 1 2 drop_writes error_writes | Feature error_writes conflicts with"
            + " feature drop_writes",
        "0 64 flakey d 0 1 1 1 nonsense | Unrecognised flakey feature requested",
        "0 64 flakey d 0 1 1 1 corrupt_bio_byte | Feature corrupt_bio_byte requires parameters",
        "0 64 flakey d 0 1 1 5 corrupt_bio_byte 0 r 1 0 | Invalid corrupt bio byte",
        "0 64 flakey d 0 1 1 5 corrupt_bio_byte 1 x 1 0 | Invalid corrupt bio direction (r or w)",
        "0 64 flakey d 0 1 1 5 corrupt_bio_byte 1 r 256 0 | Invalid corrupt value to write into"
            + " bio byte (0-255)",
        "0 64 flakey d 0 1 1 5 corrupt_bio_byte 1 r 1 x | Invalid corrupt bio flags mask",
        "0 64 flakey d 0 1 1 6 drop_writes corrupt_bio_byte 1 w 1 0 | drop_writes is incompatible"
            + " with random_write_corrupt or corrupt_bio_byte with the WRITE flag set",
        "0 64 flakey d 0 1 1 3 error_reads random_read_corrupt 5 | error_reads is incompatible with"
            + " random_read_corrupt or corrupt_bio_byte with the READ flag set",
        "0 64 flakey d 0 1 1 1 random_read_corrupt | Feature random_read_corrupt requires a"
            + " parameter",
        "0 64 flakey d 0 1 1 2 random_read_corrupt 1000000001 | Invalid random corrupt argument",
        "0 64 log-writes d | Invalid argument count",
        "0 64 log-writes d nope | Log device lookup failed",
        "0 64 error d | Invalid argument count",
        "0 64 nonsense | unknown target type",
        "0 0 error | zero-length target",
        "1 64 error | Gap in table",
        "x 64 error | the start is a number of sectors",
        "0 64 | write <start> <length> <target> <arguments>"
      })
  void table_thatMakesNoSense_isRefusedInTheWordsOfTheKernel(String table, String error) {
    Disks.alone(
        machine -> {
          BlockDevice disk = disk(machine);
          assertThatThrownBy(
                  () ->
                      MappedDevice.create(
                          machine, "m", table, name -> name.equals("d") ? disk : null))
              .isInstanceOfSatisfying(
                  TableException.class, e -> assertThat(e.error()).isEqualTo(error))
              .hasMessageContaining("line 1 of the table, '" + table + "'");
        });
  }

  @Test
  void table_withoutLines_isRefused() {
    Disks.alone(
        machine ->
            assertThatThrownBy(() -> MappedDevice.create(machine, "m", " \n", name -> null))
                .hasMessageContaining("no table"));
  }

  // ---- linear and error

  @Test
  void linear_movesSectors_andBiosAreSplitAtTargets() {
    Disks.alone(
        machine -> {
          BlockDevice d = disk(machine);
          BlockDevice e = new BlockDevice(machine, "e", Disks.FIXED);
          BlockDevice m = mapped(machine, "0 8 linear d 10\n8 8 linear e 0; 16 4 error", d, e);
          assertThat(m.sectors()).isEqualTo(20);
          assertThat(m.submitAndWait(told -> Bio.write(6, Disks.data(4, 7), told)))
              .isEqualTo(BlkStatus.OK);
          assertThat(d.onMedium(16, 2)).containsOnly(7);
          assertThat(e.onMedium(0, 2)).containsOnly(7);
          assertThat(e.onMedium(2, 1)).containsOnly(0);
          Disks.write(m, 8, 9, 0);
          byte[] buffer = new byte[4 * 512];
          Completion done = new Completion(machine, "read");
          m.submitBio(new Bio(BioOp.READ, 6, buffer, bio -> done.complete()));
          done.waitForCompletion();
          assertThat(List.of(buffer[0], buffer[1024], buffer[1536]))
              .containsExactly((byte) 7, (byte) 9, (byte) 7);
          assertThat(m.submitAndWait(told -> Bio.read(15, 1024, told))).isEqualTo(BlkStatus.IOERR);
          assertThat(m.submitAndWait(told -> Bio.read(19, 1024, told)))
              .isEqualTo(BlkStatus.IOERR); // beyond the end
          assertThat(m.reportLeak()).isNull();
        });
  }

  // ---- delay

  /** A short delay overtakes a long one, equal delays keep their order. */
  @Test
  void delay_hasAClassForReadsWritesAndFlushes() {
    List<String> ends = new ArrayList<>();
    Disks.alone(
        machine -> {
          BlockDevice d = new BlockDevice(machine, "d", Disks.FIXED.withWriteCache(true, false));
          BlockDevice m = mapped(machine, "0 64 delay d 0 0 d 0 100 d 0 20", d);
          Completion done = new Completion(machine, "bios");
          for (String name : List.of("write1", "write2", "read", "flush")) {
            Bio.EndIo told =
                bio -> {
                  ends.add(name + " at " + machine.nowNs() / MS);
                  done.complete();
                };
            m.submitBio(
                name.equals("read")
                    ? Bio.read(0, 512, told)
                    : name.equals("flush")
                        ? Bio.flush(told)
                        : Bio.write(0, Disks.data(1, 1), told));
          }
          for (int i = 0; i < 4; i++) {
            done.waitForCompletion();
          }
        });
    assertThat(ends).containsExactly("read at 0", "flush at 20", "write1 at 100", "write2 at 100");
  }

  @Test
  void delay_isOver_whenTheDeviceIsSuspended() {
    Disks.alone(
        machine -> {
          BlockDevice m = mapped(machine, "0 64 delay d 0 500", disk(machine));
          Completion done = new Completion(machine, "bio");
          Bio bio = Disks.submit(m, Disks.write(0, 1, done));
          MappedDevice md = Objects.requireNonNull(m.mapped());
          assertThat(md.suspend(false)).isZero();
          assertThat(bio.hasEnded()).isTrue();
          assertThat(machine.nowNs()).isEqualTo(1000);
          assertThat(md.resume()).isZero();
        });
  }

  // ---- flakey

  private static String flakey(String features, long atSeconds) {
    StringBuilder seen = new StringBuilder();
    Disks.alone(
        machine -> {
          BlockDevice d = disk(machine);
          Disks.write(d, 0, 1, 0);
          BlockDevice m = mapped(machine, "0 64 flakey d 0 2 3 " + features, d);
          sleep(machine, atSeconds * S);
          int read = Disks.read(m, 0);
          BlkStatus written = Disks.write(m, 0, 2, 0);
          seen.append("read ").append(read).append(" write ").append(written);
          seen.append(" left ").append(Disks.read(d, 0));
        });
    return seen.toString();
  }

  /** Up for two seconds, down for three; decided by whole seconds. */
  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "2, true", "4, true", "5, false", "6, false", "7, true"})
  void flakey_isDown_inTheRestOfEachInterval(long second, boolean down) {
    assertThat(flakey("", second))
        .isEqualTo(down ? "read -5 write IOERR left 1" : "read 1 write OK left 2");
  }

  @ParameterizedTest
  @CsvSource({
    "0, read -5 write IOERR left 1",
    "1 error_reads, read -5 write OK left 2",
    "1 error_writes, read 1 write IOERR left 1",
    "1 drop_writes, read 1 write OK left 1",
    "2 error_reads error_writes, read -5 write IOERR left 1",
    "2 error_reads drop_writes, read -5 write OK left 1",
    "5 corrupt_bio_byte 3 r 9 0, read -1000 write OK left 2",
    "5 corrupt_bio_byte 3 w 9 0, read 1 write OK left -1000",
    "5 corrupt_bio_byte 513 w 9 0, read 1 write OK left 2",
    "5 corrupt_bio_byte 3 w 9 131072, read 1 write OK left 2",
    "2 random_read_corrupt 1000000000, read -1000 write OK left 2",
    "2 random_write_corrupt 1000000000, read 1 write OK left -1000",
    "2 random_write_corrupt 0, read -5 write IOERR left 1"
  })
  void flakey_whileDown_doesWhatItsFeaturesSay(String features, String seen) {
    assertThat(flakey(features, 2)).isEqualTo(seen);
  }

  /** A dropped write ends in its submitter; so does a dropped flush. */
  @Test
  void flakeyDropWrites_swallowsFlushesToo() {
    Disks.alone(
        machine -> {
          BlockDevice d = new BlockDevice(machine, "d", Disks.FIXED.withWriteCache(true, false));
          BlockDevice m = mapped(machine, "0 64 flakey d 0 0 1 1 drop_writes", d);
          Disks.write(d, 0, 1, 0);
          assertThat(m.issueFlush()).isZero();
          assertThat(machine.nowNs()).isEqualTo(1000);
          assertThat(d.powerCut().read(0, 1).uniformValue()).isZero();
        });
  }

  @Test
  void flakeyCorruptWrite_leavesTheBytesOfTheSubmitterAlone() {
    Disks.alone(
        machine -> {
          BlockDevice d = disk(machine);
          BlockDevice m = mapped(machine, "0 64 flakey d 0 0 1 5 corrupt_bio_byte 1 w 9 0", d);
          byte[] mine = Disks.bytes(1, 5);
          Completion done = new Completion(machine, "bio");
          Bio bio = Disks.submit(m, new Bio(BioOp.WRITE, 0, mine, b -> done.complete()));
          done.waitForCompletion();
          assertThat(mine).containsOnly(5);
          assertThat(bio.data().uniformValue()).isEqualTo(5);
          assertThat(d.onMedium(0, 1)).startsWith(9, 5);
        });
  }

  // ---- log-writes

  /** The example of the kernel's comment: C, B, flush; A only with a later flush. */
  @Test
  void logWrites_logsInTheOrderInWhichWritesAreDurable() {
    Disks.alone(
        Disks.answers(3, 1, 0, 2, 0, 0),
        machine -> {
          // In turn: A 4 ms, B 2 ms, C 1 ms, the first flush 3 ms.
          DeviceConfig config =
              Disks.FIXED
                  .withWriteCache(true, true)
                  .withLatency(Latency.Table.parse("1000000 1, 2000000 1, 3000000 1, 4000000 1"));
          BlockDevice d = new BlockDevice(machine, "d", config);
          BlockDevice log = new BlockDevice(machine, "log", Disks.FIXED);
          BlockDevice m = mapped(machine, "0 64 log-writes d log", d, log);
          MappedDevice md = Objects.requireNonNull(m.mapped());
          Completion done = new Completion(machine, "writes");
          for (int i = 0; i < 3; i++) {
            m.submitBio(Disks.write(i, i + 1, done));
          }
          done.waitForCompletion();
          done.waitForCompletion();
          assertThat(m.issueFlush()).isZero();
          assertThat(md.message(0, "mark first")).isZero();
          done.waitForCompletion();
          assertThat(Disks.write(m, 9, 9, Bio.FUA)).isEqualTo(BlkStatus.OK);
          assertThat(m.issueFlush()).isZero();
          WriteLog writes = Objects.requireNonNull(md.writeLog());
          assertThat(entries(writes))
              .containsExactly("2", "1", "flush", "mark first", "9 fua", "0", "flush");
          assertThat(md.status()).containsExactly("0 64 7 11");
          int upToMark = writes.upToMark("first");
          DiskImage image = writes.replay(DiskImage.blank(64), upToMark);
          assertThat(image.read(2, 1).uniformValue()).isEqualTo(3);
          assertThat(image.read(0, 1).uniformValue()).isZero();
          DiskImage all = writes.replay(DiskImage.blank(64), writes.entries().size());
          assertThat(all.read(0, 1).uniformValue()).isEqualTo(1);
          assertThatThrownBy(() -> writes.replay(all, 8)).hasMessageContaining("7 entries");
          assertThat(md.message(0, "nonsense")).isEqualTo(-Errno.EINVAL);
          assertThat(md.message(64, "mark x")).isEqualTo(-Errno.EINVAL);
          Disks.write(m, 5, 5, 0);
          md.remove();
          assertThat(entries(writes)).endsWith("5", "mark dm-log-writes-end");
        });
  }

  private static List<String> entries(WriteLog log) {
    return log.entries().stream()
        .map(
            e ->
                e.isFlush()
                    ? "flush"
                    : !e.mark().isEmpty()
                        ? "mark " + e.mark()
                        : e.sector() + ((e.flags() & Bio.FUA) != 0 ? " fua" : ""))
        .toList();
  }

  // ---- flushes through tables, suspend and resume

  @Test
  void flush_goesToAllTargets_andPreflushDataIsAFlushFirst() {
    Disks.alone(
        machine -> {
          DeviceConfig cached = Disks.FIXED.withWriteCache(true, false);
          BlockDevice d = new BlockDevice(machine, "d", cached);
          BlockDevice e = new BlockDevice(machine, "e", cached);
          BlockDevice m = mapped(machine, "0 8 linear d 0\n8 8 linear e 0", d, e);
          assertThat(m.config().writeCache()).isTrue();
          Disks.write(m, 0, 1, 0);
          Disks.write(m, 8, 2, 0);
          Disks.write(m, 1, 3, Bio.PREFLUSH | Bio.FUA);
          assertThat(d.powerCut().read(0, 1).uniformValue()).isEqualTo(1);
          assertThat(e.powerCut().read(0, 1).uniformValue()).isEqualTo(2);
          assertThat(m.reportLeak()).isNull();
        });
  }

  @Test
  void suspendedDevice_keepsBios_andResumeLetsThemGo_inTheirOrder() {
    Disks.alone(
        machine -> {
          BlockDevice d = disk(machine);
          BlockDevice m = mapped(machine, "0 64 linear d 0", d);
          MappedDevice md = Objects.requireNonNull(m.mapped());
          assertThat(md.resume()).isEqualTo(-Errno.EINVAL);
          assertThat(md.suspend(true)).isZero();
          assertThat(md.suspend(true)).isEqualTo(-Errno.EINVAL);
          Completion done = new Completion(machine, "bios");
          Bio first = Disks.submit(m, Disks.write(0, 1, done));
          Disks.submit(m, Disks.write(0, 2, done));
          Bio nowait = Disks.submit(m, Disks.write(0, 3, done).with(Bio.NOWAIT));
          assertThat(nowait.blkStatus()).isEqualTo(BlkStatus.AGAIN);
          sleep(machine, S);
          assertThat(first.hasEnded()).isFalse();
          assertThat(d.changesNow()).isZero();
          assertThat(md.resume()).isZero();
          for (int i = 0; i < 3; i++) {
            done.waitForCompletion();
          }
          assertThat(Disks.read(m, 0)).isEqualTo(2);
        });
  }

  @Test
  void suspend_waitsForBiosInside() {
    for (long seed = 0; seed < 200; seed++) {
      Schedules.Ending ending =
          Schedules.one(
              Schedules.WORD,
              Schedules.seeded(seed),
              machine -> {
                BlockDevice d = new BlockDevice(machine, "d", Disks.ANY);
                BlockDevice m = mapped(machine, "0 64 linear d 0", d);
                MappedDevice md = Objects.requireNonNull(m.mapped());
                machine.task("writer", () -> m.submitBio(Bio.write(0, Disks.data(1, 1), b -> {})));
                machine.task(
                    "admin",
                    () -> {
                      assertThat(md.suspend(false)).isZero();
                      assertThat(d.inFlightNow(BioOp.WRITE)).isZero();
                      assertThat(md.resume()).isZero();
                    });
              });
      assertThat(ending.outcome()).as("%s", ending.machine().reports()).isEqualTo(Outcome.DONE);
    }
  }

  /** dmsetup suspend, load, resume: how fstests makes a device flakey. */
  @Test
  void load_isInForceAfterResume() throws Exception {
    Disks.alone(
        machine -> {
          BlockDevice d = disk(machine);
          BlockDevice m = mapped(machine, "0 64 linear d 0", d);
          MappedDevice md = Objects.requireNonNull(m.mapped());
          try {
            md.load("0 64 flakey d 0 0 180 1 drop_writes", name -> d);
            assertThat(Disks.write(m, 0, 1, 0)).isEqualTo(BlkStatus.OK);
            assertThat(md.suspend(false)).isZero();
            assertThat(md.resume()).isZero();
            assertThat(Disks.write(m, 0, 2, 0)).isEqualTo(BlkStatus.OK);
            assertThat(Disks.read(m, 0)).isEqualTo(1);
          } catch (TableException e) {
            throw new AssertionError(e);
          }
          assertThatThrownBy(() -> md.load("0 32 error", name -> d))
              .hasMessageContaining("has 64 sectors as well, not 32");
        });
  }

  @Test
  void suspendWithLockFs_asksTheHolder_andGivesUpWhenItCannotFreeze() {
    List<String> asked = new ArrayList<>();
    int[] error = new int[1];
    Disks.alone(
        machine -> {
          BlockDevice m = mapped(machine, "0 64 linear d 0", disk(machine));
          MappedDevice md = Objects.requireNonNull(m.mapped());
          m.heldBy(
              new BdevHolder() {
                @Override
                public int freezeBdev() {
                  asked.add("freeze");
                  return error[0];
                }

                @Override
                public int thawBdev() {
                  asked.add("thaw");
                  return 0;
                }
              });
          assertThat(md.suspend(true)).isZero();
          assertThat(md.resume()).isZero();
          assertThat(md.suspend(false)).isZero();
          assertThat(md.resume()).isZero();
          error[0] = -Errno.EBUSY;
          assertThat(md.suspend(true)).isEqualTo(-Errno.EBUSY);
          assertThat(Disks.write(m, 0, 1, 0)).isEqualTo(BlkStatus.OK);
        });
    assertThat(asked).containsExactly("freeze", "thaw", "freeze");
  }

  @Test
  void queueOfAMappedDevice_isNotThere() {
    Disks.alone(
        machine -> {
          BlockDevice m = mapped(machine, "0 64 linear d 0", disk(machine));
          assertThatThrownBy(m::freezeQueue).hasMessageContaining("suspend it instead");
          assertThat(m.onMedium(0, 2)).containsOnly(0);
        });
  }
}
