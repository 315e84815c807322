package org.vfslab.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Does lockdep, which sees each program run alone, say the same as a search through all ways in
 * which the programs can run against each other?
 */
final class BruteForceTest {
  private static final int LOCKS = 3;
  private static final List<Mode> MODES = List.of(Mode.values());
  private static final int PROGRAMS = 700;

  /** A lock taken in some mode; the locks are given back in reverse order. */
  private record Hold(int lock, Mode mode) {}

  /** No lock twice in one program. */
  private static List<Hold> program(Random dice, int depth) {
    List<Integer> locks = new ArrayList<>(List.of(0, 1, 2));
    Collections.shuffle(locks, dice);
    List<Hold> holds = new ArrayList<>();
    for (int lock : locks.subList(0, depth)) {
      holds.add(new Hold(lock, MODES.get(dice.nextInt(MODES.size()))));
    }
    return holds;
  }

  /** Each program alone, one after the other. */
  private static boolean isReported(List<List<Hold>> programs) {
    return !Scene.titles(
            scene -> {
              LockMap[] maps = {scene.a, scene.b, scene.c};
              for (List<Hold> program : programs) {
                for (Hold hold : program) {
                  scene.acquire(maps[hold.lock], hold.mode);
                }
                for (Hold hold : program.reversed()) {
                  scene.release(maps[hold.lock]);
                }
              }
            })
        .isEmpty();
  }

  /** All programs at once, and a writer of each lock; a waiting writer keeps fair readers out. */
  private static boolean canDeadlock(List<List<Hold>> programs) {
    List<List<Hold>> tasks = new ArrayList<>(programs);
    for (int lock = 0; lock < LOCKS; lock++) {
      tasks.add(List.of(new Hold(lock, Mode.WRITE)));
    }
    return canDeadlock(tasks, new int[tasks.size()], new boolean[tasks.size()], new HashSet<>());
  }

  /**
   * Whether everybody who is not done can come to wait.
   *
   * @param at how many steps of each task are done: as many to take its locks as to give them back
   * @param waits who has tried to take the next lock in vain
   */
  private static boolean canDeadlock(
      List<List<Hold>> tasks, int[] at, boolean[] waits, Set<Long> seen) {
    long state = 0;
    for (int i = 0; i < at.length; i++) {
      state = state * 16 + at[i] * 2L + (waits[i] ? 1 : 0);
    }
    if (!seen.add(state)) {
      return false;
    }
    boolean allDone = true;
    boolean moved = false;
    for (int i = 0; i < at.length; i++) {
      List<Hold> holds = tasks.get(i);
      if (at[i] == 2 * holds.size()) {
        continue;
      }
      allDone = false;
      boolean granted = at[i] >= holds.size() || isGranted(tasks, at, waits, i);
      if (!granted && waits[i]) {
        continue;
      }
      moved = true;
      int[] nextAt = at.clone();
      boolean[] nextWaits = waits.clone();
      nextAt[i] += granted ? 1 : 0;
      nextWaits[i] = !granted;
      if (canDeadlock(tasks, nextAt, nextWaits, seen)) {
        return true;
      }
    }
    return !moved && !allDone;
  }

  private static boolean isGranted(List<List<Hold>> tasks, int[] at, boolean[] waits, int me) {
    Hold wanted = tasks.get(me).get(at[me]);
    for (int i = 0; i < at.length; i++) {
      List<Hold> holds = tasks.get(i);
      for (int k = 0; k < holds.size(); k++) {
        Hold other = holds.get(k);
        boolean held = k < at[i] && k < 2 * holds.size() - at[i];
        boolean waiting = waits[i] && k == at[i];
        if (i != me
            && other.lock == wanted.lock
            && ((held && (other.mode == Mode.WRITE || wanted.mode == Mode.WRITE))
                || (waiting && other.mode == Mode.WRITE && wanted.mode == Mode.READ))) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void whatCanDeadlock_isReported() {
    Random dice = new Random(1);
    int deadlocks = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      List<List<Hold>> programs = new ArrayList<>();
      for (int k = 0; k < 2 + dice.nextInt(2); k++) {
        programs.add(program(dice, 2 + dice.nextInt(2)));
      }
      if (canDeadlock(programs)) {
        deadlocks++;
        assertThat(isReported(programs)).as(programs.toString()).isTrue();
      }
    }
    assertThat(deadlocks).isBetween(PROGRAMS / 5, PROGRAMS * 4 / 5);
  }

  /** With more than two locks a third can keep the others from meeting, which lockdep ignores. */
  @Test
  void whatIsReportedOfPairs_canDeadlock() {
    Random dice = new Random(2);
    int reports = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      List<List<Hold>> programs = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        programs.add(program(dice, 2));
      }
      if (isReported(programs)) {
        reports++;
        assertThat(canDeadlock(programs)).as(programs.toString()).isTrue();
      }
    }
    assertThat(reports).isBetween(PROGRAMS / 5, PROGRAMS * 4 / 5);
  }
}
