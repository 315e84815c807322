package org.vfslab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.vfslab.block.DeviceConfig;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Limits;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Scenario;
import org.vfslab.explore.Strategy;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Completion;
import org.vfslab.machine.CoroutineKind;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;
import org.vfslab.patch.Seams;

/** What switching, stepping, making a machine and exploring cost on the deterministic engine. */
final class EngineSuite implements Suite {

  /** Executions per second for a scenario of about 30 steps, on one core. */
  private static final double TARGET = 100_000;

  private static final int BATCH = 10_000;

  private static final int BATCH_THREADS = 500;

  /** Always lets another context go on. */
  private static final class Alternate implements Chance {
    @Override
    public int schedule(Enabled enabled) {
      return enabled.runningAt() == 0 ? 1 : 0;
    }

    @Override
    public int choose(int count, String question) {
      return 0;
    }
  }

  @Override
  public String name() {
    return "engine";
  }

  @Override
  public String title() {
    return "switches, steps, machines and explorations per second";
  }

  @Override
  public void run(Session session) {
    Stopwatch watch = Stopwatch.of(session);
    switches(session, watch);
    machines(session, watch);
    explorations(session);
  }

  // ---- switches and steps

  private static void switches(Session session, Stopwatch watch) {
    session.heading("Switches and steps (two tasks; granularity of words, race detection on)");
    Table table = new Table("what", "coroutine", "ns", "per second");
    for (CoroutineKind kind : CoroutineKind.values()) {
      boolean fast = kind == CoroutineKind.CONTINUATION;
      int batch = fast ? BATCH : BATCH_THREADS;
      add(
          session,
          table,
          "raw: into a body and back",
          kind,
          watch.nanosPerOperation(fast ? rawContinuation() : rawThread(batch)));
      MachineConfig config = Programs.words(2).withCoroutines(kind).withStepsMax(Long.MAX_VALUE);
      add(
          session,
          table,
          "step, same task goes on",
          kind,
          watch.nanosPerOperation(() -> steps(config, new FirstCome(), batch)));
      add(
          session,
          table,
          "step, other task goes on",
          kind,
          watch.nanosPerOperation(() -> steps(config, new Alternate(), batch)));
      add(
          session,
          table,
          "hand over by wake-up (2 completions)",
          kind,
          watch.nanosPerOperation(() -> wakeUps(config, batch)));
      MachineConfig calls = config.withGranularity(MachineConfig.Granularity.CALL);
      add(
          session,
          table,
          "the same, calls as steps",
          kind,
          watch.nanosPerOperation(() -> wakeUps(calls, batch)));
      if (fast) {
        MachineConfig noRaces = config.withRaceDetection(false);
        add(
            session,
            table,
            "step, other goes on, no race detection",
            kind,
            watch.nanosPerOperation(() -> steps(noRaces, new Alternate(), batch)));
      }
    }
    session.print(table);
  }

  private static void add(
      Session session, Table table, String what, CoroutineKind kind, double nanos) {
    String name = kind.name().toLowerCase(Locale.ROOT);
    table.row(what, name, Figures.nanos(nanos), Figures.count(1e9 / nanos));
    session.figure("what", what, "coroutine", name, "nanos", nanos);
  }

  /** One operation is a run into the continuation and the yield out of it. */
  private static Stopwatch.Batch rawContinuation() {
    ContinuationScope scope = new ContinuationScope("bench");
    Continuation body =
        new Continuation(
            scope,
            () -> {
              while (true) {
                Continuation.yield(scope);
              }
            });
    return () -> {
      for (int i = 0; i < BATCH; i++) {
        body.run();
      }
      return BATCH;
    };
  }

