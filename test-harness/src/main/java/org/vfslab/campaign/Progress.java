package org.vfslab.campaign;

import org.vfslab.machine.Machine;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/** How far the tasks of a batch have come, for those who wait for it. */
final class Progress {
  private final AtomicWord steps;
  private final AtomicWord workers;
  private final AtomicWord freezers;
  private final WaitQueue changed;

  /** Nothing was done yet by so many tasks. */
  Progress(Machine machine, int workers, int freezers) {
    this.steps = new AtomicWord(machine, "steps of the batch", 0);
    this.workers = new AtomicWord(machine, "workers of the batch", workers);
    this.freezers = new AtomicWord(machine, "freezers of the batch", freezers);
    this.changed = new WaitQueue(machine, "progress of the batch");
  }

  /** A worker has done something. */
  void step() {
    steps.fetchAdd(1);
    changed.wakeUpAll();
  }

  /** A worker has come to its end. */
  void workerEnds() {
    workers.fetchAdd(-1);
    changed.wakeUpAll();
  }

  /** A freezer has come to its end. */
  void freezerEnds() {
    freezers.fetchAdd(-1);
    changed.wakeUpAll();
  }

  /** Whether somebody works still. */
  boolean isWorking() {
    return workers.loadAcquire() > 0;
  }

  /** Sleeps until so much more was done, or all workers have ended. */
  void await(int moreSteps) {
    long target = steps.readOnce() + moreSteps;
    changed.waitEvent("progress", () -> steps.loadAcquire() >= target || !isWorking());
  }

  /** Sleeps until all have ended. */
  void awaitAll() {
    changed.waitEvent("the end", () -> !isWorking() && freezers.loadAcquire() == 0);
  }
}
