package org.vfslab.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.machine.Completion;

/** The harness finds what is broken, and the locks survive it. */
@Timeout(60)
final class LockTortureTest {

  private static final TortureOptions SHORT =
      TortureOptions.DEFAULT.withTime(Duration.ofMillis(300));

  private static TortureResult torture(Torture torture, TortureOptions options) {
    return LockTorture.run(torture, options, lines -> {}, () -> false);
  }

  static List<String> survivors() {
    return Tortures.ALL.stream().map(Torture::name).toList();
  }

  @ParameterizedTest
  @MethodSource("survivors")
  void everyLock_survives(String name) {
    TortureResult result = torture(Tortures.find(name).orElseThrow(), SHORT);
    assertThat(result.problems()).isEmpty();
    assertThat(result.isSuccess()).isTrue();
    assertThat(result.writes().total() + result.reads().total()).isGreaterThan(100);
    assertThat(result.statistics()).noneMatch(line -> line.contains("!!!"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwsem", "rwsem-nospin"})
  void rwsem_everythingWasDoneToIt(String name) {
    assertThat(torture(Tortures.find(name).orElseThrow(), SHORT).counts())
        .containsKeys("downgrades", "kills", "reads ended by an interrupt", "waits for a release");
  }

  @Test
  void otherLocks_whatIsSpecialAboutThemWasDone() {
    assertThat(counts("percpu-ref"))
        .containsKeys("kills and releases", "references given by an interrupt", "resurrections");
    assertThat(counts("delegated-reader"))
        .containsKeys("abandoned locks", "reads ended by an interrupt");
    assertThat(counts("mutex")).containsKeys("kills", "trylocks");
  }

  private static Map<String, Long> counts(String name) {
    return torture(Tortures.find(name).orElseThrow(), SHORT).counts();
  }

  /** As rcutorture prints it: who saw an element that a grace period had passed. */
  @Test
  void rcuThatWaitsForNobody_isNoticedInThePipe() {
    TortureResult result = torture(Tortures.find("rcu-busted").orElseThrow(), SHORT);
    assertThat(result.isSuccess()).isFalse();
    assertThat(result.statistics())
        .anyMatch(line -> line.startsWith("rcu-busted-torture: !!! Reader Pipe:  "));
  }

  @Test
  void srcu_replacesWaitsAndBarriersWork() {
    TortureResult result =
        torture(Tortures.find("srcu").orElseThrow(), SHORT.withTime(Duration.ofMillis(800)));
    assertThat(result.problems()).isEmpty();
    assertThat(result.statistics().getFirst())
        .matches("srcu-torture: rtc: 1 ver: [1-9].* rtmbe: 0 barrier: ([1-9]\\d*)/\\1");
    assertThat(result.counts()).containsKey("readers ended by an interrupt");
  }

  /** A lock that does what it likes. */
  private static Torture of(String name, Scene scene) {
    return new Torture() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String about() {
        return name;
      }

      @Override
      public void setUp(LockTorture torture) {
        scene.play(torture);
      }
    };
  }

  private interface Scene {
    void play(LockTorture torture);
  }

  @Test
  void noLockAtAll_isNoticed() {
    TortureResult result = torture(Tortures.find("lock-busted").orElseThrow(), SHORT);
    assertThat(result.isSuccess()).isFalse();
    assertThat(result.writes().fail()).isPositive();
    assertThat(result.statistics().getFirst()).contains("!!!");
  }

  @Test
  void writersThatExcludeOnlyEachOther_areNoticedByReaders() {
    TortureResult result =
        torture(
            of(
                "half a lock",
                torture -> {
                  Object writersOnly = new Object();
                  torture.writers(
                      me -> {
                        synchronized (writersOnly) {
                          me.holdWrite();
                        }
                      });
                  torture.readers(Stress::holdRead);
                }),
            SHORT);
    assertThat(result.reads().fail()).isPositive();
  }

  @Test
  void hang_isToldWithWhatIsWaitedFor() {
    TortureResult result =
        torture(
            of(
                "hang",
                torture -> {
                  Completion never = new Completion(torture.machine(), "never");
                  torture.writers(me -> never.waitForCompletion());
                }),
            SHORT.withThreads(1, 0).withHangAfter(Duration.ofMillis(300)));
    assertThat(result.problems())
        .singleElement()
        .asString()
        .startsWith("hung: writer0 waits for never");
  }

  @Test
  void statistics_areToldFromTimeToTime() {
    List<List<String>> told = new ArrayList<>();
    LockTorture.run(
        Tortures.ALL.getFirst(),
        SHORT.withStatInterval(Duration.ofMillis(50)),
        told::add,
        () -> false);
    assertThat(told).hasSizeGreaterThan(2);
    assertThat(told.getLast().getFirst()).startsWith("Writes:  Total: ");
  }

  @Test
  void interrupt_endsIt() {
    TortureResult result =
        LockTorture.run(
            Tortures.ALL.getFirst(), SHORT.withTime(Duration.ofHours(1)), lines -> {}, () -> true);
    assertThat(result.problems()).isEmpty();
    assertThat(result.writes().total()).isZero();
  }

  @Test
  void statistics_lookLikeTheKernels() {
    assertThat(new LockStatistics(10, 6, 4, 0).line("Writes"))
        .isEqualTo("Writes:  Total: 10  Max/Min: 6/4   Fail: 0");
    assertThat(new LockStatistics(10, 9, 1, 2).line("Reads"))
        .isEqualTo("Reads:  Total: 10  Max/Min: 9/1 ???  Fail: 2 !!!");
  }
}
