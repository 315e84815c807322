package org.vfslab.bench;

import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RawLock;
import org.vfslab.memory.AtomicWord;

/**
 * The programs on which papers on dynamic partial-order reduction measure, and some of ours. Each
 * task has a CPU for itself; each access to a word is a step.
 */
final class Programs {

  // Flanagan and Godefroid, POPL 2005, figures 1 and 2.
  private static final int INDEXER_SIZE = 128;
  private static final int INDEXER_MAX = 4;
  private static final int FILESYSTEM_BLOCKS = 26;
  private static final int FILESYSTEM_INODES = 32;

  private Programs() {}

  static MachineConfig words(int tasks) {
    return MachineConfig.DEFAULT
        .withCpus(tasks)
        .withGranularity(MachineConfig.Granularity.WORD)
        .withStepsMax(100_000);
  }

  private static MachineConfig calls(int tasks) {
    return words(tasks).withGranularity(MachineConfig.Granularity.CALL);
  }

  /** One writes a word, the others read it. */
  static Program readers(int readers) {
    return new Program(
        "readers(" + readers + ")",
        words(readers + 1),
        machine -> {
          AtomicWord x = new AtomicWord(machine, "x", 0);
          machine.task("writer", () -> x.writeOnce(1));
          for (int i = 0; i < readers; i++) {
            machine.task("reader" + i, x::readOnce);
          }
        });
  }

  /** Each of {@code writers} makes its element one more than its neighbour; one looks for a 0. */
  static Program lastzero(int writers) {
    return new Program(
        "lastzero(" + writers + ")",
        words(writers + 1),
        machine -> {
          AtomicWord[] array = wordsOf(machine, "a", writers + 1);
          machine.task(
              "searcher",
              () -> {
                int i = writers;
                while (array[i].readOnce() != 0) {
                  i--;
                }
              });
          for (int j = 1; j <= writers; j++) {
            int at = j;
            machine.task("writer" + j, () -> array[at].writeOnce(array[at - 1].readOnce() + 1));
          }
        });
  }

  /** Insert into a shared hash table with compare-and-swap; from 12 tasks on there are clashes. */
  static Program indexer(int tasks) {
    return new Program(
        "indexer(" + tasks + ")",
        words(tasks),
        machine -> {
          AtomicWord[] table = wordsOf(machine, "t", INDEXER_SIZE);
          for (int tid = 0; tid < tasks; tid++) {
            int me = tid;
            machine.task(
                "thread" + tid,
                () -> {
                  for (int m = 1; m <= INDEXER_MAX; m++) {
                    int w = m * 11 + me;
                    int h = w * 7 % INDEXER_SIZE;
                    while (!table[h].compareAndSet(0, w)) {
                      h = (h + 1) % INDEXER_SIZE;
                    }
                  }
                });
          }
        });
  }

  /** Allocate a block for an inode each, with a lock each; from 14 tasks on there are clashes. */
  static Program filesystem(int tasks) {
    return new Program(
        "filesystem(" + tasks + ")",
        words(tasks),
        machine -> {
          AtomicWord[] inode = wordsOf(machine, "inode", FILESYSTEM_INODES);
          AtomicWord[] busy = wordsOf(machine, "busy", FILESYSTEM_BLOCKS);
          RawLock[] locki = locksOf(machine, "locki", FILESYSTEM_INODES);
          RawLock[] lockb = locksOf(machine, "lockb", FILESYSTEM_BLOCKS);
          for (int tid = 0; tid < tasks; tid++) {
            int i = tid % FILESYSTEM_INODES;
            machine.task(
                "thread" + tid,
                () -> {
                  locki[i].lock(machine.current());
                  if (inode[i].readOnce() == 0) {
                    allocate(machine, i, inode, busy, lockb);
                  }
                  locki[i].unlock(machine.current());
                });
          }
        });
  }

