package org.vfslab.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Report;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.machine.Timer;

/**
 * One torture of one lock on a live machine: threads that take and give it back until the time is
 * over, in the manner of {@code kernel/locking/locktorture.c}, 7.2.
 *
 * <p>Writers and readers say themselves what they do in a round; when they have the lock they call
 * {@link Stress#holdWrite} or {@link Stress#holdRead}, which count, look whether somebody is there
 * who must not be, and stay: mostly shortly, sometimes asleep.
 */
public final class LockTorture {

  /** One hold in so many is a long one, during which the holder sleeps. */
  private static final int LONG_ONE_IN = 2_000;

  private static final long LONG_NS = 200_000;
  private static final int SHORT_SPINS = 64;

  /** A long hold of who may not sleep. */
  private static final int LONG_SPINS = 5_000;

  /** What a writer or reader does in one round. */
  @FunctionalInterface
  public interface Round {
    void run(Stress me);
  }

  private final Machine machine;
  private final Lockdep lockdep;
  private final TortureOptions options;
  private final BooleanSupplier interrupted;
  private final IrqLine clock;
  private final InsideLock inside = new InsideLock();
  private final List<Stress> writers = new ArrayList<>();
  private final List<Stress> readers = new ArrayList<>();
  private final List<Stress> others = new ArrayList<>();
  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
  private final List<Supplier<@Nullable String>> lastLooks = new ArrayList<>();
  private Supplier<List<String>> statistics = this::lines;
  private boolean shared;

  private LockTorture(Machine machine, TortureOptions options, BooleanSupplier interrupted) {
    this.machine = machine;
    this.lockdep = Lockdep.on(machine);
    this.options = options;
    this.interrupted = interrupted;
    this.clock = machine.irqLine("clock", IrqLine.Kind.SOFT, machine.cpu(0));
  }

