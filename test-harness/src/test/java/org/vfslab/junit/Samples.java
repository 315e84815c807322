package org.vfslab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.vfslab.aio.Iocb;
import org.vfslab.aio.KioContext;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.explore.Properties;
import org.vfslab.freeze.FreezeState;
import org.vfslab.lab.Lab;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig.Granularity;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;

/** Tests that {@link SampleRun} runs: those that fail are meant to. */
final class Samples {

  private Samples() {}

  // ---- small scenarios

  private static void abba(Machine machine) {
    Lockdep lockdep = Lockdep.withoutProving(machine);
    RwSemaphore a = new RwSemaphore(lockdep, "a");
    RwSemaphore b = new RwSemaphore(lockdep, "b");
    machine.task("t1", () -> both(a, b));
    machine.task("t2", () -> both(b, a));
  }

  private static void both(RwSemaphore first, RwSemaphore second) {
    first.downWrite();
    second.downWrite();
    second.upWrite();
    first.upWrite();
  }

  /** Each of two tasks adds one in two steps. */
  private static void lostUpdate(Machine machine, Demands demands) {
    AtomicWord word = new AtomicWord(machine, "word", 0);
    for (String task : List.of("t1", "t2")) {
      machine.task(task, () -> word.writeOnce(word.readOnce() + 1));
    }
    demands.atEnd("two are counted", () -> word.peek() == 2);
  }

  private static void fine(Machine machine) {
    AtomicWord word = new AtomicWord(machine, "word", 0);
    machine.task("t1", () -> word.fetchAdd(1));
    machine.task("t2", () -> word.fetchAdd(1));
  }

  // ---- what comes of it

  /** Exploring and its outcomes. */
  static final class Outcomes {

    @Explore
    void holds(Machine machine) {
      fine(machine);
    }

    @Explore
    void deadlock(Machine machine) {
      abba(machine);
    }

    @Explore
    void violation(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(expect = Expected.DEADLOCK, containing = "t2 waits for a")
    void expectedDeadlock(Machine machine) {
      abba(machine);
    }

    @Explore(expect = Expected.DEADLOCK)
    void expectedDeadlockThatIsNot(Machine machine) {
      fine(machine);
    }

    @Explore(expect = Expected.DEADLOCK, containing = "of c")
    void expectedAnotherDeadlock(Machine machine) {
      abba(machine);
    }

    @Explore(expect = Expected.VIOLATION)
    void expectedViolationAndFoundADeadlock(Machine machine) {
      abba(machine);
    }

    @Explore(strategy = ExploreBy.PREEMPTIONS, bound = 0, expect = Expected.DEADLOCK)
    void expectedDeadlockBeyondTheBound(Machine machine) {
      abba(machine);
    }

    /** Both kinds can be found, in different schedules. */
    @Explore(strategy = ExploreBy.DFS, expect = Expected.VIOLATION, containing = "second")
    void expectedFindingBehindOthers(Machine machine, Demands demands) {
      AtomicWord word = new AtomicWord(machine, "word", 0);
      machine.task("t1", () -> word.fetchAdd(1));
      machine.task(
          "t2",
          () -> {
            long seen = word.readOnce();
            demands.here("first", seen != 1);
            demands.here("second", seen != 0);
          });
    }

    @Explore(executionsMax = 1)
    void endedEarly(Machine machine) {
      abba(machine);
    }

    @Explore(executionsMax = 1, complete = false)
    void endedEarlyAsWanted(Machine machine) {
      abba(machine);
    }

    @Explore(stepsMax = 50)
    void livelock(Machine machine) {
      AtomicWord word = new AtomicWord(machine, "word", 0);
      machine.task(
          "t1",
          () -> {
            while (word.readOnce() == 0) {
              word.writeOnce(0);
            }
          });
    }

    @Explore
    void taskThrows(Machine machine) {
      machine.task(
          "t1",
          () -> {
            throw new UnsupportedOperationException("not here");
          });
    }

    @Explore
    void chance(Machine machine) {
      machine.task("t1", () -> machine.choose(2, "heads or tails"));
    }
  }

  /** Strategies that find the lost update, and what is passed on to the machine. */
  static final class Attributes {

