package org.vfslab.locks;

import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;

/**
 * What a lock protects. Says so when two are inside that must not be, and has plain data in it, so
 * that a lock that excludes without ordering is found too.
 *
 * <p>For the deterministic engine: the counts are ordinary variables that change within a step.
 */
final class Inside {
  private final AtomicWord time;
  private final PlainWord data;
  private int readers;
  private int writers;
  private int readersMost;

  Inside(Machine machine) {
    time = new AtomicWord(machine, "time inside", 0);
    data = new PlainWord(machine, "data", 0);
  }

  /** Reads for a moment, during which others may come in. */
  void read() {
    enterRead();
    time.readOnce();
    leaveRead();
  }

  void enterRead() {
    readers++;
    readersMost = Math.max(readersMost, readers);
    check();
    data.get();
  }

  void leaveRead() {
    readers--;
  }

  /** Writes for a moment, during which others may come in. */
  void write() {
    writers++;
    check();
    data.set(data.get() + 1);
    time.readOnce();
    writers--;
  }

  private void check() {
    if (writers > 1 || (writers == 1 && readers > 0)) {
      throw new KernelFault(
          ReportKind.BUG, writers + " writers and " + readers + " readers are inside");
    }
  }

  /** How many readers were inside together. */
  int readersMost() {
    return readersMost;
  }

  /** How many writes are in the data. */
  long written() {
    return data.peek();
  }
}
