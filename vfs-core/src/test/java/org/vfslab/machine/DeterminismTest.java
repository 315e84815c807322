package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.TraceEvent;

/** A run is a function of the program and of the answers of chance, and of nothing else. */
final class DeterminismTest {

  /** A little of everything: locks, interrupts, timers, work, questions, signals. */
  private static void program(Machine machine) {
    Lockdep lockdep = Lockdep.on(machine);
    RwSemaphore sem = new RwSemaphore(lockdep, "sem");
    SpinLock lock = new SpinLock(lockdep, "lock");
    AtomicWord word = new AtomicWord(machine, "word", 0);
    Completion done = new Completion(machine, "done");
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
    IrqLine soft = machine.irqLine("softirq", IrqLine.Kind.SOFT, machine.cpu(1));
    Work work = new Work(machine, "work", () -> word.fetchAdd(machine.choose(3, "how much")));
    for (String name : List.of("a", "b", "c")) {
      machine.task(
          name,
          () -> {
            sem.downRead();
            lock.lockIrqSave();
            word.fetchAdd(1);
            lock.unlockIrqRestore();
            sem.upRead();
            machine.systemWorkqueue().queueWork(work);
            new Timer(machine, soft, () -> line.raise(done::complete))
                .start(machine.choose(2, "when"));
            sem.downWrite();
            sem.upWrite();
            done.waitForCompletion();
          });
    }
  }

  @ParameterizedTest
  @EnumSource(MachineConfig.Granularity.class)
  void run_withSameAnswers_tracesTheSame(MachineConfig.Granularity granularity) {
    MachineConfig config = Schedules.WORD.withGranularity(granularity);
    for (long seed = 0; seed < 20; seed++) {
      List<TraceEvent> trace =
          Schedules.trace(config, Schedules.seeded(seed), DeterminismTest::program);
      assertThat(trace).hasSizeGreaterThan(30);
      assertThat(Schedules.trace(config, Schedules.seeded(seed), DeterminismTest::program))
          .isEqualTo(trace);
    }
  }

  @Test
  void run_withOtherAnswers_tracesOtherwise() {
    Set<List<TraceEvent>> traces = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      traces.add(Schedules.trace(Schedules.WORD, Schedules.seeded(seed), DeterminismTest::program));
    }
    assertThat(traces).hasSize(20);
  }

  @ParameterizedTest
  @EnumSource(MachineConfig.Granularity.class)
  void run_onThreads_tracesAsOnContinuations(MachineConfig.Granularity granularity) {
    MachineConfig config = Schedules.WORD.withGranularity(granularity);
    for (long seed = 0; seed < 5; seed++) {
      assertThat(
              Schedules.trace(
                  config.withCoroutines(CoroutineKind.THREAD),
                  Schedules.seeded(seed),
                  DeterminismTest::program))
          .isEqualTo(
              Schedules.trace(
                  config.withCoroutines(CoroutineKind.CONTINUATION),
                  Schedules.seeded(seed),
                  DeterminismTest::program));
    }
  }

  @Test
  void run_withRecordedAnswers_tracesTheSame() {
    List<Integer> answers = new ArrayList<>();
    Chance dice = Schedules.seeded(7);
    Chance recorder =
        new Chance() {
          @Override
          public int schedule(Enabled enabled) {
            answers.add(dice.schedule(enabled));
            return answers.getLast();
          }

          @Override
          public int choose(int count, String question) {
            answers.add(dice.choose(count, question));
            return answers.getLast();
          }
        };
    List<TraceEvent> trace = Schedules.trace(Schedules.WORD, recorder, DeterminismTest::program);

    List<Integer> left = new ArrayList<>(answers);
    Chance player =
        new Chance() {
          @Override
          public int schedule(Enabled enabled) {
            return left.removeFirst();
          }

          @Override
          public int choose(int count, String question) {
            return left.removeFirst();
          }
        };
    assertThat(Schedules.trace(Schedules.WORD, player, DeterminismTest::program)).isEqualTo(trace);
    assertThat(left).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(CoroutineKind.class)
  void run_thatHangs_doesNotTouchTheModelWhenItsContextsUnwind(CoroutineKind kind) {
    List<TraceEvent> trace = new ArrayList<>();
    Machine machine =
        Machine.deterministic(
            Schedules.WORD
                .withGranularity(MachineConfig.Granularity.CALL)
                .withCoroutines(kind)
                .withRaceDetection(false),
            Schedules.first());
    machine.traceTo(trace::add);
    Completion never = new Completion(machine, "never");
    AtomicWord word = new AtomicWord(machine, "word", 0);
    for (String name : List.of("a", "b")) {
      machine.task(
          name,
          () -> {
            try {
              never.waitForCompletion();
            } finally {
              word.fetchAdd(1);
              never.complete();
            }
          });
    }
    RunResult result = machine.run();

    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.DEADLOCK);
    assertThat(result.hung()).hasSize(2);
    assertThat(word.peek()).isZero();
    assertThat(never.isDone()).isFalse();
    assertThat(machine.reports()).isEmpty();
    assertThat(trace).hasSize(2); // each went to sleep once
  }

  @Test
  void run_whoseChanceThrows_throwsThat() {
    Chance refuses =
        new Chance() {
          @Override
          public int schedule(Enabled enabled) {
            if (enabled.runningAt() >= 0) { // not before a context runs
              throw new UnsupportedOperationException("no schedule");
            }
            return 0;
          }

          @Override
          public int choose(int count, String question) {
            throw new UnsupportedOperationException("no " + question);
          }
        };
    assertThatThrownBy(() -> Schedules.one(Schedules.WORD, refuses, DeterminismTest::program))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("no schedule");
    assertThatThrownBy(
            () ->
                Schedules.one(
                    Schedules.WORD,
                    refuses,
                    machine -> machine.task("a", () -> machine.choose(2, "answer"))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("no answer");
  }

  @Test
  void run_whoseChanceAnswersOutOfRange_isRefused() {
    Chance wrong =
        new Chance() {
          @Override
          public int schedule(Enabled enabled) {
            return enabled.size();
          }

          @Override
          public int choose(int count, String question) {
            return 0;
          }
        };
    assertThatThrownBy(() -> Schedules.one(Schedules.WORD, wrong, DeterminismTest::program))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("chance answered 3 of 3");
  }
}
