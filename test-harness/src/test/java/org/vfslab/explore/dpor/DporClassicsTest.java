package org.vfslab.explore.dpor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;

/**
 * The benchmarks of Flanagan and Godefroid (POPL 2005) and of Abdulla and others (POPL 2014), with
 * the numbers of executions published there for optimal reduction.
 */
final class DporClassicsTest {

  private static final int INODES = 32;
  private static final int BLOCKS = 26;
  private static final int SLOTS = 128;

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 4", "8, 256"})
  void readers(int readers, long executions) {
    Exploration exploration =
        explore(
            1,
            machine -> {
              AtomicWord word = new AtomicWord(machine, "x", 0);
              machine.task("writer", () -> word.writeOnce(1));
              for (int i = 0; i < readers; i++) {
                machine.task("reader" + i, word::readOnce);
              }
              return Properties.NONE;
            });

    assertOptimal(exploration, executions);
  }

  @ParameterizedTest
  @CsvSource({"5, 64", "10, 3328"})
  void lastzero(int writers, long executions) {
    Exploration exploration =
        explore(
            1,
            machine -> {
              List<AtomicWord> array = words(machine, writers + 1);
              machine.task(
                  "finder",
                  () -> {
                    int i = writers;
                    while (array.get(i).readOnce() != 0) {
                      i--;
                    }
                  });
              for (int i = 1; i <= writers; i++) {
                int own = i;
                machine.task(
                    "writer" + i,
                    () -> array.get(own).writeOnce(array.get(own - 1).readOnce() + 1));
              }
              return Properties.NONE;
            });

    assertOptimal(exploration, executions);
  }

  @ParameterizedTest
  @CsvSource({"11, 1", "12, 8", "13, 64"})
  void indexer(int threads, long executions) {
    Exploration exploration =
        explore(
            1,
            machine -> {
              List<AtomicWord> table = words(machine, SLOTS);
              for (int i = 0; i < threads; i++) {
                int own = i;
                machine.task("indexer" + i, () -> index(table, own));
              }
              return Properties.NONE;
            });

    assertOptimal(exploration, executions);
  }

  private static void index(List<AtomicWord> table, int thread) {
    for (int message = 1; message <= 4; message++) {
      int word = message * 11 + thread;
      int slot = word * 7 % SLOTS;
      while (!table.get(slot).compareAndSet(0, word)) {
        slot = (slot + 1) % SLOTS;
      }
    }
  }

  /**
   * With preemption for the published mutex: all threads that use the same block are on one CPU.
   */
  @ParameterizedTest
  @CsvSource({"13, 1", "14, 2", "16, 8", "18, 32", "19, 64"})
  void filesystem(int threads, long executions) {
    Exploration exploration =
        explore(
            BLOCKS / 2,
            machine -> {
              List<AtomicWord> inodes = words(machine, INODES);
              List<AtomicWord> busy = words(machine, BLOCKS);
              for (int i = 0; i < threads; i++) {
                int own = i;
                machine.task(
                    "thread" + i,
                    () -> {
                      Context me = machine.current();
                      int block = own % INODES * 2 % BLOCKS;
                      me.preemptDisable();
                      while (busy.get(block).readOnce() != 0) {
                        block = (block + 1) % BLOCKS;
                      }
                      busy.get(block).writeOnce(1);
                      inodes.get(own % INODES).writeOnce(block + 1);
                      me.preemptEnable();
                    });
              }
              return allocated(inodes, threads);
            });

    assertOptimal(exploration, executions);
  }

  /**
   * With spinning locks as published: each pair of threads that meet at a block has two orders.
   * Calls as steps, a thread that finds the lock held makes a step of its own in which it disables
   * preemption, so that either of the two orders in which that and the unlock can come counts.
   */
  @ParameterizedTest
  @CsvSource({
    "13, WORD, 1",
    "14, WORD, 2",
    "16, WORD, 8",
    "18, WORD, 32",
    "13, CALL, 1",
    "14, CALL, 4",
    "15, CALL, 16"
  })
  void filesystemWithSpinLocks(
      int threads, MachineConfig.Granularity granularity, long executions) {
    Exploration exploration =
        explore(
            INODES,
            granularity,
            machine -> {
              List<AtomicWord> inodes = words(machine, INODES);
              List<AtomicWord> busy = words(machine, BLOCKS);
              Lockdep lockdep = Lockdep.off(machine);
              List<SpinLock> locks = new ArrayList<>();
              for (int i = 0; i < BLOCKS; i++) {
                locks.add(new SpinLock(lockdep, "block" + i));
              }
              for (int i = 0; i < threads; i++) {
                int own = i;
                machine.task(
                    "thread" + i,
                    () -> {
                      int block = own % INODES * 2 % BLOCKS;
                      while (!allocate(locks.get(block), busy.get(block))) {
                        block = (block + 1) % BLOCKS;
                      }
                      inodes.get(own % INODES).writeOnce(block + 1);
                    });
              }
              return allocated(inodes, threads);
            });

    assertOptimal(exploration, executions);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 6", "4, 24", "5, 120"})
  void sectionsOfOneLock(int tasks, long executions) {
    Exploration exploration =
        explore(
            tasks,
            MachineConfig.Granularity.WORD,
            machine -> {
              SpinLock lock = new SpinLock(Lockdep.off(machine), "lock");
              for (int i = 0; i < tasks; i++) {
                machine.task(
                    "t" + i,
                    () -> {
                      lock.lock();
                      lock.unlock();
                    });
              }
              return Properties.NONE;
            });

    assertOptimal(exploration, executions);
  }

  private static boolean allocate(SpinLock lock, AtomicWord busy) {
    lock.lock();
    boolean free = busy.readOnce() == 0;
    if (free) {
      busy.writeOnce(1);
    }
    lock.unlock();
    return free;
  }

  /** Every thread's inode has a block of its own. */
  private static Properties allocated(List<AtomicWord> inodes, int threads) {
    return new Properties() {
      @Override
      public String observation() {
        return inodes.toString();
      }

      @Override
      public @Nullable String atEnd(RunResult result) {
        long different =
            inodes.stream().mapToLong(AtomicWord::peek).filter(b -> b != 0).distinct().count();
        return different == threads ? null : "a block was given to two";
      }
    };
  }

  private static List<AtomicWord> words(Machine machine, int count) {
    List<AtomicWord> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(new AtomicWord(machine, "word" + i, 0));
    }
    return words;
  }

  private static Exploration explore(int cpus, Function<Machine, Properties> body) {
    return explore(cpus, MachineConfig.DEFAULT.granularity(), body);
  }

  private static Exploration explore(
      int cpus, MachineConfig.Granularity granularity, Function<Machine, Properties> body) {
    MachineConfig machine =
        MachineConfig.DEFAULT.withCpus(cpus).withGranularity(granularity).withRaceDetection(false);
    return new Toy("classic", machine, body).explore(new OptimalDpor());
  }

  private static void assertOptimal(Exploration exploration, long executions) {
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(exploration.executions()).isEqualTo(executions);
    assertThat(exploration.cut()).isZero();
  }
}
