package org.vfslab.locks;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;

/**
 * Tasks that use one rwsem, each told by a letter: R reads, W writes, D writes and downgrades, r
 * and w only try, K and k are a writer and a reader that a fatal signal can end, P waits for a
 * release.
 */
final class RwsemUsers {
  private static final long WAITERS = 2;
  private static final long HANDOFF = 4;

  private RwsemUsers() {}

  /** What must hold of the words at every step and at the end. */
  static class Words implements Properties {
    private final RwSemaphore sem;

    Words(RwSemaphore sem) {
      this.sem = sem;
    }

    @Override
    public boolean watchesSteps() {
      return true;
    }

    @Override
    public @Nullable String afterStep() {
      long word = sem.countWord();
      if (word < 0) {
        return "the count is negative: " + sem;
      }
      if (!sem.isQueueChanging() && ((word & WAITERS) != 0) != (sem.waiterCount() > 0)) {
        return "WAITERS does not tell whether somebody is queued: " + sem;
      }
      if (!sem.isQueueChanging() && (word & HANDOFF) != 0 && sem.waiterCount() == 0) {
        return "HANDOFF with nobody queued: " + sem;
      }
      return null;
    }

    @Override
    public @Nullable String atEnd(RunResult result) {
      return sem.countWord() == 0 ? null : "not idle at the end: " + sem;
    }
  }

  /** Only what can be asked at the end; so that orders that nobody sees count as one. */
  static Properties idleAtEnd(RwSemaphore sem) {
    return new Properties() {
      @Override
      public @Nullable String atEnd(RunResult result) {
        return sem.countWord() == 0 && sem.waiterCount() == 0
            ? null
            : "not idle at the end: " + sem;
      }
    };
  }

  /** What an exploration has found, in full. */
  static List<String> findings(Exploration exploration) {
    return exploration.failures().stream()
        .map(FoundFailure::finding)
        .map(finding -> finding.title() + "\n" + finding.text())
        .toList();
  }

  /** A machine of these CPUs on which every access to a word is a step. */
  static MachineConfig cpus(int cpus) {
    return Toy.WORD.withCpus(cpus);
  }

  /** The words are looked at after each step, and lockdep and the debug checks are on. */
  static Toy watched(String letters, MachineConfig config) {
    return tasks(letters, config, true);
  }

  /** For the reduction: nothing is looked at but the end and what the tasks see. */
  static Toy unwatched(String letters, MachineConfig config) {
    return tasks(letters, config, false);
  }

  private static Toy tasks(String letters, MachineConfig config, boolean watched) {
    return new Toy(
        letters,
        config,
        machine -> {
          Lockdep lockdep = watched ? Lockdep.on(machine) : Lockdep.off(machine);
          RwSemaphore sem = new RwSemaphore(lockdep, "sem");
          Inside inside = new Inside(machine);
          for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            machine.task(letter + String.valueOf(i), () -> use(letter, sem, inside));
          }
          return watched ? new Words(sem) : idleAtEnd(sem);
        });
  }

  static void use(char letter, RwSemaphore sem, Inside inside) {
    switch (letter) {
      case 'R' -> {
        sem.downRead();
        inside.read();
        sem.upRead();
      }
      case 'W' -> {
        sem.downWrite();
        inside.write();
        sem.upWrite();
      }
      case 'D' -> {
        sem.downWrite();
        inside.write();
        sem.downgradeWrite();
        inside.read();
        sem.upRead();
      }
      case 'r' -> {
        if (sem.downReadTrylock()) {
          inside.read();
          sem.upRead();
        }
      }
      case 'w' -> {
        if (sem.downWriteTrylock()) {
          inside.write();
          sem.upWrite();
        }
      }
      case 'K' -> {
        if (sem.downWriteKillable() == 0) {
          inside.write();
          sem.upWrite();
        }
      }
      case 'k' -> {
        if (sem.downReadKillable() == 0) {
          inside.read();
          sem.upRead();
        }
      }
      case 'P' -> sem.rwsemWait();
      default -> throw new IllegalArgumentException(String.valueOf(letter));
    }
  }
}
