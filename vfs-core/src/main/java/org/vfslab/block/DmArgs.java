package org.vfslab.block;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The arguments of a target, taken from the front: {@code struct dm_arg_set}. */
final class DmArgs {
  private static final long UINT_MAX = 0xffff_ffffL;

  private final Deque<String> words;
  private final Function<String, @Nullable BlockDevice> lookup;

  DmArgs(List<String> words, Function<String, @Nullable BlockDevice> lookup) {
    this.words = new ArrayDeque<>(words);
    this.lookup = lookup;
  }

  int count() {
    return words.size();
  }

  /** {@code dm_shift_arg}. */
  @Nullable String shift() {
    return words.pollFirst();
  }

  /** {@code dm_read_arg}: a number between bounds. */
  long read(long min, long max, String error) throws TableException {
    String word = shift();
    if (word == null || !word.matches("\\d{1,18}")) {
      throw new TableException(error);
    }
    long value = Long.parseLong(word);
    if (value < min || value > max) {
      throw new TableException(error);
    }
    return value;
  }

  /** An {@code unsigned int}. */
  long readUint(String error) throws TableException {
    return read(0, UINT_MAX, error);
  }

  /** A sector of a device. */
  long readSector(String error) throws TableException {
    return read(0, Long.MAX_VALUE / BlockDevice.SECTOR_BYTES, error);
  }

  /** {@code dm_get_device}. */
  BlockDevice device(String error) throws TableException {
    return named(shift(), error);
  }

  BlockDevice named(@Nullable String name, String error) throws TableException {
    BlockDevice device = name == null ? null : lookup.apply(name);
    if (device == null) {
      throw new TableException(error);
    }
    return device;
  }
}
