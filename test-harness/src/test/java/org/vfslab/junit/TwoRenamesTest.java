package org.vfslab.junit;

import java.util.List;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Machine;
import org.vfslab.memory.PlainWord;

/** Two renames between two directories, each of which takes the locks of both. */
final class TwoRenamesTest {

  @Explore
  void lockedInOneOrder_bothEnd(Machine machine, Demands demands) {
    Lockdep lockdep = Lockdep.on(machine);
    RwSemaphore a = new RwSemaphore(lockdep, "a");
    RwSemaphore b = new RwSemaphore(lockdep, "b");
    PlainWord done = new PlainWord(machine, "done", 0);
    for (String task : List.of("t1", "t2")) {
      machine.task(task, () -> rename(a, b, done));
    }
    demands.atEnd("both renames are done", () -> done.peek() == 2);
  }

  @Explore(expect = Expected.DEADLOCK, containing = "t1 waits for b")
  void brokenLockedAsNamed_oneWaitsForTheOther(Machine machine) {
    Lockdep lockdep = Lockdep.withoutProving(machine); // which would tell before they wait
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
