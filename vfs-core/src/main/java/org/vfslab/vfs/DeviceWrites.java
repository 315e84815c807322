package org.vfslab.vfs;

import org.vfslab.block.Bio;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.machine.Completion;
import org.vfslab.memory.AtomicWord;

/** Some writes of a filesystem's own blocks, and the wait for all of them. */
final class DeviceWrites {
  private final BlockDevice device;
  private final AtomicWord left;
  private final AtomicWord error;
  private final Completion done;

  DeviceWrites(BlockDevice device) {
    this.device = device;
    this.left = new AtomicWord(device.machine(), "metadata writes", 1);
    this.error = new AtomicWord(device.machine(), "metadata writes", 0);
    this.done = new Completion(device.machine(), "metadata writes");
  }

  /** Sends one on its way; may sleep for a tag. */
  void write(long sector, byte[] data) {
    write(sector, data, 0);
  }

  /** The same with flags of {@link Bio}. */
  void write(long sector, byte[] data, int flags) {
    left.fetchAdd(1);
    device.submitBio(Bio.write(sector, Data.copyOf(data), this::ended).with(flags));
  }

  private void ended(Bio bio) {
    if (bio.status() < 0) {
      error.compareAndSet(0, bio.status());
    }
    put();
  }

  private void put() {
    if (left.addReturn(-1) == 0) {
      done.complete();
    }
  }

  /** Waits for all: 0 or a negative errno. */
  int waitForAll() {
    put();
    done.waitForCompletion();
    return (int) error.loadAcquire();
  }

  /** Reads sectors and waits: 0 or a negative errno. */
  static int read(BlockDevice device, long sector, byte[] data) {
    Completion done = new Completion(device.machine(), "metadata read");
    Bio bio = Bio.read(sector, data.length, ended -> done.complete());
    device.submitBio(bio);
    done.waitForCompletion();
    if (bio.status() == 0) {
      bio.data().copyTo(0, data, 0, data.length);
    }
    return bio.status();
  }
}
