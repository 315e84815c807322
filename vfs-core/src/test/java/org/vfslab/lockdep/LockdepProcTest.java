package org.vfslab.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Schedules;

/** The files of /proc: formats that programs read, and what stands in them. */
final class LockdepProcTest {

  private static String text(Consumer<Scene> body, Function<LockdepProc, String> file) {
    List<String> text = new ArrayList<>();
    Scene.reports(
        scene -> {
          body.accept(scene);
          text.add(file.apply(scene.lockdep.proc()));
        });
    return text.getFirst().replaceAll("ffff[0-9a-f]{12}", "<key>");
  }

  private static void chain(Scene scene) {
    scene.nested(scene.a, scene.b, scene.c);
    scene.nested(scene.a, scene.b, scene.c);
    scene.read(scene.d);
    scene.release(scene.d);
    scene.inInterrupt(
        IrqLine.Kind.HARD, () -> scene.nested(scene.lockdep.register("irq", WaitType.SPIN)));
  }

  @Test
  void lockdep_hasALineForEachClassAndItsDirectSuccessors() {
    assertThat(text(LockdepProcTest::chain, LockdepProc::lockdep))
        .isEqualTo(
            """
            all lock classes:
            <key> OPS:       2 FD:    3 BD:    1 +.+.: A
             -> [<key>] B

            <key> OPS:       2 FD:    2 BD:    2 +.+.: B
             -> [<key>] C

            <key> OPS:       2 FD:    1 BD:    3 +.+.: C

            <key> OPS:       1 FD:    1 BD:    1 .+.+: D

            <key> OPS:       1 FD:    1 BD:    1 -...: irq

            """);
  }

  /** What is above a lock that is given back is acquired anew, next to what is below. */
  @Test
  void releaseInBetween_makesNeighboursOfWhatIsLeft() {
    Consumer<Scene> body =
        scene -> {
          scene.write(scene.a);
          scene.write(scene.b);
          scene.write(scene.c);
          scene.release(scene.b, scene.c, scene.a);
        };
    assertThat(text(body, LockdepProc::lockdep)).contains(": A\n -> [<key>] B\n -> [<key>] C\n\n");
    assertThat(text(body, LockdepProc::chains)).contains("\n[<key>] A\n[<key>] C\n\n");
  }

  @Test
  void chains_areTheSequencesOfHolds() {
    assertThat(text(LockdepProcTest::chain, LockdepProc::chains))
        .isEqualTo(
            """
            all lock chains:
            irq_context: 0
            [<key>] A

            irq_context: 0
            [<key>] A
            [<key>] B

            irq_context: 0
            [<key>] A
            [<key>] B
            [<key>] C

            irq_context: 0
            [<key>] D

            irq_context: hardirq
            [<key>] irq

            """);
  }

  @Test
  void stats_countWhatHappened() {
    String stats = text(LockdepProcTest::chain, LockdepProc::stats);
    assertThat(stats.lines())
        .contains(
            " lock-classes:                            5 [max: 8192]",
            " direct dependencies:                     4 [max: 32768]",
            " indirect dependencies:                   8",
            " dependency chains:                       5 [max: 65536]",
            " in-hardirq chains:                       1",
            " in-process chains:                       4",
            " hardirq-safe locks:                      1",
            " hardirq-unsafe locks:                    3",
            " hardirq-read-unsafe locks:               1",
            " max locking depth:                       3",
            " chain lookup misses:                     5",
            " chain lookup hits:                       3",
            " debug_locks:                             1");
    Pattern line = Pattern.compile(" [a-z_ -]+: {1,30}[ 0-9]{11}( \\[max: \\d+])?");
    assertThat(stats.lines().filter(text -> !text.isEmpty()))
        .allSatisfy(text -> assertThat(text).matches(line));
  }

  /** A second that holds for a microsecond, and one that waits for the first. */
  @Test
  void lockStat_hasARowForEachModeAndThePlacesThatWaited() {
    List<String> text = new ArrayList<>();
    Schedules.one(
        machine -> {
          Lockdep lockdep = Lockdep.on(machine);
          lockdep.recordLockStat(true);
          SpinLock lock = new SpinLock(lockdep, "lock");
          machine.task(
              "a",
              machine.cpu(0),
              () -> {
                lock.lock();
                lock.unlock();
                LockMap rw = lockdep.register("rw");
                lockdep.acquire(rw, Mode.READ, "down_read");
                lockdep.acquired(rw, "down_read");
                lockdep.release(rw);
                lockdep.acquire(rw, Mode.WRITE, "down_write");
                lockdep.contended(rw, "down_write");
                lockdep.acquired(rw, "down_write");
                lockdep.release(rw);
                text.add(lockdep.proc().lockStat());
                lockdep.clearLockStat();
                text.add(lockdep.proc().lockStat());
              });
        });
    List<String> lines = text.getFirst().lines().toList();
    assertThat(lines.get(0)).isEqualTo("lock_stat version 0.4");
    assertThat(lines.get(1)).isEqualTo("-".repeat(221));
    assertThat(lines.get(2)).hasSize(220).startsWith(" ".repeat(30) + "class name    con-bounces");
    assertThat(lines.get(5)).startsWith(" ".repeat(36) + "rw-W:");
    assertThat(counts(lines.get(5))).startsWith("0", "1", "0.00", "0.00", "0.00", "0.00", "0", "1");
    assertThat(lines.get(6)).startsWith(" ".repeat(36) + "rw-R:");
    assertThat(counts(lines.get(6))).startsWith("0", "0", "0.00", "0.00", "0.00", "0.00", "1", "1");
    assertThat(lines.get(7)).isEqualTo(" ".repeat(36) + "----");
    assertThat(lines.get(8)).matches(" {38}rw {14}1 {10}\\[<[0-9a-f]{16}>] down_write");
    assertThat(lines.get(9)).isEqualTo(" ".repeat(36) + "----");
    assertThat(lines.get(10)).matches(" {38}rw {14}1 {10}\\[<[0-9a-f]{16}>] down_read");
    assertThat(lines.get(12)).isEqualTo(".".repeat(221));
    assertThat(lines.getLast()).startsWith(" ".repeat(36) + "lock:");
    assertThat(text.getLast().lines()).hasSize(5);
  }

  private static List<String> counts(String line) {
    Matcher numbers = Pattern.compile(" ([0-9.]+)").matcher(line);
    List<String> counts = new ArrayList<>();
    while (numbers.find()) {
      counts.add(numbers.group(1));
    }
    return counts;
  }
}
