package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.PartialOrderSampling;
import org.vfslab.explore.Properties;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Strategy;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;

/** Explores a lock word by word and demands that nothing is found. */
final class Verify {

  private static final Limits PATIENCE = new Limits(Long.MAX_VALUE, Duration.ofSeconds(25), 1);

  private Verify() {}

  /** Every order of conflicting steps; the exploration must end. */
  static void everySchedule(String name, int cpus, Function<Machine, Properties> body) {
    everySchedule(name, Toy.WORD.withCpus(cpus), body);
  }

  /** The same on a machine of one's own. */
  static void everySchedule(String name, MachineConfig config, Function<Machine, Properties> body) {
    Exploration exploration =
        new Explorer(new Toy(name, config, body), PATIENCE, Observer.NONE)
            .explore(new OptimalDpor());
    assertThat(findings(exploration)).as(name).isEmpty();
    assertThat(exploration.verdict()).as(name).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** Every schedule with so many preemptions. */
  static void within(int preemptions, String name, int cpus, Function<Machine, Properties> body) {
    within(preemptions, name, Toy.WORD.withCpus(cpus), body);
  }

  /** The same on a machine of one's own. */
  static void within(
      int preemptions, String name, MachineConfig config, Function<Machine, Properties> body) {
    Exploration exploration =
        new Explorer(new Toy(name, config, body), PATIENCE, Observer.NONE)
            .explore(new DepthFirst(preemptions));
    assertThat(findings(exploration)).as(name).isEmpty();
    assertThat(exploration.verdict())
        .as(name)
        .isIn(Verdict.HOLDS_WITHIN_BOUND, Verdict.HOLDS_COMPLETE);
  }

  /** So many schedules by the throw of dice, where there are too many for more. */
  static void sampled(int executions, String name, int cpus, Function<Machine, Properties> body) {
    for (Strategy strategy :
        List.of(new RandomWalk(1, executions / 2), new PartialOrderSampling(2, executions / 2))) {
      Exploration exploration =
          new Explorer(new Toy(name, Toy.WORD.withCpus(cpus), body), PATIENCE, Observer.NONE)
              .explore(strategy);
      assertThat(findings(exploration)).as(name).isEmpty();
    }
  }

  /** What the shortest search finds first. */
  static String found(String name, int cpus, Function<Machine, Properties> body) {
    Exploration exploration =
        new Explorer(new Toy(name, Toy.WORD.withCpus(cpus), body), PATIENCE, Observer.NONE)
            .explore(new OptimalDpor());
    return exploration.failures().isEmpty()
        ? "nothing"
        : exploration.failures().getFirst().finding().title();
  }

  static List<String> findings(Exploration exploration) {
    return exploration.failures().stream()
        .map(FoundFailure::finding)
        .map(finding -> finding.title() + "\n" + finding.text())
        .toList();
  }

  /** A sentence about the end of a run, or null. */
  interface AtEnd {
    @Nullable String look();
  }

  static Properties atEnd(AtEnd look) {
    return new Properties() {
      @Override
      public @Nullable String atEnd(RunResult result) {
        return look.look();
      }
    };
  }

  /**
   * What a lock protects: counts who is inside in a shared word, so that every overlap is a
   * conflict of steps, and has plain data in it, so that a lock that excludes without ordering is
   * found too.
   */
  static final class Room {
    private static final long WRITER = 1000;

    private final AtomicWord inside;
    private final PlainWord data;

    Room(Machine machine) {
      inside = new AtomicWord(machine, "inside", 0);
      data = new PlainWord(machine, "data", 0);
    }

    void enterRead() {
      check(inside.addReturn(1));
      data.get();
    }

    void leaveRead() {
      inside.addReturn(-1);
    }

    void read() {
      enterRead();
      leaveRead();
    }

    void write() {
      check(inside.addReturn(WRITER));
      data.set(data.get() + 1);
      inside.addReturn(-WRITER);
    }

    private static void check(long inside) {
      if (inside > WRITER || inside < 0) {
        throw new KernelFault(
            ReportKind.BUG,
            inside / WRITER + " writers and " + inside % WRITER + " readers inside");
      }
    }

    long written() {
      return data.peek();
    }

    long insideNow() {
      return inside.peek();
    }
  }
}
