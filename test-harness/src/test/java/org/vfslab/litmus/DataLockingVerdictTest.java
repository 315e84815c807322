package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Pct;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Verdict;

/** Truncation, sub-block writes and mappings against direct I/O and a freeze, under each patch. */
final class DataLockingVerdictTest {

  private static final String HOLD = "hold-i-rwsem-until-aio-completes";
  private static final String DECLARED = "hold-i-rwsem-handed-over";
  private static final String FORGOTTEN = "forgotten-dio-wait";
  private static final String UNSERIALISED = "unserialised-subblock";

  private static Exploration random(String text, int executions, String... patches) {
    return Litmus.explore(Litmus.compile(text, patches), new RandomWalk(7, executions));
  }

  private static void checkExpectation(String text, Exploration found, String... patches) {
    LitmusScenario scenario = Litmus.compile(text, patches);
    assertThat(scenario.expectation().isMetBy(found, scenario.missed(found))).isTrue();
  }

  // ---- truncation

  private static final String TRUNCATE = Litmus.bundled("truncate-vs-aio-dio");

  @Test
  void truncate_upstream_freesNoBlockUnderAWrite_inEverySchedule() {
    Exploration exploration = Litmus.dpor(Litmus.compile(TRUNCATE));
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    checkExpectation(TRUNCATE, exploration);
  }

  @Test
  void truncate_withIRwsemHeld_freesNoBlockUnderAWrite() {
    Exploration exploration = random(TRUNCATE, 500, HOLD);
    assertThat(Litmus.findings(exploration)).isEmpty();
    checkExpectation(TRUNCATE, exploration, HOLD);
  }

  /** A hold that its submitter takes back and the real completion are no contradiction. */
  @Test
  void truncate_withTheHoldDeclaredToLockdep_isNoFalseAlarm() {
    assertThat(Litmus.findings(random(TRUNCATE, 500, DECLARED))).isEmpty();
  }

  // ---- what lockdep sees of a hold that is handed over

  private static final String UNTIL_COMPLETION = Litmus.bundled("hold-until-completion");
  private static final String DEADLOCK = Litmus.bundled("hold-until-completion-deadlock");

  /** The trick: every schedule, and nobody says anything. */
  @Test
  void holdUntilCompletion_releasedForLockdep_isSilentInEverySchedule() {
    Exploration exploration = Litmus.dpor(Litmus.compile(UNTIL_COMPLETION));
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    checkExpectation(UNTIL_COMPLETION, exploration);
  }

  @Test
  void holdUntilCompletion_declared_isCircularThoughNobodyHangs() {
    Exploration exploration = Litmus.dpor(Litmus.compile(UNTIL_COMPLETION, DECLARED));
    assertThat(Litmus.findings(exploration))
        .singleElement()
        .asString()
        .contains("possible circular locking dependency");
    checkExpectation(UNTIL_COMPLETION, exploration, DECLARED);
  }

  @Test
  void holdUntilCompletion_besideATruncate_hangsAndOnlyTheDeclaredHoldIsReported() {
    Exploration trick = Litmus.dpor(Litmus.compile(DEADLOCK));
    assertThat(Litmus.findings(trick)).allMatch(finding -> finding.startsWith("DEADLOCK"));
    checkExpectation(DEADLOCK, trick);
    Exploration declared =
        new Explorer(
                Litmus.compile(DEADLOCK, DECLARED),
                new Limits(Long.MAX_VALUE, Duration.ofSeconds(20), 10),
                Observer.NONE)
            .explore(new OptimalDpor());
    checkExpectation(DEADLOCK, declared, DECLARED);
  }

  /** Without a patch: the file says itself which class is handed over. */
  @Test
  void holdUntilCompletion_declaredByTheFile_isCircularToo() {
    String text = UNTIL_COMPLETION.replace("cpus 2", "cpus 2 handed_over \"journal i_rwsem\"");
    assertThat(Litmus.findings(Litmus.dpor(Litmus.compile(text))))
        .singleElement()
        .asString()
        .contains("possible circular locking dependency");
  }

