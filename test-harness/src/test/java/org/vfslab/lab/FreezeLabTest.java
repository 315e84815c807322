package org.vfslab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Verdict;
import org.vfslab.freeze.FreezeRequest;
import org.vfslab.freeze.FreezeState;
import org.vfslab.freeze.SbWriters;
import org.vfslab.freeze.SuperFreeze;
import org.vfslab.memory.AtomicWord;
import org.vfslab.patch.Patches;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;

/** Freezing, in all schedules. */
final class FreezeLabTest {

  private static final Seams PRE_410 = Patches.apply(List.of(Patches.PRE_4_10_AIO_FREEZE));

  /** A mounted filesystem and short words for what tasks do with it. */
  private static final class Mounted {
    final Lab lab;
    final BlockDevice disk;
    final SuperBlock sb;
    final Inode inode;
    final SbWriters writers;

    Mounted(Lab lab) {
      this.lab = lab;
      disk = lab.disk("d", DeviceConfig.DEFAULT);
      sb = lab.mount("/mnt", disk, 4096);
      inode = lab.file(sb, "/mnt/a", 8192);
      writers = lab.protection(sb);
    }

    void task(String name, Runnable body) {
      lab.machine().task(name, body);
    }

    long ioctl(long command) {
      return lab.machine()
          .currentTask()
          .syscall("ioctl", () -> lab.process().ioctl("/mnt", command));
    }

    long freeze() {
      return ioctl(UserProcess.FIFREEZE);
    }

    long thaw() {
      return ioctl(UserProcess.FITHAW);
    }

    boolean frozen() {
      return writers.now() == FreezeState.COMPLETE;
    }

    long state() {
      return writers.now().value();
    }

    /** Nothing is left over, and as many freezes are on as {@code freezes} says: 0 or 1. */
    Watch settled(Watch watch, int freezes) {
      return watch
          .last("active references", () -> sb.active().peek() == 1 + freezes)
          .last("frozen or not", () -> frozen() == (freezes == 1))
          .last("s_umount is free", () -> sb.sUmount().countWord() == 0)
          .last("nothing in flight", () -> disk.inFlightNow(BioOp.WRITE) == 0)
          .last("nobody inside", () -> writers.writers(FreezeLevel.WRITE) == 0);
    }
  }

