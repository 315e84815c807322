package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.vfslab.explore.dpor.Statement.Kind;
import org.vfslab.machine.MachineConfig;

/**
 * Tasks that read and write words in a fixed order, so that their traces can be counted without
 * running them. More tasks than a depth-first search could bear.
 */
final class StraightLines {

  /** An access: the word, and whether it is written. */
  private record Use(int word, boolean write) {
    boolean conflictsWith(Use other) {
      return word == other.word && (write || other.write);
    }
  }

  private final List<List<Use>> tasks = new ArrayList<>();
  private int length;

  StraightLines(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    int count = 3 + random.nextInt(4);
    int words = 2 + random.nextInt(2);
    int left = Math.max(count, 6 + random.nextInt(3));
    for (int i = 0; i < count; i++) {
      int uses = Math.max(1, Math.min(1 + random.nextInt(3), left - (count - 1 - i)));
      left -= uses;
      length += uses;
      List<Use> task = new ArrayList<>();
      for (int k = 0; k < uses; k++) {
        task.add(new Use(random.nextInt(words), random.nextInt(5) < 2));
      }
      tasks.add(task);
    }
  }

  Program program() {
    List<Program.Body> bodies = new ArrayList<>();
    for (List<Use> task : tasks) {
      List<Statement> statements = new ArrayList<>();
      for (Use use : task) {
        statements.add(new Statement.Op(use.write ? Kind.WRITE : Kind.READ, use.word, 1));
      }
      bodies.add(new Program.Body(0, statements));
    }
    MachineConfig machine = MachineConfig.DEFAULT.withCpus(1).withRaceDetection(false);
    return new Program(machine, List.of(), bodies, List.of(), List.of(), false);
  }

  /** In how many ways conflicting accesses can be ordered. */
  int traces() {
    Set<Long> traces = new HashSet<>();
    count(new int[tasks.size()], new Use[length], new int[length], new long[length], 0, traces);
    return traces.size();
  }

  private void count(int[] at, Use[] uses, int[] by, long[] hashes, int n, Set<Long> traces) {
    if (n == length) {
      traces.add(Arrays.stream(hashes).map(Traces::mixed).sum());
      return;
    }
    for (int task = 0; task < at.length; task++) {
      if (at[task] < tasks.get(task).size()) {
        Use use = tasks.get(task).get(at[task]);
        long needs = 0;
        for (int i = 0; i < n; i++) {
          if (by[i] != task && uses[i].conflictsWith(use)) {
            needs += Traces.mixed(hashes[i]);
          }
        }
        uses[n] = use;
        by[n] = task;
        hashes[n] = Traces.mixed(Traces.mixed(Traces.mixed(task) + at[task]) + needs);
        at[task]++;
        count(at, uses, by, hashes, n + 1, traces);
        at[task]--;
      }
    }
  }
}