    @Explore(strategy = ExploreBy.DFS, expect = Expected.VIOLATION)
    void dfs(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(strategy = ExploreBy.PREEMPTIONS, bound = 1, expect = Expected.VIOLATION)
    void preemptions(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(strategy = ExploreBy.DELAYS, bound = 1, expect = Expected.VIOLATION)
    void delays(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(strategy = ExploreBy.RANDOM, seed = 3, expect = Expected.VIOLATION)
    void random(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(strategy = ExploreBy.PCT, bound = 2, expect = Expected.VIOLATION)
    void pct(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(strategy = ExploreBy.POS, expect = Expected.VIOLATION)
    void pos(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(strategy = ExploreBy.COVERAGE, expect = Expected.VIOLATION)
    void coverage(Machine machine, Demands demands) {
      lostUpdate(machine, demands);
    }

    @Explore(strategy = ExploreBy.RANDOM, executionsMax = 17)
    void sampleThatHolds(Machine machine) {
      setUps++;
      fine(machine);
    }

    @Explore(cpus = 3, granularity = Granularity.WORD, stepsMax = 77)
    void machine(Machine machine) {
      assertThat(machine.config().cpus()).isEqualTo(3);
      assertThat(machine.config().granularity()).isEqualTo(Granularity.WORD);
      assertThat(machine.config().stepsMax()).isEqualTo(77);
    }

    static int setUps;
  }

  // ---- demands

  /** Each kind of demand, broken. */
  static final class Demanding {

    @Explore
    void always(Machine machine, Demands demands) {
      AtomicWord word = new AtomicWord(machine, "word", 0);
      machine.task("t1", () -> word.writeOnce(1));
      machine.task("t2", () -> word.writeOnce(0));
      demands.always("the word is never 1", () -> word.peek() != 1);
    }

    /** Only one order of two independent steps passes through the forbidden state. */
    @Explore
    void alwaysOfTwoWords(Machine machine, Demands demands) {
      AtomicWord x = new AtomicWord(machine, "x", 0);
      AtomicWord y = new AtomicWord(machine, "y", 0);
      machine.task("t1", () -> y.writeOnce(1));
      machine.task("t2", () -> x.writeOnce(1));
      demands.always("x comes after y", () -> x.peek() <= y.peek(), x::peek, y::peek);
    }

    @Explore
    void here(Machine machine, Demands demands) {
      AtomicWord word = new AtomicWord(machine, "word", 0);
      machine.task("t1", () -> word.writeOnce(1));
      machine.task("t2", () -> demands.here("t2 comes first", word.readOnce() == 0));
    }

    @Explore
    void properties(Machine machine, Demands demands) {
      fine(machine);
      demands.properties(
          new Properties() {
            @Override
            public @Nullable String atEnd(RunResult result) {
              return "it ended as " + result.outcome();
            }

            @Override
            public List<String> describe() {
              return List.of("these are the objects");
            }
          });
    }
  }

  // ---- a whole kernel

  /** A freeze while an aio write is in flight, with and without the repair of Linux 4.10. */
  static final class Frozen {

    @Explore
    void upstream(Lab lab, Demands demands) {
      freezeDuringWrite(lab, demands);
    }

    @Explore(patches = "pre-4.10-aio-freeze", expect = Expected.VIOLATION)
    void before410(Lab lab, Demands demands) {
      freezeDuringWrite(lab, demands);
    }

    @Explore(patches = "pre-4.10-aio-freeze")
    void before410AsIfItHeld(Lab lab, Demands demands) {
      freezeDuringWrite(lab, demands);
    }

    private static void freezeDuringWrite(Lab lab, Demands demands) {
      BlockDevice disk = lab.disk("d", DeviceConfig.DEFAULT);
      SuperBlock sb = lab.mount("/mnt", disk, 4096);
      lab.file(sb, "/mnt/a", 4096);
      KioContext context = lab.aio().context("w", 1);
      thread(
          lab,
          "writer",
          () -> {
            long fd = lab.process().open("/mnt/a", OpenFlags.O_RDWR | OpenFlags.O_DIRECT);
            Iocb write = new Iocb(0, Iocb.Opcode.PWRITE, fd, new byte[4096], 0);
            lab.aio().ioSubmit(context, List.of(write));
          });
      thread(
          lab,
          "freezer",
          () -> {
            lab.process().ioctl("/mnt", UserProcess.FIFREEZE);
            lab.process().ioctl("/mnt", UserProcess.FITHAW);
          });
      demands.always(
          "nothing is written while frozen",
          () ->
              lab.protection(sb).now() != FreezeState.COMPLETE
                  || disk.inFlightNow(BioOp.WRITE) == 0,
          () -> lab.protection(sb).now().value(),
          () -> disk.inFlightNow(BioOp.WRITE));
    }

    private static void thread(Lab lab, String name, Runnable body) {
      lab.process().threadAdded();
      lab.machine()
          .task(
              name,
              () -> {
                body.run();
                lab.process().threadExits();
              });
    }
  }

  // ---- how JUnit sees it

  /** What surrounds a test is there once. */
  static final class Surroundings {
    static int beforeEach;
    static int setUps;

    @BeforeEach
    void count() {
      beforeEach++;
    }

    @Explore(strategy = ExploreBy.DFS)
    void explored(TestInfo info, Machine machine) {
      assertThat(info.getDisplayName()).startsWith("explored(");
      setUps++;
      fine(machine);
    }

    /** A class in a class. */
    @Nested
    final class Inner {

      @Explore
      void deadlock(Machine machine) {
        assertThat(beforeEach).isPositive();
        abba(machine);
      }
    }
  }

  /** A strategy under a name of its own. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @Explore(strategy = ExploreBy.DFS, expect = Expected.DEADLOCK)
  @interface Deadlocks {}

  /** An annotation made from ours. */
  static final class Composed {
    @Deadlocks
    void deadlock(Machine machine) {
      abba(machine);
    }
  }

  /** Explores until it is told to stop. */
  static final class Endless {
    @Explore(strategy = ExploreBy.RANDOM, executionsMax = Long.MAX_VALUE)
    @Timeout(value = 100, unit = TimeUnit.MILLISECONDS)
    void timeout(Machine machine) {
      fine(machine);
    }
  }

  /** Set-ups that throw. */
  static final class Throwing {
    @Explore
    void checked(Machine machine) throws IOException {
      if (!machine.isLive()) {
        throw new IOException("no disk on " + machine.config().cpus() + " cpus");
      }
    }

    @Explore
    void assumption(Machine machine) {
      Assumptions.assumeTrue(machine.isLive(), "not on this machine");
    }
  }

  // ---- wrong ones

  /** Each has one mistake. */
  static final class Wrong {
    @Explore
    void noMachine(Demands demands) {
      demands.atEnd("nothing", () -> true);
    }

    @Explore
    void machineAndLab(Machine machine, Lab lab) {
      assertThat(machine).isNotSameAs(lab.machine());
    }

    @Explore
    void demandsTwice(Machine machine, Demands one, Demands two) {
      assertThat(machine.isLive() && one == two).isFalse();
    }

    @Explore(patches = "pre-4.10-aio-freeze")
    void patchesWithoutLab(Machine machine) {
      fine(machine);
    }

    @Explore(patches = "5.10")
    void unknownPatch(Lab lab) {
      fine(lab.machine());
    }

    @Explore(strategy = ExploreBy.PREEMPTIONS)
    void boundMissing(Machine machine) {
      fine(machine);
    }

    @Explore(strategy = ExploreBy.DELAYS, bound = -3)
    void boundNegative(Machine machine) {
      fine(machine);
    }

    @Explore(bound = 2)
    void boundTooMuch(Machine machine) {
      fine(machine);
    }

    @Explore(strategy = ExploreBy.PCT, bound = 0)
    void depthTooSmall(Machine machine) {
      fine(machine);
    }

    @Explore(executionsMax = 0)
    void executionsMax(Machine machine) {
      fine(machine);
    }

    @Explore(stepsMax = 0)
    void stepsMax(Machine machine) {
      fine(machine);
    }

    @Explore(cpus = 65)
    void cpus(Machine machine) {
      fine(machine);
    }

    @Explore(containing = "t1")
    void containingOfNothing(Machine machine) {
      fine(machine);
    }
  }

  /** The same as the example, for the story in docs/junit.md. */
  static final class TwoRenames {
    @Explore
    void lockedAsNamed(Machine machine) {
      Lockdep lockdep = Lockdep.withoutProving(machine);
      RwSemaphore a = new RwSemaphore(lockdep, "a");
      RwSemaphore b = new RwSemaphore(lockdep, "b");
      PlainWord done = new PlainWord(machine, "done", 0);
      machine.task("t1", () -> rename(a, b, done));
      machine.task("t2", () -> rename(b, a, done));
    }

    private static void rename(RwSemaphore from, RwSemaphore to, PlainWord done) {
      from.downWrite();
      to.downWrite();
      done.set(done.get() + 1);
      to.upWrite();
      from.upWrite();
    }
  }
}
