package org.vfslab.report;

import org.vfslab.explore.Properties;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;

/** Small scenarios that cannot end. */
final class Deadlocks {

  private Deadlocks() {}

  /** Two tasks take two locks in different order. The third lock harms nobody. */
  static Told abba(MachineConfig config) {
    return new Told(config, Deadlocks::abba);
  }

  private static Properties abba(Lockdep lockdep) {
    Machine machine = lockdep.machine();
    RwSemaphore a = new RwSemaphore(lockdep, "a");
    RwSemaphore b = new RwSemaphore(lockdep, "b");
    RwSemaphore harmless = new RwSemaphore(lockdep, "harmless");
    machine.task(
        "renamer",
        () ->
            machine
                .currentTask()
                .syscall(
                    "rename(\"/mnt/a\", \"/mnt/b\")",
                    () -> {
                      harmless.downRead();
                      harmless.upRead();
                      a.downWrite();
                      b.downWrite();
                      b.upWrite();
                      a.upWrite();
                      return 0;
                    }));
    machine.task(
        "reader",
        () ->
            machine
                .currentTask()
                .syscall(
                    "read(fd, 4k)",
                    () -> {
                      b.downRead();
                      a.downRead();
                      a.upRead();
                      b.upRead();
                      return 0;
                    }));
    return Properties.NONE;
  }
}