  /**
   * Tortures a lock.
   *
   * @param print is told the statistics from time to time
   * @param interrupted whether it is to end at once
   */
  public static TortureResult run(
      Torture torture,
      TortureOptions options,
      Consumer<List<String>> print,
      BooleanSupplier interrupted) {
    MachineConfig usual =
        MachineConfig.DEFAULT
            .withCpus(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8))
            .withHangAfterNs(options.hangAfter().toNanos());
    Machine machine = Machine.live(torture.machine(usual));
    LockTorture run = new LockTorture(machine, options, interrupted);
    torture.setUp(run);
    return run.run(print);
  }

  // ---- for tortures

  /** The live machine. */
  public Machine machine() {
    return machine;
  }

  /** Its validator, which is on. */
  public Lockdep lockdep() {
    return lockdep;
  }

  /** Adds the writers that are wanted. */
  public void writers(Round round) {
    for (int i = 0; i < options.writers(); i++) {
      add("writer" + i, writers, round);
    }
  }

  /** Adds the readers that are wanted; without this the lock has only writers. */
  public void readers(Round round) {
    shared = true;
    for (int i = 0; i < options.readers(); i++) {
      add("reader" + i, readers, round);
    }
  }

  /** Adds one more thread, which counts neither among the writers nor among the readers. */
  public void other(String name, Round round) {
    add(name, others, round);
  }

  private void add(String name, List<Stress> kind, Round round) {
    Stress stress = new Stress(this);
    kind.add(stress);
    machine.task(
        name,
        () -> {
          while (goesOn()) {
            machine.currentTask().mightSleep("torture");
            round.run(stress);
          }
        });
  }

  /** Whether another round may begin. */
  public boolean goesOn() {
    return machine.nowNs() < options.time().toNanos() && !interrupted.getAsBoolean();
  }

  /** Whether the dice say so, once in {@code n} times. */
  public boolean oneIn(int n) {
    return machine.choose(n, "torture") == 0;
  }

  /** Counts something that happened. */
  public void count(String what) {
    counts.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  /** Asks at the end whether something is wrong with the idle lock: a sentence, or null. */
  public void atEnd(Supplier<@Nullable String> look) {
    lastLooks.add(look);
  }

  /** Says what the statistics are instead of how often writers and readers had the lock. */
  public void statistics(Supplier<List<String>> lines) {
    statistics = lines;
  }

  /** Sleeps; tasks only. */
  public void sleep(long ns) {
    Completion over = new Completion(machine, "sleep");
    new Timer(machine, clock, over::complete).start(ns);
    over.waitForCompletion();
  }

  /** A task that raises an interrupt again and again, whose handler does this. */
  public void interrupts(IrqLine.Kind kind, String counted, Round handler) {
    IrqLine line = machine.irqLine("irq", kind, machine.cpu(1));
    other(
        "raiser",
        me -> {
          inInterrupt(line, () -> handler.run(me));
          count(counted);
        });
  }

  /** Has the handler of an interrupt do this, and waits for its end. */
  public void inInterrupt(IrqLine line, Runnable body) {
    Completion done = new Completion(machine, "done");
    line.raise(
        () -> {
          body.run();
          done.complete();
        });
    done.waitForCompletion();
  }

  /** Stays for a while, mostly a very short one. */
  public void delay() {
    if (oneIn(LONG_ONE_IN)) {
      sleep(LONG_NS);
    } else {
      spin(SHORT_SPINS);
    }
  }

  /** The same without sleep. */
  public void delayAtomic() {
    spin(oneIn(LONG_ONE_IN) ? LONG_SPINS : SHORT_SPINS);
  }

  private void spin(int max) {
    for (int i = machine.choose(max, "torture"); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  InsideLock inside() {
    return inside;
  }

  // ---- the run

  private TortureResult run(Consumer<List<String>> print) {
    long interval = options.statInterval().toNanos();
    long[] next = {interval};
    machine.afterEachStep(
        () -> {
          if (machine.nowNs() >= next[0]) {
            next[0] += interval;
            print.accept(result(List.of()).statistics());
          }
        });
    RunResult result = machine.run();
    return result(problems(result));
  }

  private TortureResult result(List<String> problems) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((what, count) -> sums.put(what, count.sum()));
    return new TortureResult(writes(), reads(), statistics.get(), sums, problems);
  }

  /** {@code __torture_print_stats}. */
  private List<String> lines() {
    String written = writes().line("Writes");
    return shared ? List.of(written, reads().line("Reads")) : List.of(written);
  }

  private LockStatistics writes() {
    return LockStatistics.of(writers);
  }

  private LockStatistics reads() {
    return LockStatistics.of(readers);
  }

  private long writesInside() {
    long sum = 0;
    for (List<Stress> kind : List.of(writers, readers, others)) {
      for (Stress stress : kind) {
        sum += stress.writes();
      }
    }
    return sum;
  }

  private List<String> problems(RunResult result) {
    List<String> problems = new ArrayList<>();
    for (Report report : machine.reports()) {
      problems.add(report.kind().words() + ": " + report.title());
    }
    for (Task task : result.hung()) {
      Blocker blocker = task.waitsFor();
      problems.add(
          "hung: "
              + task.name()
              + (blocker == null
                  ? ""
                  : " waits for " + blocker.name() + ": " + blocker.describe()));
    }
    long wrong = LockStatistics.of(others).fail();
    if (wrong > 0) {
      problems.add("others than writers and readers found something wrong inside: " + wrong);
    }
    if (result.outcome() == RunResult.Outcome.DONE) {
      if (!inside.isQuietAfter(writesInside())) {
        problems.add("the data inside is not what " + writesInside() + " writes leave");
      }
      for (Supplier<@Nullable String> look : lastLooks) {
        String sentence = look.get();
        if (sentence != null) {
          problems.add(sentence);
        }
      }
    } else if (problems.isEmpty()) {
      problems.add("the run ended early: " + result.outcome());
    }
    return problems;
  }
}
