package org.vfslab.report;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.vfslab.trace.Happening;
import org.vfslab.trace.TraceEvent;

/**
 * A short number that tells whether two traces are the same: FNV-1a with 64 bits over the events in
 * words. Enough to notice that a replay went another way; nobody is kept from forging it.
 */
public final class Fingerprint {

  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long hash = OFFSET_BASIS;

  private Fingerprint() {}

  /** The fingerprint of all of {@code trace}, as 16 hexadecimal digits. */
  public static String of(List<TraceEvent> trace) {
    Fingerprint fingerprint = new Fingerprint();
    for (TraceEvent event : trace) {
      fingerprint.take(Long.toString(event.step()));
      fingerprint.take(Long.toString(event.timeNs()));
      fingerprint.take(event.context());
      fingerprint.take(event.happening().words());
      fingerprint.take(event.happening() instanceof Happening.Locked locked ? locked.word() : "");
    }
    return String.format("%016x", fingerprint.hash);
  }

  private void take(String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      take(b);
    }
    take((byte) 0xff); // no byte of UTF-8: the border between two texts
  }

  private void take(byte b) {
    hash = (hash ^ (b & 0xff)) * PRIME;
  }
}
