package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Properties;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Work;
import org.vfslab.trace.TraceEvent;

/** What is said of contexts that have not ended, after real runs. */
final class WhoWaitsTest {

  private static final int WIDTH = 100;

  @Test
  void everybodyEnded_isSaid() {
    assertThat(
            afterFirstSchedule(
                lockdep -> {
                  lockdep.machine().task("t", () -> {});
                }))
        .containsExactly("At the end every task has ended.");
  }

  @Test
  void readerBehindAWriterThatItKeepsWaiting_isACircleOfItself() {
    assertThat(new Told(MachineConfig.DEFAULT, WhoWaitsTest::recursiveRead).whoWaits(WIDTH))
        .containsExactly(
            "At the end:",
            "  reader [D uninterruptible] waits for s since step 5",
            "      s: count 0x102 (WAITERS | readers 1), owner reader (reader), queue [writer W,"
                + " reader R]",
            "      s is held by 1 reader(s)",
            "      reader holds s (shared)",
            "  writer [D uninterruptible] waits for s since step 4",
            "      s: count 0x102 (WAITERS | readers 1), owner reader (reader), queue [writer W,"
                + " reader R]",
            "      s is held by 1 reader(s)",
            "Circular wait: reader waits for s, held by reader itself.");
  }

  private static Properties recursiveRead(Lockdep lockdep) {
    Machine machine = lockdep.machine();
    RwSemaphore s = new RwSemaphore(lockdep, "s");
    machine.task(
        "reader",
        () -> {
          s.downRead();
          s.downRead();
          s.upRead();
          s.upRead();
        });
    machine.task(
        "writer",
        () -> {
          s.downWrite();
          s.upWrite();
        });
    return Properties.NONE;
  }

  @Test
  void threeTasks_areOneCircle() {
    assertThat(new Told(MachineConfig.DEFAULT, WhoWaitsTest::philosophers).whoWaits(200).getLast())
        .isEqualTo(
            "Circular wait: p0 waits for f1, held by p1, which waits for f2, held by p2,"
                + " which waits for f0, held by p0.");
  }

  private static Properties philosophers(Lockdep lockdep) {
    Machine machine = lockdep.machine();
    List<RwSemaphore> forks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      forks.add(new RwSemaphore(lockdep, "f" + i));
    }
    for (int i = 0; i < 3; i++) {
      RwSemaphore left = forks.get(i);
      RwSemaphore right = forks.get((i + 1) % 3);
      machine.task(
          "p" + i,
          () -> {
            left.downWrite();
            right.downWrite();
            right.upWrite();
            left.upWrite();
          });
    }
    return Properties.NONE;
  }

  @Test
  void waitForSomethingWithoutHolder_isNoCircle() {
    assertThat(
            afterFirstSchedule(
                lockdep -> {
                  Machine machine = lockdep.machine();
                  Completion done = new Completion(machine, "done");
                  machine.task(
                      "t",
                      () ->
                          machine
                              .currentTask()
                              .syscall(
                                  "sync()",
                                  () -> {
                                    done.waitForCompletion();
                                    return 0;
                                  }));
                }))
        .containsExactly(
            "At the end:",
            "  t [D uninterruptible] in sync() waits for done since step 2",
            "      done: done 0, waiting: [t]");
  }

  @Test
  void violation_saysWhereEverybodyIs() {
    Told told = new Told(MachineConfig.DEFAULT, WhoWaitsTest::broken);

    assertThat(told.whoWaits(WIDTH))
        .containsExactly(
            "At the end:",
            "  writer [R running] in write(fd); last, in step 2: takes s (write)",
            "      writer holds s (exclusive)",
            "  late [R running]; the trace tells nothing of it");
  }

  private static Properties broken(Lockdep lockdep) {
    Machine machine = lockdep.machine();
    RwSemaphore s = new RwSemaphore(lockdep, "s");
    machine.task(
        "writer",
        () ->
            machine
                .currentTask()
                .syscall(
                    "write(fd)",
                    () -> {
                      s.downWrite();
                      s.upWrite();
                      return 4096;
                    }));
    machine.task("late", () -> {});
    return new Properties() {
      @Override
      public boolean watchesSteps() {
        return true;
      }

      @Override
      public @Nullable String afterStep() {
        return s.isLocked() ? "s was locked" : null;
      }
    };
  }

  @Test
  void interruptHandlerThatSpins_isNamed() {
    assertThat(
            new Told(MachineConfig.DEFAULT.withCpus(1), WhoWaitsTest::spinInInterrupt)
                .whoWaits(WIDTH))
        .containsExactly(
            "At the end:",
            "  d irq in its handler on cpu0 spins for lock; last, in step 4: interrupt on cpu0",
            "      lock: locked by t",
            "      lock is held by t",
            "  t [R running] under the handler of d irq; the trace tells nothing of it",
            "      t holds lock (exclusive)",
            "Circular wait: d irq waits for lock, held by t, which waits for cpu0, held by d irq.");
  }

  /** BROKEN: the task leaves interrupts enabled. */
  private static Properties spinInInterrupt(Lockdep lockdep) {
    Machine machine = lockdep.machine();
    SpinLock lock = new SpinLock(lockdep, "lock");
    IrqLine line = machine.irqLine("d irq", IrqLine.Kind.HARD, machine.cpu(0));
    machine.task(
        "t",
        () -> {
          line.raise(
              () -> {
                lock.lock();
                lock.unlock();
              });
          lock.lock();
          lock.unlock();
        });
    return Properties.NONE;
  }

  @Test
  void idleKernelThread_isNotMentioned() {
    assertThat(
            afterFirstSchedule(
                lockdep -> {
                  Machine machine = lockdep.machine();
                  machine.task(
                      "t",
                      () ->
                          machine.systemWorkqueue().queueWork(new Work(machine, "work", () -> {})));
                }))
        .containsExactly("At the end every task has ended.");
  }

  private static List<String> afterFirstSchedule(Consumer<Lockdep> setUp) {
    DepthFirst strategy = new DepthFirst();
    assertThat(strategy.begin()).isTrue();
    Machine machine = Machine.deterministic(MachineConfig.DEFAULT, strategy);
    Lockdep lockdep = Lockdep.withoutProving(machine);
    List<TraceEvent> trace = new ArrayList<>();
    machine.traceTo(trace::add);
    setUp.accept(lockdep);
    machine.run();
    return new WhoWaits(machine, trace, lockdep::heldBy).lines(WIDTH);
  }
}
