package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;

/**
 * The hardware: it takes commands, does them or goes wrong, and says so.
 *
 * <p>A command is done at the moment of its answer: in the handler of the interrupt that tells. All
 * fields are under one lock, the drive's own.
 */
final class Drive {
  private final Machine machine;
  private final DeviceConfig config;

  // Protected by this.
  private final Store store;
  private final List<Command> working = new ArrayList<>(2);
  private boolean dead;
  private long version;

  Drive(Machine machine, DeviceConfig config, Media media) {
    this.machine = machine;
    this.config = config;
    this.store = new Store(config, media);
  }

  /** Takes a command to work on. */
  synchronized void take(Command command) {
    working.add(command);
    version++;
    if (command.op == BioOp.FLUSH) {
      command.flushPoint = store.flushPoint();
    }
  }

  /** Does a command, unless that was done, or given up, before. */
  void perform(Command command) {
    int choice = prepare(command);
    synchronized (this) {
      if (!command.done && !command.aborted) {
        command.done = true;
        working.remove(command);
        version++;
        if (dead) {
          command.status = BlkStatus.IOERR;
        } else {
          transfer(command, choice);
        }
      }
    }
  }

  /** Asks chance what a fault needs to know; outside of the lock. */
  private int prepare(Command command) {
    if (command.fault == Fault.TORN_WRITE) {
      int units = (command.sectors + config.atomicSectors() - 1) / config.atomicSectors();
      return machine.choose(units, "torn after");
    }
    if (command.fault == Fault.CORRUPTED_BYTE) {
      return machine.choose(command.sectors * BlockDevice.SECTOR_BYTES, "corrupted byte");
    }
    return 0;
  }

  private void transfer(Command command, int choice) {
    Fault fault = command.fault;
    if (fault == Fault.EIO || fault == Fault.MEDIUM) {
      command.status = fault == Fault.EIO ? BlkStatus.IOERR : BlkStatus.MEDIUM;
      return;
    }
    switch (command.op) {
      case READ -> {
        Data read = store.read(command.sector, command.sectors * BlockDevice.SECTOR_BYTES);
        command.data = fault == Fault.CORRUPTED_BYTE ? corrupted(read, choice) : read;
      }
      case FLUSH -> store.flushed(command.flushPoint);
      case WRITE, DISCARD, WRITE_ZEROES -> write(command, choice);
    }
  }

  private void write(Command command, int choice) {
    Data data = Store.bytesOf(command);
    if (command.fault == Fault.DROPPED_WRITE) {
      return;
    }
    if (command.fault == Fault.TORN_WRITE) {
      data = data.slice(0, choice * config.atomicSectors() * BlockDevice.SECTOR_BYTES);
    } else if (command.fault == Fault.CORRUPTED_BYTE) {
      data = corrupted(data, choice);
    }
    if (data.length() > 0) {
      store.write(command.sector, data, command.fua);
    }
  }

  private static Data corrupted(Data data, int at) {
    return data.with(at, new Data.Uniform((byte) ~data.at(at), 1));
  }

  /** Whether the command is done; then no interrupt is needed to end it. */
  synchronized boolean isDone(Command command) {
    return command.done;
  }

  /** Gives a command up: what it has not done by now it never does. */
  synchronized void abort(Command command) {
    command.aborted = true;
    working.remove(command);
    version++;
  }

  /** How many commands the drive works on; for the search for leaks. */
  synchronized int workingNow() {
    return working.size();
  }

  /** Puts data onto the medium; before the machine runs. */
  synchronized void preload(long sector, Data data) {
    store.write(sector, data, true);
  }

  /** What reads see now. */
  synchronized DiskImage snapshot() {
    return new DiskImage(store.snapshot(), config.sectors());
  }

  synchronized Data medium(long sector, int sectors) {
    return store.read(sector, sectors * BlockDevice.SECTOR_BYTES);
  }

  /** What is left if the power goes now. */
  synchronized Remains remains() {
    return store.remains(config.sectors(), working);
  }

  /** A number that changes whenever {@link #remains} may. */
  synchronized long remainsVersion() {
    return version;
  }

  /** Takes the power away: nothing is done any more; what is left may be mounted elsewhere. */
  DiskImage powerCut() {
    Remains left;
    synchronized (this) {
      dead = true;
      left = remains();
    }
    return left.image((unit, versions) -> machine.choose(versions + 1, "what survives"));
  }

  synchronized boolean isDead() {
    return dead;
  }

  /** What goes wrong with a command, for who counts. */
  static @Nullable String word(@Nullable Fault fault) {
    return fault == null ? null : fault.word();
  }
}