  @Test
  void truncate_thatForgetsTheWait_freesABlockUnderAWrite() {
    Exploration exploration = Litmus.dpor(Litmus.compile(TRUNCATE, FORGOTTEN));
    assertThat(Litmus.findings(exploration))
        .containsExactly(
            "VIOLATION never writing(d, block) && free(\"/mnt\", block) -- but here it is so");
    checkExpectation(TRUNCATE, exploration, FORGOTTEN);
  }

  /** What the freed block does: it is the next file's, and the write lands in there. */
  private static final String FOREIGN =
      """
      test "a write ends in another file"
      disk d { latency any }
      fs "/mnt" on d
      file "/mnt/a" size 4k
      file "/mnt/b" size 0
      task writer {
        fd = open("/mnt/a", O_RDWR | O_DIRECT)
        io_submit(w, pwrite(fd, 0, 4k, fill 0x11)) == 1
        mark("submitted")
      }
      task other {
        await("submitted")
        truncate("/mnt/a", 0) == 0
        fd = open("/mnt/b", O_RDWR | O_DIRECT)
        pwrite(fd, 0, 4k, fill 0x22) == 4096
      }
      finally disk_bytes("/mnt/b", 0, 4k) == 0x22
      """;

  @Test
  void write_underATruncation_endsInNoOtherFile() {
    assertThat(Litmus.findings(random(FOREIGN, 300))).isEmpty();
    assertThat(Litmus.findings(random(FOREIGN, 300, HOLD))).isEmpty();
    assertThat(Litmus.findings(Litmus.dpor(Litmus.compile(FOREIGN, FORGOTTEN))))
        .containsExactly(
            "VIOLATION finally disk_bytes(\"/mnt/b\", 0, 4k) == 34"
                + " -- but at the end it is not so");
  }

  // ---- parts of a block

  @ParameterizedTest
  @ValueSource(strings = {"", HOLD})
  void subblockWrites_loseNoBytes(String patch) {
    String[] patches = patch.isEmpty() ? new String[0] : new String[] {patch};
    assertThat(Litmus.findings(random(Litmus.bundled("subblock-dio"), 300, patches))).isEmpty();
  }

  @Test
  void subblockWrites_unserialised_loseBytes() {
    String text = Litmus.bundled("subblock-dio");
    Exploration exploration = random(text, 300, UNSERIALISED);
    assertThat(exploration.verdict()).isEqualTo(Verdict.VIOLATED);
    checkExpectation(text, exploration, UNSERIALISED);
  }

  // ---- mappings and a freeze

  /** All 393,752 orders of its conflicting steps hold; that is too long for a test. */
  private static final String STORE =
      """
      test "a store and a freeze"
      disk d { latency any }
      fs "/mnt" on d
      file "/mnt/a" size 4k
      task toucher {
        m = mmap("/mnt/a", 0, 4k, PROT_READ | PROT_WRITE, MAP_SHARED)
        mark("mapped")
        store(m, 0, 1) == 0
      }
      task freezer {
        await("mapped")
        ioctl("/mnt", FIFREEZE) == 0
        mark("frozen")
        ioctl("/mnt", FITHAW) == 0
      }
      never frozen("/mnt") && dirty_since_frozen("/mnt") > 0
      """;

  @Test
  void store_whileFrozen_makesNoPageDirty() {
    assertThat(Litmus.findings(random(STORE, 600))).isEmpty();
    assertThat(Litmus.findings(Litmus.explore(Litmus.compile(STORE), new Pct(3, 600, 3))))
        .isEmpty();
  }

