package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfslab.locks.RwsemScript.play;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Toy;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;

/** Who goes on, and in which order, when an rwsem is given back. */
final class RwsemQueueTest {

  @Test
  void upWrite_withReaderWriterReaderQueued_grantsBothReadersAndKeepsTheWriter() {
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 10);
              s.reader("R1", 1, 20);
              s.writer("W", 2, 0);
              s.reader("R2", 3, 30);
              s.look(5);
              s.look(15);
              s.look(25);
            });
    assertThat(log)
        .containsExactly("H", "W+waiters3", "R1", "R2", "R2+waiters1", "R1+waiters1", "W");
  }

  @Test
  void upWrite_withWriterReaderQueued_wakesTheWriterAlone() {
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 10);
              s.writer("W", 1, 20);
              s.reader("R", 2, 0);
              s.look(15);
            });
    assertThat(log).containsExactly("H", "W", "W+waiters1", "R");
  }

  @Test
  void trylocks_whileAWriterMerelyWaits_fail() {
    List<String> log =
        play(
            s -> {
              s.reader("R", 0, 10);
              s.writer("W", 1, 0);
              s.at(
                  5,
                  "T",
                  () ->
                      s.log.add(
                          s.bits() + " " + s.sem.downReadTrylock() + s.sem.downWriteTrylock()));
            });
    assertThat(log).containsExactly("R", "R1+waiters1 falsefalse", "W");
  }

  /** The writer was woken and has not run yet; the lock is free, but not idle. */
  @Test
  void trylocks_beforeAWokenWriterRuns_fail() {
    List<String> log =
        play(
            s -> {
              s.at(
                  0,
                  "R",
                  () -> {
                    s.sem.downRead();
                    s.sleepUntil(10);
                    s.sem.upRead();
                    s.log.add(s.bits() + " " + s.sem.downReadTrylock() + s.sem.downWriteTrylock());
                  });
              s.writer("W", 1, 0);
            });
    assertThat(log).containsExactly("+waiters1 falsefalse", "W");
  }

  @Test
  void reader_whileAWriterWaits_queuesBehindIt() {
    List<String> log =
        play(
            s -> {
              s.reader("R1", 0, 10);
              s.writer("W", 1, 20);
              s.reader("R2", 5, 0);
              s.look(6);
            });
    assertThat(log).containsExactly("R1", "R1+waiters2", "W", "R2");
  }

  @Test
  void downgrade_withReaderWriterReaderQueued_grantsBothReaders() {
    List<String> log =
        play(
            s -> {
              s.at(
                  0,
                  "H",
                  () -> {
                    s.sem.downWrite();
                    s.sleepUntil(10);
                    s.sem.downgradeWrite();
                    s.log.add(s.bits());
                    s.sleepUntil(20);
                    s.sem.upRead();
                  });
              s.reader("R1", 1, 30);
              s.writer("W", 2, 0);
              s.reader("R2", 3, 30);
            });
    assertThat(log).containsExactly("R3+waiters1", "R1", "R2", "W");
  }

  @Test
  void downgrade_withWriterReaderQueued_grantsAndWakesNobody() {
    List<String> log =
        play(
            s -> {
              Task[] writer = new Task[1];
              s.at(
                  0,
                  "H",
                  () -> {
                    s.sem.downWrite();
                    s.sleepUntil(10);
                    s.sem.downgradeWrite();
                    s.log.add(TaskState.name(writer[0].state()));
                    s.sleepUntil(20);
                    s.log.add(s.bits());
                    s.sem.upRead();
                  });
              writer[0] = s.writer("W", 1, 30);
              s.reader("R", 2, 0);
            });
    assertThat(log).containsExactly("D uninterruptible", "R1+waiters2", "W", "R");
  }

  @Test
  void upWrite_with300ReadersQueued_grants256AtFirstAndTheRestWhenThoseHaveLeft() {
    Set<String> looks = new TreeSet<>();
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 1000);
              for (int i = 0; i < 300; i++) {
                s.reader("r", 1 + i, 2000);
              }
              s.at(500, "look1", () -> looks.add("1: " + s.bits()));
              s.at(1500, "look2", () -> looks.add("2: " + s.bits()));
            });
    assertThat(looks).containsExactly("1: W+waiters300", "2: R256+waiters44");
    assertThat(log).hasSize(301);
  }

  @Test
  void upRead_ofTheLastReader_wakesTheWriterAndOfAnotherNobody() {
    List<String> log =
        play(
            s -> {
              Task[] writer = new Task[1];
              s.reader("R1", 0, 10);
              s.reader("R2", 0, 20);
              writer[0] = s.writer("W", 1, 0);
              s.at(15, "look", () -> s.log.add(s.bits() + " " + TaskState.name(writer[0].state())));
            });
    assertThat(log).containsExactly("R1", "R2", "R1+waiters1 D uninterruptible", "W");
  }

  /** In every schedule near the one in which they come at these times. */
  @Test
  void reader_thatComesWhileAWriterWaits_comesInAfterIt() {
    Set<List<String>> orders = new java.util.HashSet<>();
    Exploration exploration =
        Toy.word(
                "writer preference",
                machine -> {
                  List<String> log = new ArrayList<>();
                  RwsemScript s = new RwsemScript(machine, log);
                  s.reader("R1", 0, 10);
                  s.writer("W", 1, 0);
                  s.reader("R2", 5, 0);
                  return new RwsemUsers.Words(s.sem) {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      orders.add(log);
                      return super.atEnd(result);
                    }
                  };
                })
            .explore(new DepthFirst(2));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(orders).containsExactly(List.of("R1", "W", "R2"));
  }

  @Test
  void describe_namesBitsOwnerAndQueueInItsOrder() {
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 10);
              s.reader("R", 1, 0);
              s.writer("W", 2, 0);
              s.waiter("P", 3);
              s.at(5, "look", () -> s.log.add(s.sem.describe()));
            });
    assertThat(log).contains("count 0x3 (WRITER | WAITERS), owner H, queue [R R, W W, P release]");
  }
}
