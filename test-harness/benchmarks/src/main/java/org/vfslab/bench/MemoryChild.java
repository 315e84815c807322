package org.vfslab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Strategy;
import org.vfslab.machine.Completion;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;

/** What {@link MemorySuite} runs in a JVM with a small heap; prints lines {@code name=number}. */
final class MemoryChild {

  private static final int CELLS = 1_000_000;
  private static final int TASKS = 10_000;
  private static final int COLLECTIONS = 2;

  /** How often an exploration is stopped for a garbage collection, to see what is left. */
  private static final int LOOKS = 10;

  private MemoryChild() {}

  /** Runs what the first argument says. */
  public static void main(String[] args) {
    if (args[0].equals("objects")) {
      objects();
    } else {
      for (Subject subject : SUBJECTS) {
        if (subject.name.equals(args[0])) {
          explore(subject, Long.parseLong(args[1]));
        }
      }
    }
  }

  // ---- cells and tasks

  private static void objects() {
    MachineConfig config = MachineConfig.DEFAULT.withStepsMax(Long.MAX_VALUE);
    Machine machine = Machine.deterministic(config, new FirstCome());
    long empty = used();
    AtomicWord[] cells = new AtomicWord[CELLS];
    for (int i = 0; i < CELLS; i++) {
      cells[i] = new AtomicWord(machine, "cell", 0);
    }
    long withCells = used();
    print("cells", CELLS);
    print("cells.bytes", withCells - empty);

    Completion never = new Completion(machine, "never");
    AtomicWord word = new AtomicWord(machine, "word", 0);
    for (int i = 0; i < TASKS; i++) {
      machine.kernelThread(
          "task",
          machine.cpu(i % config.cpus()),
          () -> {
            word.fetchAdd(1);
            never.waitForCompletion();
          });
    }
    // Chance takes the first that can, so this one runs when all others are blocked.
    machine.kernelThread(
        "last",
        machine.cpu(0),
        () -> {
          word.readOnce();
          long withTasks = used();
          print("tasks", word.peek());
          print("tasks.bytes", withTasks - withCells);
          print("used", withTasks);
        });
    RunResult result = machine.run();
    if (result.outcome() != RunResult.Outcome.DONE || word.peek() != TASKS) {
      throw new IllegalStateException("not all tasks ran: " + result.outcome());
    }
    if (cells[CELLS - 1].peek() != 0) {
      throw new IllegalStateException("a cell has changed");
    }
  }

  private static long used() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }

  // ---- explorations

  /** What is explored; each has more executions than are wanted. */
  record Subject(String name, Supplier<Strategy> strategy, Program program) {}

  /** The last is the worst case of wakeup trees: a branch for each subset of the readers. */
  static final List<Subject> SUBJECTS =
      List.of(
          new Subject("dfs-counter", DepthFirst::new, Programs.counter(2, 14)),
          new Subject("dpor-counter", OptimalDpor::new, Programs.counter(2, 14)),
          new Subject("dpor-lastwrite", OptimalDpor::new, Programs.lastwrite(11)),
          new Subject("dpor-readers", OptimalDpor::new, Programs.readers(24)));

  private static void explore(Subject subject, long executions) {
    AtomicLong peak = new AtomicLong();
    long every = Math.max(1, executions / LOOKS);
    Observer observer =
        (made, progress) -> {
          if (made % every == 0) {
            peak.accumulateAndGet(used(), Math::max);
          }
          return true;
        };
    Limits limits = Limits.EXHAUST.withExecutionsMax(executions);
    Exploration seen =
        new Explorer(subject.program, limits, observer).explore(subject.strategy.get());
    print("executions", seen.executions());
    print("nanos", seen.nanos());
    print("peak", peak.get());
  }

  private static void print(String name, long number) {
    System.out.println(name + "=" + number);
  }
}