  /** One operation is a release of the other thread and the wait until it has released this. */
  private static Stopwatch.Batch rawThread(int batch) {
    return () -> {
      Semaphore there = new Semaphore(0);
      Semaphore back = new Semaphore(0);
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < batch; i++) {
                      there.acquireUninterruptibly();
                      back.release();
                    }
                  });
      for (int i = 0; i < batch; i++) {
        there.release();
        back.acquireUninterruptibly();
      }
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return batch;
    };
  }

  private static long steps(MachineConfig config, Chance chance, int each) {
    Machine machine = Machine.deterministic(config, chance);
    AtomicWord word = new AtomicWord(machine, "word", 0);
    for (int i = 0; i < 2; i++) {
      machine.task(
          "t" + i,
          () -> {
            for (int k = 0; k < each; k++) {
              word.fetchAdd(1);
            }
          });
    }
    return done(machine.run()).steps();
  }

  /** Counts a hand-over each time that one task has woken the other and gone to sleep. */
  private static long wakeUps(MachineConfig config, int rounds) {
    Machine machine = Machine.deterministic(config, new FirstCome());
    Completion ping = new Completion(machine, "ping");
    Completion pong = new Completion(machine, "pong");
    machine.task(
        "a",
        () -> {
          for (int i = 0; i < rounds; i++) {
            ping.complete();
            pong.waitForCompletion();
          }
        });
    machine.task(
        "b",
        () -> {
          for (int i = 0; i < rounds; i++) {
            ping.waitForCompletion();
            pong.complete();
          }
        });
    done(machine.run());
    return 2L * rounds;
  }

  private static RunResult done(RunResult result) {
    if (result.outcome() != RunResult.Outcome.DONE) {
      throw new BenchException("a measured machine ended with " + result.outcome());
    }
    return result;
  }

  // ---- machines

  private static void machines(Session session, Stopwatch watch) {
    session.heading("Machines made, and dropped");
    Table table = new Table("what", "ns", "per second");
    MachineConfig config = MachineConfig.DEFAULT;
    machines(session, table, watch, "machine, 2 cpus", () -> bare(config));
    machines(session, table, watch, "the same with 2 tasks and a word, run", () -> small(config));
    machines(session, table, watch, "kernel with a disk, a filesystem, a file", () -> lab(config));
    session.print(table);
  }

  private static void machines(
      Session session, Table table, Stopwatch watch, String what, Runnable make) {
    double nanos =
        watch.nanosPerOperation(
            () -> {
              for (int i = 0; i < 100; i++) {
                make.run();
              }
              return 100;
            });
    table.row(what, Figures.nanos(nanos), Figures.count(1e9 / nanos));
    session.figure("what", what, "nanos", nanos);
  }

  private static void bare(MachineConfig config) {
    if (Machine.deterministic(config, new FirstCome()).isLive()) {
      throw new AssertionError();
    }
  }

  private static void small(MachineConfig config) {
    Machine machine = Machine.deterministic(config, new FirstCome());
    AtomicWord word = new AtomicWord(machine, "word", 0);
    machine.task("a", () -> word.writeOnce(1));
    machine.task("b", () -> word.writeOnce(2));
    done(machine.run());
  }

  private static void lab(MachineConfig config) {
    Lab lab = new Lab(Machine.deterministic(config, new FirstCome()), Seams.UPSTREAM);
    lab.file(lab.mount("/mnt", lab.disk("d", DeviceConfig.DEFAULT), 4096), "/mnt/a", 64L << 10);
  }

  // ---- explorations

  private static void explorations(Session session) {
    session.heading(
        "Explorations, one core (target: "
            + Figures.count(TARGET)
            + " executions/s for a scenario of about 30 steps)");
    long most = session.quick() ? 20_000 : 300_000;
    Table table =
        new Table(
            "scenario",
            "granularity",
            "strategy",
            "executions",
            "all",
            "steps/exec",
            "exec/s",
            "exec/cpu-s",
            "steps/s",
            "of target");
    Scenario lesson = lesson("freeze-waits-for-aio.litmus");
    Scenario write = lesson("sync-against-write.litmus");
    Scenario sections = Programs.rwsemSections(7);
    for (Scenario scenario : List.of(lesson, write, sections)) {
      explore(session, table, scenario, DepthFirst::new, most);
      explore(session, table, scenario, OptimalDpor::new, most);
    }
    session.print(table);
  }

  private static void explore(
      Session session, Table table, Scenario scenario, Supplier<Strategy> strategy, long most) {
    Limits warm = new Limits(most, Duration.ofSeconds(session.quick() ? 1 : 5), Integer.MAX_VALUE);
    Measured.explore(scenario, strategy, warm, session.quick() ? 1 : 5);
    Limits limits = new Limits(most, Duration.ofMinutes(1), Integer.MAX_VALUE);
    Measured measured = Measured.explore(scenario, strategy, limits, session.quick() ? 0.5 : 3);
    Exploration seen = measured.exploration();
    String granularity = scenario.machine().granularity().name().toLowerCase(Locale.ROOT);
    table.row(
        scenario.name(),
        granularity,
        seen.strategy(),
        Figures.count((double) seen.executions()),
        measured.isAll() ? "yes" : "no",
        Figures.nanos(measured.stepsPerExecution()),
        Figures.count(measured.executionsPerSecond()),
        Figures.count(measured.executionsPerCpuSecond()),
        Figures.count(measured.stepsPerSecond()),
        Figures.ratio(measured.executionsPerCpuSecond() / TARGET));
    session.figure(
        "scenario",
        scenario.name(),
        "granularity",
        granularity,
        "strategy",
        seen.strategy(),
        "executions",
        seen.executions(),
        "complete",
        measured.isAll(),
        "verdict",
        seen.verdict().name(),
        "steps",
        seen.steps(),
        "executionsPerSecond",
        measured.executionsPerSecond(),
        "executionsPerCpuSecond",
        measured.executionsPerCpuSecond(),
        "stepsPerSecond",
        measured.stepsPerSecond());
  }

  private static Scenario lesson(String file) {
    try (InputStream in = EngineSuite.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new BenchException("the scenario " + file + " is missing from the jar");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return LitmusScenario.compile(
          LitmusParser.parse(file, text), List.of(), MachineConfig.DEFAULT);
    } catch (IOException e) {
      throw new BenchException("the scenario " + file + " cannot be read: " + e.getMessage());
    }
  }
}
