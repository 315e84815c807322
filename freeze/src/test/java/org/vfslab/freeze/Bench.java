package org.vfslab.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Completion;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Report;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.machine.Timer;
import org.vfslab.trace.Happening;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.SuperOperations;

/** One superblock that can be frozen, on two CPUs; whoever runs goes on. */
final class Bench {
  final Machine machine = Machine.deterministic(MachineConfig.DEFAULT, new FirstCome());
  final Lockdep lockdep = Lockdep.on(machine);
  final SuperOperations operations = mock();
  final SuperBlock sb;
  final SbWriters writers;
  final SuperFreeze freezer;

  /** What the bodies of tasks saw, in order. */
  final List<String> seen = new ArrayList<>();

  /** The states that the superblock went through. */
  final List<String> states = new ArrayList<>();

  final Rcu rcu = new Rcu(lockdep);
  private final IrqLine clock = machine.irqLine("clock", IrqLine.Kind.SOFT, machine.cpu(0));

  Bench() {
    this(false);
  }

  Bench(boolean readOnly) {
    BlockDevice disk =
        new BlockDevice(machine, "d", new DeviceConfig(1024, 8, new Latency.Fixed(1000)));
    sb = new SuperBlock(lockdep, "/mnt", disk, operations, 4096, readOnly);
    writers = new SbWriters(lockdep, rcu, sb);
    sb.protectWritesBy(writers);
    freezer = new SuperFreeze(sb, writers);
    machine.traceTo(
        event -> {
          if (event.happening() instanceof Happening.Changed changed
              && changed.what().equals("/mnt frozen")) {
            states.add(changed.to());
          }
        });
  }

  /** Adds a task; tasks run one after the other as far as they do not sleep. */
  Bench task(String name, Runnable body) {
    machine.task(name, body);
    return this;
  }

  /** Adds a task that makes one system call at this time and notes its result. */
  Bench callAt(long timeNs, String name, java.util.function.LongSupplier call) {
    return task(
        name,
        () -> {
          sleepUntil(timeNs);
          long result = machine.currentTask().syscall(name, call);
          seen.add(name + " = " + result);
        });
  }

  /** Sleeps until so much virtual time has passed, that is until everybody sleeps. */
  void sleepUntil(long timeNs) {
    Completion over = new Completion(machine, "sleep");
    new Timer(machine, clock, over::complete).start(timeNs - machine.nowNs());
    over.waitForCompletion();
  }

  /** Which levels let a write begin right now, by a try. */
  String open() {
    StringBuilder open = new StringBuilder();
    for (FreezeLevel level : FreezeLevel.values()) {
      if (writers.startWriteTrylock(level)) {
        writers.endWrite(level);
        open.append(open.isEmpty() ? "" : " ").append(level);
      }
    }
    return open.toString();
  }

  Task named(String name) {
    return machine.tasks().stream()
        .filter(task -> task.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  /** Runs to the end: nobody hangs and nobody complains. */
  Bench run() {
    RunResult result = machine.run();
    assertThat(machine.reports()).extracting(Report::text).isEmpty();
    assertThat(result.hung()).extracting(task -> task + " waits for " + task.waitsFor()).isEmpty();
    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.DONE);
    for (FreezeLevel level : FreezeLevel.values()) {
      assertThat(writers.writers(level)).as("%s", level).isZero();
    }
    return this;
  }

  long active() {
    return sb.active().peek();
  }
}
