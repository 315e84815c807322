package org.vfslab.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
    TortureResult result = tortureUntil(name, ": [1-9]");
    assertThat(result.isSuccess()).isTrue();
    assertThat(result.statistics()).noneMatch(line -> line.contains("!!!"));
  }

  /** Tortures for some time, and until all of this can be found in the statistics. */
  private static TortureResult tortureUntil(String name, String... patterns) {
    AtomicInteger told = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    List<Pattern> wanted = Stream.of(patterns).map(Pattern::compile).toList();
    TortureResult result =
        LockTorture.run(
            Tortures.find(name).orElseThrow(),
            SHORT.withTime(Duration.ofSeconds(30)).withStatInterval(Duration.ofMillis(50)),
            lines ->
                enough.set(
                    told.incrementAndGet() >= 4
                        && wanted.stream()
                            .allMatch(pattern -> lines.stream().anyMatch(pattern.asPredicate()))),
            enough::get);
    assertThat(result.problems()).isEmpty();
    assertThat(wanted)
        .allSatisfy(pattern -> assertThat(result.statistics()).anyMatch(pattern.asPredicate()));
    return result;
  }

  @Test
  void locks_whatIsSpecialAboutThemIsDone() {
    for (String rwsem : List.of("rwsem", "rwsem-nospin")) {
      tortureUntil(
          rwsem, "downgrades", "kills", "reads ended by an interrupt", "waits for a release");
    }
    tortureUntil("mutex", "kills", "killed while waiting", "trylocks");
    tortureUntil("semaphore", "time-outs", "units given by an interrupt");
    tortureUntil("percpu-rwsem", "reads ended by an interrupt");
    tortureUntil(
        "percpu-ref", "kills and releases", "references given by an interrupt", "resurrections");
    tortureUntil("delegated-reader", "abandoned locks", "reads ended by an interrupt");
    tortureUntil(
        "srcu",
        "^srcu-torture: rtc: 1 ver: [1-9].* rtmbe: 0 barrier: ([1-9]\\d*)/\\1$",
        "readers ended by an interrupt",
        "grace periods polled for");
  }

  /** As rcutorture prints it: who saw an element that a grace period had passed. */
  @Test
  void rcuThatWaitsForNobody_isNoticedInThePipe() {
    TortureResult result = torture(Tortures.find("rcu-busted").orElseThrow(), SHORT);
    assertThat(result.isSuccess()).isFalse();
    assertThat(result.statistics())
        .anyMatch(line -> line.startsWith("rcu-busted-torture: !!! Reader Pipe:  "));
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