  private static void allocate(
      Machine machine, int i, AtomicWord[] inode, AtomicWord[] busy, RawLock[] lockb) {
    int b = i * 2 % FILESYSTEM_BLOCKS;
    while (true) {
      lockb[b].lock(machine.current());
      if (busy[b].readOnce() == 0) {
        busy[b].writeOnce(1);
        inode[i].writeOnce(b + 1);
        lockb[b].unlock(machine.current());
        return;
      }
      lockb[b].unlock(machine.current());
      b = (b + 1) % FILESYSTEM_BLOCKS;
    }
  }

  /** All write the same word: every order is different. */
  static Program lastwrite(int tasks) {
    return new Program(
        "lastwrite(" + tasks + ")",
        words(tasks),
        machine -> {
          AtomicWord x = new AtomicWord(machine, "x", 0);
          for (int i = 0; i < tasks; i++) {
            int value = i;
            machine.task("writer" + i, () -> x.writeOnce(value));
          }
        });
  }

  /** Each adds to one counter so often. */
  static Program counter(int tasks, int times) {
    return new Program(
        "counter(" + tasks + "," + times + ")",
        words(tasks),
        machine -> {
          AtomicWord x = new AtomicWord(machine, "x", 0);
          for (int i = 0; i < tasks; i++) {
            machine.task(
                "adder" + i,
                () -> {
                  for (int k = 0; k < times; k++) {
                    x.fetchAdd(1);
                  }
                });
          }
        });
  }

  /** Store buffering: each writes its own word, then reads the other's. */
  static Program storeBuffering() {
    return new Program(
        "SB",
        words(2),
        machine -> {
          AtomicWord[] x = wordsOf(machine, "x", 2);
          for (int i = 0; i < 2; i++) {
            int me = i;
            machine.task(
                "t" + i,
                () -> {
                  x[me].writeOnce(1);
                  x[1 - me].readOnce();
                });
          }
        });
  }

  /** Independent reads of independent writes. */
  static Program iriw() {
    return new Program(
        "IRIW",
        words(4),
        machine -> {
          AtomicWord[] x = wordsOf(machine, "x", 2);
          for (int i = 0; i < 2; i++) {
            int me = i;
            machine.task("writer" + i, () -> x[me].writeOnce(1));
            machine.task(
                "reader" + i,
                () -> {
                  x[me].readOnce();
                  x[1 - me].readOnce();
                });
          }
        });
  }

  /** Each takes the same spinning lock once. */
  static Program sections(int tasks) {
    return new Program(
        "lock(" + tasks + ")",
        words(tasks),
        machine -> {
          RawLock lock = new RawLock(machine, "lock");
          for (int i = 0; i < tasks; i++) {
            machine.task(
                "t" + i,
                () -> {
                  lock.lock(machine.current());
                  lock.unlock(machine.current());
                });
          }
        });
  }

  /** Pairs of tasks, in each of which one wakes the other; the pairs have nothing in common. */
  static Program pairs(int pairs) {
    return new Program(
        "pairs(" + pairs + ")",
        calls(2 * pairs),
        machine -> {
          for (int i = 0; i < pairs; i++) {
            Completion done = new Completion(machine, "done" + i);
            machine.task("waker" + i, done::complete);
            machine.task("waiter" + i, done::waitForCompletion);
          }
        });
  }

  /** Two tasks in and out of a sleeping lock, calls as steps. */
  static Program rwsemSections(int sections) {
    return new Program(
        "rwsem read, 2 tasks x " + sections,
        calls(2),
        machine -> {
          RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
          for (int i = 0; i < 2; i++) {
            machine.task(
                "t" + i,
                () -> {
                  for (int k = 0; k < sections; k++) {
                    sem.downRead();
                    sem.upRead();
                  }
                });
          }
        });
  }

  private static AtomicWord[] wordsOf(Machine machine, String name, int count) {
    AtomicWord[] words = new AtomicWord[count];
    for (int i = 0; i < count; i++) {
      words[i] = new AtomicWord(machine, name + i, 0);
    }
    return words;
  }

  private static RawLock[] locksOf(Machine machine, String name, int count) {
    RawLock[] locks = new RawLock[count];
    for (int i = 0; i < count; i++) {
      locks[i] = new RawLock(machine, name + i);
    }
    return locks;
  }
}
