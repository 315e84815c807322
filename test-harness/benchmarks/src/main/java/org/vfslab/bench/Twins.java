package org.vfslab.bench;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Scenario;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;

/**
 * The programs that other explorers run too, in our idiom; the others are in {@code
 * peers/.../Programs.java} and have the same tasks with the same shared accesses.
 */
final class Twins {

  private Twins() {}

  private record Twin(String name, MachineConfig machine, Function<Machine, Properties> body)
      implements Scenario {
    @Override
    public Properties setUp(Machine on) {
      return body.apply(on);
    }
  }

  /** The program with this name. */
  static Scenario named(String name) {
    return switch (name) {
      case "readers-8" -> Programs.readers(8);
      case "freeze-aio" -> freezeAio(name, false, false);
      case "missed-wake-up" -> freezeAio(name, true, false);
      case "reference-race" -> freezeAio(name, false, true);
      default -> throw new BenchException("there is no program '" + name + "'");
    };
  }

  private static Scenario freezeAio(String name, boolean missesWakeUp, boolean losesReference) {
    MachineConfig config =
        MachineConfig.DEFAULT
            .withCpus(2 * FreezeAio.WRITES + 1)
            .withGranularity(MachineConfig.Granularity.CALL);
    return new Twin(name, config, machine -> new FreezeAio(machine, missesWakeUp, losesReference));
  }

  /** Two writes in flight against a freeze, which waits until they are over. */
  private static final class FreezeAio implements Properties {
    private static final int WRITES = 2;

    private final Machine machine;
    private final boolean missesWakeUp;
    private final boolean losesReference;
    private final AtomicWord inFlight;
    private final AtomicWord freezing;
    private final AtomicWord frozen;
    private final AtomicWord wrong;
    private final AtomicRef<Task> waiter;

    FreezeAio(Machine machine, boolean missesWakeUp, boolean losesReference) {
      this.machine = machine;
      this.missesWakeUp = missesWakeUp;
      this.losesReference = losesReference;
      this.inFlight = new AtomicWord(machine, "in flight", 0);
      this.freezing = new AtomicWord(machine, "freezing", 0);
      this.frozen = new AtomicWord(machine, "frozen", 0);
      this.wrong = new AtomicWord(machine, "wrong", 0);
      this.waiter = new AtomicRef<>(machine, "waiter", null);
      for (int i = 0; i < WRITES; i++) {
        AtomicWord references = new AtomicWord(machine, "references", losesReference ? 1 : 2);
        AtomicWord freed = new AtomicWord(machine, "freed", 0);
        Completion submitted = new Completion(machine, "submitted");
        machine.task("submitter" + i, () -> submit(references, freed, submitted));
        machine.task("interrupt" + i, () -> complete(references, freed, submitted));
      }
      machine.task("freezer", this::freeze);
    }

    @Override
    public @Nullable String atEnd(RunResult result) {
      return wrong.peek() == 0 ? null : "wrong: " + wrong.peek();
    }

    private void submit(AtomicWord references, AtomicWord freed, Completion submitted) {
      inFlight.addReturn(1);
      if (freezing.loadAcquire() != 0) {
        endWrite();
        references.storeRelease(0);
        submitted.complete();
        return;
      }
      submitted.complete();
      if (freed.loadAcquire() != 0) {
        wrong.storeRelease(1);
      }
      if (!losesReference) {
        put(references, freed);
      }
    }

    private void complete(AtomicWord references, AtomicWord freed, Completion submitted) {
      submitted.waitForCompletion();
      if (references.loadAcquire() == 0) {
        return;
      }
      if (frozen.loadAcquire() != 0) {
        wrong.storeRelease(2);
      }
      endWrite();
      put(references, freed);
    }

    private static void put(AtomicWord references, AtomicWord freed) {
      if (references.addReturn(-1) == 0) {
        freed.storeRelease(1);
      }
    }

    private void endWrite() {
      if (inFlight.addReturn(-1) == 0) {
        Task sleeper = waiter.loadAcquire();
        if (sleeper != null) {
          sleeper.wakeUpProcess();
        }
      }
    }

    private void freeze() {
      Task me = machine.currentTask();
      freezing.storeRelease(1);
      while (inFlight.loadAcquire() != 0) {
        me.setCurrentState(TaskState.UNINTERRUPTIBLE);
        waiter.storeRelease(me);
        if (missesWakeUp || inFlight.loadAcquire() != 0) {
          me.schedule();
        }
        me.setCurrentState(TaskState.RUNNING);
      }
      frozen.storeRelease(1);
      frozen.storeRelease(0);
      freezing.storeRelease(0);
    }
  }
}