  private static void holds(Exploration exploration) {
    assertThat(exploration.failures()).extracting(failure -> failure.finding().text()).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  private static void found(Exploration exploration, Finding.Kind kind, String title) {
    assertThat(exploration.failures())
        .extracting(failure -> failure.finding().kind() + " " + failure.finding().title())
        .contains(kind + " " + title);
  }

  // ---- a writer inside

  private static Question writerInside(boolean protectedWrite) {
    return Question.of(
        "a freeze waits for the writer inside",
        lab -> {
          Mounted m = new Mounted(lab);
          AtomicWord inside = new AtomicWord(lab.machine(), "inside", 0);
          m.task(
              "writer",
              () -> {
                if (protectedWrite) {
                  m.writers.startWrite(FreezeLevel.WRITE);
                }
                inside.writeOnce(1);
                inside.writeOnce(0);
                if (protectedWrite) {
                  m.writers.endWrite(FreezeLevel.WRITE);
                }
              });
          m.task(
              "freezer",
              () -> {
                m.freeze();
                m.thaw();
              });
          return m.settled(
              new Watch()
                  .never(
                      "inside while frozen",
                      () -> m.frozen() && inside.peek() > 0,
                      m::state,
                      inside::peek),
              0);
        });
  }

  @Test
  void freeze_waitsForAWriterInside_inEverySchedule() {
    holds(writerInside(true).dpor());
    holds(writerInside(true).dfs());
  }

  @Test
  void writer_brokenWithoutProtection_isInsideWhileFrozen() {
    found(writerInside(false).dpor(), Finding.Kind.VIOLATION, "inside while frozen");
    found(writerInside(false).dfs(), Finding.Kind.VIOLATION, "inside while frozen");
  }

  // ---- dirty data

  @Test
  void freeze_leavesNothingDirty_inEverySchedule() {
    holds(
        Question.of(
                "a frozen filesystem has nothing dirty",
                lab -> {
                  Mounted m = new Mounted(lab);
                  m.task(
                      "writer",
                      () -> {
                        long fd = lab.process().open("/mnt/a", OpenFlags.O_RDWR);
                        lab.process().pwrite(fd, new byte[] {7}, 0);
                        lab.process().close(fd);
                      });
                  m.task(
                      "freezer",
                      () -> {
                        m.freeze();
                        m.thaw();
                      });
                  return m.settled(
                      new Watch()
                          .never(
                              "dirty while frozen",
                              () -> m.frozen() && m.inode.pages().dirtyNow() > 0,
                              m::state,
                              () -> m.inode.pages().dirtyNow())
                          .never(
                              "written back while frozen",
                              () -> m.frozen() && m.disk.inFlightNow(BioOp.WRITE) > 0,
                              () -> m.disk.inFlightNow(BioOp.WRITE)),
                      0);
                })
            .dpor());
  }

  // ---- freezers that meet

  private static Exploration race(Action first, Action second, int freezes) {
    return Question.of(
            "two that freeze or thaw",
            lab -> {
              Mounted m = new Mounted(lab);
              long[] results = new long[2];
              m.task("first", () -> results[0] = first.run(m));
              m.task("second", () -> results[1] = second.run(m));
              return m.settled(new Watch().observe(() -> results[0] + " " + results[1]), freezes);
            })
        .dpor();
  }

  /** What a task does with the filesystem. */
  private interface Action {
    long run(Mounted mounted);
  }

  @Test
  void twoFreezers_oneIsFirstAndTheOtherBusy() {
    Exploration exploration = race(Mounted::freeze, Mounted::freeze, 1);
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("0 -16", "-16 0");
  }

  @Test
  void twoCycles_allEndUnfrozen() {
    Exploration exploration =
        race(m -> m.freeze() == 0 ? m.thaw() : 1, m -> m.freeze() == 0 ? m.thaw() : 1, 0);
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("0 0", "0 1", "1 0");
  }

  @Test
  void thawByAnother_isEinvalUntilTheFreezeIsComplete() {
    Exploration exploration =
        Question.of(
                "a thaw beside a freeze",
                lab -> {
                  Mounted m = new Mounted(lab);
                  long[] results = new long[2];
                  m.task("freezer", () -> results[0] = m.freeze());
                  m.task("thawer", () -> results[1] = m.thaw());
                  return new Watch()
                      .observe(() -> results[0] + " " + results[1] + " " + m.writers.now())
                      .last("references", () -> m.sb.active().peek() == (m.frozen() ? 2 : 1));
                })
            .dpor();
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("0 -22 COMPLETE", "0 0 UNFROZEN");
  }

  @Test
  void kernelAndUser_shareAFreezeInEveryOrder() {
    Exploration exploration =
        Question.of(
                "holders nest",
                lab -> {
                  Mounted m = new Mounted(lab);
                  // A freezer of its own: the ioctls know user space only.
                  SuperFreeze freezer = new SuperFreeze(m.sb, m.writers);
                  long[] results = new long[4];
                  m.task(
                      "user",
                      () -> {
                        results[0] = freezer.freezeSuper(FreezeRequest.USERSPACE);
                        results[1] = freezer.thawSuper(FreezeRequest.USERSPACE);
                      });
                  m.task(
                      "kernel",
                      () -> {
                        results[2] = freezer.freezeSuper(FreezeRequest.KERNEL);
                        results[3] = freezer.thawSuper(FreezeRequest.KERNEL);
                      });
                  return m.settled(
                      new Watch().observe(() -> java.util.Arrays.toString(results)), 0);
                })
            .dpor();
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("[0, 0, 0, 0]");
  }

  // ---- s_umount

  /** The upstream freeze lets go of s_umount while it drains the writers. */
  @Test
  void writeThatNeedsSUmount_doesNotDeadlockWithAFreeze() {
    holds(underSUmount(m -> m.freeze() + m.thaw()).dpor());
  }

  /** Broken, as in STYLE's example: the freezer drains the writers with s_umount held. */
  @Test
  void freeze_brokenDrainUnderSUmount_deadlocks() {
    found(
        underSUmount(
                m -> {
                  m.sb.sUmount().downWrite();
                  m.writers.lockOf(FreezeLevel.WRITE).downWrite(); // BROKEN: s_umount still held
                  m.sb.sUmount().upWrite();
                  m.writers.lockOf(FreezeLevel.WRITE).upWrite();
                  return 0;
                })
            .dpor(),
        Finding.Kind.DEADLOCK,
        "deadlock of writer, freezer");
  }

  private static Question underSUmount(Action freezer) {
    return Question.of(
        "a write needs s_umount inside freeze protection",
        lab -> {
          Mounted m = new Mounted(lab);
          m.task(
              "writer",
              () -> {
                m.writers.startWrite(FreezeLevel.WRITE);
                m.sb.sUmount().downRead();
                m.sb.sUmount().upRead();
                m.writers.endWrite(FreezeLevel.WRITE);
              });
          m.task("freezer", () -> freezer.run(m));
          return Properties.NONE;
        });
  }

  @Test
  void syncfs_besideAFreeze_neverHangs() {
    holds(
        Question.of(
                "syncfs beside a freeze",
                lab -> {
                  Mounted m = new Mounted(lab);
                  m.task("syncer", () -> lab.process().syncfs("/mnt"));
                  m.task(
                      "freezer",
                      () -> {
                        m.freeze();
                        m.thaw();
                      });
                  return m.settled(new Watch(), 0);
                })
            .dpor());
  }

  // ---- an aio write in flight

  /** Small enough for every schedule: one submits and leaves, one freezes for good. */
  private static Question aioInFlight(boolean thaws) {
    return Question.of(
        "no write reaches the disk of a frozen filesystem",
        lab -> {
          Mounted m = new Mounted(lab);
          AioUser user = new AioUser(lab, 4);
          user.thread("writer", () -> user.submit(user.write(user.open(AioUser.DIRECT), 0, 512)));
          m.task(
              "freezer",
              () -> {
                m.freeze();
                if (thaws) {
                  m.thaw();
                }
              });
          return new Watch()
              .never(
                  "written while frozen",
                  () -> m.frozen() && m.disk.inFlightNow(BioOp.WRITE) > 0,
                  m::state,
                  () -> m.disk.inFlightNow(BioOp.WRITE));
        });
  }

  @Test
  void aioWrite_inFlight_isWaitedFor() {
    Exploration exploration = aioInFlight(true).dpor();
    holds(exploration);
    // Frozen for good before the submission, the writer hangs, and only then.
    Exploration forGood = aioInFlight(false).dpor();
    assertThat(forGood.failures())
        .extracting(failure -> failure.finding().title())
        .containsExactly("deadlock of writer");
  }

  @Test
  void aioWrite_brokenPre410_reachesTheFrozenDisk() {
    found(aioInFlight(true).under(PRE_410).dpor(), Finding.Kind.VIOLATION, "written while frozen");
    found(aioInFlight(false).under(PRE_410).dpor(), Finding.Kind.VIOLATION, "written while frozen");
  }
}
