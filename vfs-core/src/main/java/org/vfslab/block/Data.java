package org.vfslab.block;

import java.util.Arrays;

/**
 * Bytes that never change, so that a page of the cache, a bio and the medium can share them.
 *
 * <p>Most bytes of a test are all the same; those need no memory at all.
 */
public sealed interface Data {

  /** So many times the same byte. */
  record Uniform(byte value, int length) implements Data {
    /** Checks the bounds. */
    public Uniform {
      if (length < 0) {
        throw new IllegalArgumentException("a number of bytes is not negative: " + length);
      }
    }

    @Override
    public byte at(int offset) {
      return value;
    }

    @Override
    public Data slice(int from, int to) {
      return from == 0 && to == length ? this : new Uniform(value, to - from);
    }

    @Override
    public void copyTo(int from, byte[] target, int at, int count) {
      Arrays.fill(target, at, at + count, value);
    }
  }

  /** A part of an array to which nobody else has a reference. */
  final class Bytes implements Data {
    private final byte[] array;
    private final int start;
    private final int length;

    private Bytes(byte[] array, int start, int length) {
      this.array = array;
      this.start = start;
      this.length = length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public byte at(int offset) {
      return array[start + offset];
    }

    @Override
    public Data slice(int from, int to) {
      return from == 0 && to == length ? this : new Bytes(array, start + from, to - from);
    }

    @Override
    public void copyTo(int from, byte[] target, int at, int count) {
      System.arraycopy(array, start + from, target, at, count);
    }
  }

  /** How many bytes. */
  int length();

  /** One byte. */
  byte at(int offset);

  /** The bytes from one offset up to another, shared with this. */
  Data slice(int from, int to);

  /** Copies {@code count} bytes from offset {@code from} into an array. */
  void copyTo(int from, byte[] target, int at, int count);

  /** So many zeroes. */
  static Data zeroes(int length) {
    return new Uniform((byte) 0, length);
  }

  /** What an array holds now. */
  static Data copyOf(byte[] array) {
    return copyOf(array, 0, array.length);
  }

  /** What a part of an array holds now. */
  static Data copyOf(byte[] array, int from, int to) {
    return isUniform(array, from, to)
        ? new Uniform(array[from], to - from)
        : new Bytes(Arrays.copyOfRange(array, from, to), 0, to - from);
  }

  private static boolean isUniform(byte[] array, int from, int to) {
    // Equal to itself one byte further on: one comparison that the JVM has an intrinsic for.
    return from < to && Arrays.equals(array, from, to - 1, array, from + 1, to);
  }

  /** These bytes with some replaced: {@code part} stands at {@code offset}. */
  default Data with(int offset, Data part) {
    if (part.length() == length()) {
      return part;
    }
    if (part.length() == 0
        || (this instanceof Uniform mine
            && part instanceof Uniform other
            && mine.value() == other.value())) {
      return this;
    }
    byte[] bytes = toBytes();
    part.copyTo(0, bytes, offset, part.length());
    return new Bytes(bytes, 0, bytes.length);
  }

  /** A copy as an array. */
  default byte[] toBytes() {
    byte[] bytes = new byte[length()];
    copyTo(0, bytes, 0, bytes.length);
    return bytes;
  }

  /** Whether the same bytes stand in both. */
  default boolean sameAs(Data other) {
    if (this == other) {
      return true;
    }
    if (length() != other.length()) {
      return false;
    }
    if (this instanceof Uniform mine && other instanceof Uniform theirs) {
      return mine.value() == theirs.value() || length() == 0;
    }
    for (int i = 0; i < length(); i++) {
      if (at(i) != other.at(i)) {
        return false;
      }
    }
    return true;
  }

  /** The byte that all are, or -1. */
  default int uniformValue() {
    if (length() == 0) {
      return -1;
    }
    byte first = at(0);
    if (!(this instanceof Uniform)) {
      for (int i = 1; i < length(); i++) {
        if (at(i) != first) {
          return -1;
        }
      }
    }
    return first & 0xff;
  }
}
