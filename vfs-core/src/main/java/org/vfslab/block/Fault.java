package org.vfslab.block;

import java.util.Locale;
import java.util.Optional;

/** What can go wrong in a device with one request. */
public enum Fault {
  /** Ends with {@link BlkStatus#IOERR}, nothing done. */
  EIO,
  /** Ends with {@link BlkStatus#MEDIUM}, nothing done. */
  MEDIUM,
  /** Never answers and does nothing: only the time-out ends it. */
  HUNG,
  /** Answers only after the request was given up, having done nothing. */
  LATE,
  /** Is done, but no interrupt tells; the time-out finds it done. */
  LOST_INTERRUPT,
  /** Is done, and one interrupt more comes for which there is nothing to do. */
  SPURIOUS_INTERRUPT,
  /** Is done, and is told twice, the second time at any moment afterwards. */
  DUPLICATE_COMPLETION,
  /** Only a first part of a write reaches the device, which says that all is well. */
  TORN_WRITE,
  /** A write is thrown away, and the device says that all is well. */
  DROPPED_WRITE,
  /** One byte of what is read or written is another. */
  CORRUPTED_BYTE,
  /** The device has no room for the request now ({@code BLK_STS_DEV_RESOURCE}): it is requeued. */
  REQUEUE;

  /** Whether a request with this fault may end well and yet not be what was asked for. */
  public boolean lies() {
    return this == TORN_WRITE || this == DROPPED_WRITE || this == CORRUPTED_BYTE;
  }

  /** Whether only the time-out brings it to an end. */
  public boolean needsTimeout() {
    return this == HUNG || this == LATE || this == LOST_INTERRUPT;
  }

  /** The word for it in litmus files and tables. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The fault with this word. */
  public static Optional<Fault> of(String word) {
    for (Fault fault : values()) {
      if (fault.word().equals(word)) {
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }
}
