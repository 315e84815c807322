package org.vfslab.bench;

import java.util.Locale;

/** How figures are written. */
final class Figures {

  private Figures() {}

  /** A count, with the thousands apart. */
  static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  /** A time in nanoseconds, as long as three digits. */
  static String nanos(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  /** How often one goes into the other. */
  static String ratio(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.0f", value);
  }

  /** Seconds. */
  static String seconds(double nanos) {
    return String.format(Locale.ROOT, "%.2f", nanos / 1e9);
  }

  /** Mebibytes. */
  static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%,.1f", bytes / (1 << 20));
  }
}
