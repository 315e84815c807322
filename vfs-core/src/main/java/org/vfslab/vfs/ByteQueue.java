package org.vfslab.vfs;

import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/** Bytes that are read in the order in which they were written; changed under its owner's lock. */
final class ByteQueue {
  private final byte[] ring;
  private int first;

  /** How many there are; looked at without the lock. */
  private final AtomicWord bytes;

  ByteQueue(Machine machine, String name, int capacity) {
    this.ring = new byte[capacity];
    this.bytes = new AtomicWord(machine, "bytes in " + name, 0);
  }

  boolean isEmpty() {
    return bytes.readOnce() == 0;
  }

  boolean isFull() {
    return bytes.readOnce() == ring.length;
  }

  /** Adds as much as there is room for of {@code data}, from {@code from} on; how much. */
  int add(byte[] data, int from) {
    int there = (int) bytes.readOnce();
    int count = Math.min(data.length - from, ring.length - there);
    for (int i = 0; i < count; i++) {
      ring[(first + there + i) % ring.length] = data[from + i];
    }
    bytes.writeOnce(there + (long) count);
    return count;
  }

  /** Takes as much as there is and as {@code into} holds; how much. */
  int take(byte[] into) {
    int there = (int) bytes.readOnce();
    int count = Math.min(into.length, there);
    for (int i = 0; i < count; i++) {
      into[i] = ring[(first + i) % ring.length];
    }
    first = (first + count) % ring.length;
    bytes.writeOnce(there - (long) count);
    return count;
  }
}
