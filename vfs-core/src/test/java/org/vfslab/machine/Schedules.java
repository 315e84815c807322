package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.vfslab.trace.TraceEvent;

/** Runs small programs under a fixed, a seeded, or every answer of chance. */
public final class Schedules {

  /** Two CPUs and every access to a word a step. */
  public static final MachineConfig WORD =
      MachineConfig.DEFAULT
          .withGranularity(MachineConfig.Granularity.WORD)
          .withStepsMax(20_000)
          .withHangAfterNs(2_000_000_000L);

  /** More schedules than a program of these tests has. */
  private static final int EVERY_MAX = 100_000;

  private Schedules() {}

  /**
   * How one run ended.
   *
   * @param machine the machine that ran
   * @param result how
   */
  public record Ending(Machine machine, RunResult result) {

    /** The outcome alone. */
    public RunResult.Outcome outcome() {
      return result.outcome();
    }

    /** What was complained about, without repetitions. */
    public List<ReportKind> complaints() {
      return machine.reports().stream().map(Report::kind).distinct().toList();
    }
  }

  /** Lets whoever runs go on, and otherwise takes the first. */
  public static Chance first() {
    return new Answers(new int[0]);
  }

  /** Throws dice. */
  public static Chance seeded(long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    return new Chance() {
      @Override
      public int schedule(Enabled enabled) {
        return dice.nextInt(enabled.size());
      }

      @Override
      public int choose(int count, String question) {
        return dice.nextInt(count);
      }
    };
  }

  /** Runs the program once. */
  public static Ending one(MachineConfig config, Chance chance, Consumer<Machine> setUp) {
    Machine machine = Machine.deterministic(config, chance);
    setUp.accept(machine);
    return new Ending(machine, machine.run());
  }

  /** Runs the program once, with nothing left to chance but who runs first. */
  public static Ending one(Consumer<Machine> setUp) {
    return one(WORD, first(), setUp);
  }

  /** What happens when the program runs once. */
  public static List<TraceEvent> trace(
      MachineConfig config, Chance chance, Consumer<Machine> setUp) {
    List<TraceEvent> trace = new ArrayList<>();
    one(
        config,
        chance,
        machine -> {
          machine.traceTo(trace::add);
          setUp.accept(machine);
        });
    return trace;
  }

  /** Runs the program under every schedule. */
  public static List<Ending> every(MachineConfig config, Consumer<Machine> setUp) {
    List<Ending> endings = new ArrayList<>();
    int[] prefix = new int[0];
    while (prefix.length > 0 || endings.isEmpty()) {
      Answers answers = new Answers(prefix);
      endings.add(one(config, answers, setUp));
      prefix = answers.next();
      if (endings.size() > EVERY_MAX) {
        throw new IllegalStateException("too many schedules for a unit test");
      }
    }
    return endings;
  }

  /** Runs the program under every schedule on two CPUs. */
  public static List<Ending> every(Consumer<Machine> setUp) {
    return every(WORD, setUp);
  }

  /** Gives certain answers first, and then always the first one; knows what could come next. */
  private static final class Answers implements Chance {
    private final int[] prefix;
    private final List<Integer> given = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();

    Answers(int[] prefix) {
      this.prefix = prefix;
    }

    @Override
    public int schedule(Enabled enabled) {
      int running = Math.max(0, enabled.runningAt());
      // Rank 0 is the one that runs: swap it with the first.
      int rank = answer(enabled.size());
      return rank == 0 ? running : rank == running ? 0 : rank;
    }

    @Override
    public int choose(int count, String question) {
      return answer(count);
    }

    private int answer(int count) {
      int at = given.size();
      given.add(at < prefix.length ? prefix[at] : 0);
      counts.add(count);
      return given.get(at);
    }

    /** The answers after which the next schedule differs; empty when this was the last. */
    int[] next() {
      int at = given.size() - 1;
      while (at >= 0 && given.get(at) + 1 == counts.get(at)) {
        at--;
      }
      int[] next = new int[at + 1];
      for (int i = 0; i <= at; i++) {
        next[i] = given.get(i);
      }
      if (at >= 0) {
        next[at]++;
      }
      return next;
    }
  }
}
