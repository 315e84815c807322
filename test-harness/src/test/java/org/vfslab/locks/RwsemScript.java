package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Toy;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.ReleaseWakeups;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Task;

/**
 * A script on one rwsem: tasks that begin at a time, and remarks about what is then true. Who comes
 * when is said by virtual time, which passes only while everybody sleeps.
 */
final class RwsemScript {
  static final long MS = 1_000_000;

  private static final long WRITER = 1;
  private static final long WAITERS = 2;
  private static final long HANDOFF = 4;
  private static final long READER = 256;

  final Machine machine;
  final RwSemaphore sem;
  final IrqLine line;
  final List<String> log;

  RwsemScript(Machine machine, List<String> log) {
    this(machine, log, ReleaseWakeups.ANSWERED);
  }

  RwsemScript(Machine machine, List<String> log, ReleaseWakeups wakeups) {
    this.machine = machine;
    this.log = log;
    this.sem = new RwSemaphore(Lockdep.on(machine), "sem", wakeups);
    this.line = machine.irqLine("timer", IrqLine.Kind.HARD, machine.cpu(1));
  }

  /** What happens. */
  interface Scene {
    void play(RwsemScript script);
  }

  /** Plays a scene that must end well and returns its remarks. */
  static List<String> play(Scene scene) {
    return play(Toy.WORD, ReleaseWakeups.ANSWERED, scene);
  }

  static List<String> play(MachineConfig config, ReleaseWakeups wakeups, Scene scene) {
    List<String> log = new ArrayList<>();
    assertThat(run(config, wakeups, scene, log).findings()).isEmpty();
    return log;
  }

  /** Plays a scene that may end in any way. */
  static Execution run(
      MachineConfig config, ReleaseWakeups wakeups, Scene scene, List<String> log) {
    return new Toy(
            "script",
            config,
            machine -> {
              RwsemScript script = new RwsemScript(machine, log, wakeups);
              scene.play(script);
              return new RwsemUsers.Words(script.sem);
            })
        .once();
  }

  void sleepUntil(long timeNs) {
    Toy.sleepUntil(machine, line, timeNs);
  }

  Task at(long timeNs, String name, Runnable body) {
    return machine.task(
        name,
        () -> {
          sleepUntil(timeNs);
          body.run();
        });
  }

  /** A reader that comes at {@code from} and leaves at {@code to}, or when it gets the lock. */
  Task reader(String name, long from, long to) {
    return at(
        from,
        name,
        () -> {
          sem.downRead();
          log.add(name);
          stay(to);
          sem.upRead();
        });
  }

  Task writer(String name, long from, long to) {
    return at(
        from,
        name,
        () -> {
          sem.downWrite();
          log.add(name);
          stay(to);
          sem.upWrite();
        });
  }

  /** One that waits for a release. */
  Task waiter(String name, long from) {
    return at(
        from,
        name,
        () -> {
          sem.rwsemWait();
          log.add(name);
        });
  }

  void stay(long to) {
    if (to > machine.nowNs()) {
      sleepUntil(to);
    }
  }

  /** Notes the lock word as it is at a time. */
  void look(long timeNs) {
    at(timeNs, "look" + timeNs, () -> log.add(bits()));
  }

  String bits() {
    long word = sem.countWord();
    return ((word & WRITER) != 0 ? "W" : "")
        + (word / READER > 0 ? "R" + word / READER : "")
        + ((word & WAITERS) != 0 ? "+waiters" + sem.waiterCount() : "")
        + ((word & HANDOFF) != 0 ? "+handoff" : "");
  }
}
