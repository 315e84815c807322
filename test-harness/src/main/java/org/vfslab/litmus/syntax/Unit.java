package org.vfslab.litmus.syntax;

/** What a number in a litmus file counts. Sizes grow by 1024, times are held in nanoseconds. */
public enum Unit implements Spelled {
  /** A plain number. */
  NONE("", 1),
  /** 1024 bytes. */
  KIBIBYTES("k", 1L << 10),
  /** 1024 times 1024 bytes. */
  MEBIBYTES("M", 1L << 20),
  /** 1024 times 1024 times 1024 bytes. */
  GIBIBYTES("G", 1L << 30),
  /** Nanoseconds of virtual time. */
  NANOSECONDS("ns", 1),
  /** Microseconds of virtual time. */
  MICROSECONDS("us", 1_000),
  /** Milliseconds of virtual time. */
  MILLISECONDS("ms", 1_000_000),
  /** Seconds of virtual time. */
  SECONDS("s", 1_000_000_000);

  private final String spelling;
  private final long factor;

  Unit(String spelling, long factor) {
    this.spelling = spelling;
    this.factor = factor;
  }

  @Override
  public String spelling() {
    return spelling;
  }

  /** How many bytes or nanoseconds one of this unit is. */
  public long factor() {
    return factor;
  }

  /** True for {@code k}, {@code M} and {@code G}. */
  public boolean isSize() {
    return switch (this) {
      case KIBIBYTES, MEBIBYTES, GIBIBYTES -> true;
      case NONE, NANOSECONDS, MICROSECONDS, MILLISECONDS, SECONDS -> false;
    };
  }

  /** True for {@code ns}, {@code us}, {@code ms} and {@code s}. */
  public boolean isTime() {
    return this != NONE && !isSize();
  }
}
