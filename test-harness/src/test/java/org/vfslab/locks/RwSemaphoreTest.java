package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.PartialOrderSampling;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;

/**
 * Verifies {@link RwSemaphore} word by word: exclusion, order of what it protects, no hang. The
 * letters are those of {@link RwsemUsers}.
 */
final class RwSemaphoreTest {

  private static void holdsComplete(Exploration exploration) {
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** Every order of conflicting steps of two tasks: on two CPUs, on one, and spinning. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "WW", "RW", "RR", "DW", "DR", "DD", "rW", "wR", "rD", "wW", "rw", "KW", "kW", "PW"
      })
  void twoTasks_inEveryOrder_excludeAndNeverHang(String letters) {
    holdsComplete(RwsemUsers.unwatched(letters, RwsemUsers.cpus(2)).explore(new OptimalDpor()));
    holdsComplete(RwsemUsers.unwatched(letters, RwsemUsers.cpus(1)).explore(new OptimalDpor()));
    holdsComplete(
        RwsemUsers.unwatched(letters, RwsemUsers.cpus(2).withSpinOnOwner(true))
            .explore(new OptimalDpor()));
  }

  /** Every order of conflicting steps of three. */
  @ParameterizedTest
  @CsvSource({"WWW, 1", "RWW, 1", "PPW, 3"})
  void threeTasks_inEveryOrder_excludeAndNeverHang(String letters, int cpus) {
    holdsComplete(RwsemUsers.unwatched(letters, RwsemUsers.cpus(cpus)).explore(new OptimalDpor()));
  }

  /** Every schedule of two tasks, with the words watched at each step. */
  @ParameterizedTest
  @ValueSource(strings = {"WW", "RR", "rw", "ww"})
  void twoTasks_inEverySchedule_keepTheWords(String letters) {
    holdsComplete(RwsemUsers.watched(letters, RwsemUsers.cpus(2)).explore(new DepthFirst()));
  }

  @ParameterizedTest
  @CsvSource({
    "RW, 5", "rW, 6", "wR, 6", "DW, 4", "DR, 4", "RWR, 3", "RRW, 3", "WWR, 3", "WWW, 3", "DRW, 3",
    "rWR, 3", "wRW, 3", "RWRW, 2", "WRRR, 2", "DRWR, 2"
  })
  void moreTasks_withinABound_keepTheWords(String letters, int preemptions) {
    holdsWithin(RwsemUsers.watched(letters, RwsemUsers.cpus(2)), preemptions);
  }

  @ParameterizedTest
  @CsvSource({
    "RRW, 3", "RWR, 2", "WWR, 2", "WWW, 2", "DRW, 2", "DWW, 2", "rWR, 2", "KWR, 2", "PWR, 2"
  })
  void moreTasks_withACpuEach_keepTheWords(String letters, int preemptions) {
    holdsWithin(RwsemUsers.watched(letters, RwsemUsers.cpus(3)), preemptions);
  }

  /** Too many orders to try them all; some, of which none is likelier than others. */
  @ParameterizedTest
  @ValueSource(strings = {"RRW", "DRW"})
  void moreTasks_sampled_keepTheWords(String letters) {
    Exploration exploration =
        RwsemUsers.watched(letters, RwsemUsers.cpus(3)).explore(new PartialOrderSampling(1, 5_000));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
  }

  private static void holdsWithin(Toy toy, int preemptions) {
    Exploration exploration = toy.explore(new DepthFirst(preemptions));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
  }

  @Test
  void moreTasks_onOneCpu_keepTheWords() {
    for (String letters : List.of("RWR", "WWR", "DRW")) {
      holdsWithin(RwsemUsers.watched(letters, RwsemUsers.cpus(1)), 3);
    }
  }

  @Test
  void readers_shareTheLockInSomeSchedule() {
    int[] most = new int[1];
    Toy.word(
            "readers",
            machine -> {
              RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
              Inside inside = new Inside(machine);
              for (String name : List.of("r1", "r2")) {
                machine.task(name, () -> RwsemUsers.use('R', sem, inside));
              }
              return new Properties() {
                @Override
                public @Nullable String atEnd(RunResult result) {
                  most[0] = Math.max(most[0], inside.readersMost());
                  return null;
                }
              };
            })
        .explore(new DepthFirst());
    assertThat(most[0]).isEqualTo(2);
  }

  /** Reading is not recursive: it hangs if a writer queues in between. */
  @Test
  void readTwice_withAWriterBetween_deadlocksInSomeSchedule() {
    Exploration exploration =
        Toy.word(
                "recursive read",
                machine -> {
                  RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
                  machine.task(
                      "reader",
                      () -> {
                        sem.downRead();
                        sem.downRead(); // BROKEN: the writer is in the queue before us
                        sem.upRead();
                        sem.upRead();
                      });
                  machine.task(
                      "writer",
                      () -> {
                        sem.downWrite();
                        sem.upWrite();
                      });
                  return Properties.NONE;
                })
            .explore(new DepthFirst());
    assertThat(exploration.failures().getFirst().finding().title())
        .isEqualTo("deadlock of reader, writer");
  }

  /** What is one step holds as well as what is many: the same tasks, four at a time. */
  @Test
  void fourTasks_atTheGranularityOfCalls_excludeAndNeverHang() {
    MachineConfig calls = Toy.WORD.withGranularity(MachineConfig.Granularity.CALL);
    for (String letters : List.of("RWRW", "DWRr", "RRWw")) {
      holdsWithin(RwsemUsers.watched(letters, calls), 2);
    }
  }
}