  /** Whenever write-back comes: a byte that is not on the medium is on a page that is dirty. */
  @Test
  void store_againstWriteback_isNeverLost() {
    Exploration exploration =
        Litmus.dpor(
            Litmus.test(
                """
                disk d { latency any }
                fs "/mnt" on d
                file "/mnt/a" size 4k
                task toucher {
                  m = mmap("/mnt/a", 0, 4k, PROT_READ | PROT_WRITE, MAP_SHARED)
                  store(m, 0, 1) == 0
                }
                task syncer {
                  fd = open("/mnt/a", O_RDWR)
                  fsync(fd) == 0
                }
                finally dirty("/mnt/a") == 1 || disk_bytes("/mnt/a", 0, 1) == 1
                """));
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** With the broken patch the graph of locks has a cycle; nothing can wait in it for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"", "fault-inside-transaction"})
  void freezeLevels_neverLetAPageGetDirty(String patch) {
    String[] patches = patch.isEmpty() ? new String[0] : new String[] {patch};
    Exploration exploration = random(Litmus.bundled("freeze-levels"), 300, patches);
    assertThat(exploration.failures())
        .noneMatch(failure -> failure.finding().kind().word().equals("violation"))
        .noneMatch(failure -> failure.finding().kind().word().equals("deadlock"));
  }

  /** With a journal the filesystem is on the disk: what was committed is found by a mount. */
  @Test
  void journal_isReadByMount() {
    assertThat(
            Litmus.findings(
                Litmus.dpor(
                    Litmus.test(
                        """
                        disk d { latency 10us }
                        fs "/mnt" on d { journal on }
                        file "/mnt/a" size 4k
                        task t {
                          rename("/mnt/a", "/mnt/b") == 0
                          ioctl("/mnt", FIFREEZE) == 0
                          ioctl("/mnt", FITHAW) == 0
                          umount("/mnt") == 0
                          mount(d, "/mnt", 0) == 0
                          stat("/mnt/b") == 4096
                        }
                        """))))
        .isEmpty();
  }

  /** A descriptor will do where a mount point will. */
  @Test
  void callsOnDescriptors_areThoseOnMountPoints() {
    assertThat(
            Litmus.findings(
                Litmus.dpor(
                    Litmus.test(
                        """
                        disk d { latency any }
                        fs "/mnt" on d
                        file "/mnt/a" size 8k
                        task t {
                          fd = open("/mnt/a", O_RDWR)
                          ioctl(fd, FIFREEZE) == 0
                          ioctl("/mnt", FITHAW) == 0
                          syncfs(fd) == 0
                          write(fd, 100, fill 3) == 100
                          lseek(fd, 0, SEEK_SET) == 0
                          read(fd, 4k) == 4096
                          pwritev2(fd, 0, 512, RWF_NOWAIT) == -EOPNOTSUPP
                          preadv2(fd, 0, 512, RWF_NOWAIT) == 512
                          sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE) == 0
                          fdatasync(fd) == 0
                          sync() == 0
                          fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4k) == 0
                          ftruncate(fd, 4k) == 0
                          fstat(fd) == 4096
                          stat("/mnt/a") == 4096
                          mkdir("/mnt/d") == 0
                          rename("/mnt/a", "/mnt/d/a") == 0
                          link("/mnt/d/a", "/mnt/b") == 0
                          chmod("/mnt/b", 7) == 0
                          utimes("/mnt/b", 1s) == 0
                          unlink("/mnt/d/a") == 0
                          rmdir("/mnt/d") == 0
                          truncate("/mnt/b", 0) == 0
                          statfs("/mnt") == 4096
                          m = mmap(fd, 0, 4k, PROT_READ, MAP_SHARED)
                          load(m, 0) == -EFAULT
                          store(m, 0, 1) == -EFAULT
                          msync(m, 4k) == 0
                          munmap(m, 4k) == 0
                          remount("/mnt", MS_RDONLY) == -EBUSY
                          close(fd) == 0
                          remount("/mnt", MS_RDONLY) == 0
                          open("/mnt/n", O_CREAT | O_RDWR) == -EROFS
                          umount("/mnt") == 0
                          mount(d, "/mnt", 0) == 0
                          open("/mnt/n", O_CREAT | O_RDWR) == 3
                        }
                        finally locked_by_nobody("/mnt/a") && free("/mnt", 5)
                        """))))
        .isEmpty();
  }
}
