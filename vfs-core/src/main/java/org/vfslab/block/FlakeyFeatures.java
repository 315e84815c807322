package org.vfslab.block;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a flakey target does while it is down; read from its table line. */
final class FlakeyFeatures {

  /** {@code PROBABILITY_BASE} of random corruption. */
  static final int PROBABILITY_BASE = 1_000_000_000;

  private static final int ARGS_MAX = 11;
  private static final int BYTE_MAX = 255;
  private static final long UINT_MAX = 0xffff_ffffL;

  boolean dropWrites;
  boolean errorWrites;
  boolean errorReads;

  /** The byte that is overwritten, from 1; 0: none. */
  long corruptByte;

  boolean corruptsWrites;
  int corruptValue;
  long corruptFlags;
  int randomRead;
  int randomWrite;

  FlakeyFeatures(DmArgs args) throws TableException {
    if (args.count() > 0) {
      parse(args);
    }
    checkConflicts();
    if (corruptByte == 0
        && !errorReads
        && !dropWrites
        && !errorWrites
        && randomRead == 0
        && randomWrite == 0) {
      errorReads = true;
      errorWrites = true;
    }
  }

  private void parse(DmArgs args) throws TableException {
    String badCount = "Invalid number of feature args";
    long left = args.read(0, ARGS_MAX, badCount);
    if (args.count() < left) {
      throw new TableException(badCount);
    }
    while (left > 0) {
      @Nullable String word = args.shift();
      if (word == null) {
        throw new TableException("Insufficient feature arguments");
      }
      left--;
      String name = word.toLowerCase(Locale.ROOT);
      switch (name) {
        case "error_reads" -> errorReads = once(errorReads, name);
        case "drop_writes" -> {
          dropWrites = once(dropWrites, name);
          if (errorWrites) {
            throw new TableException("Feature drop_writes conflicts with feature error_writes");
          }
        }
        case "error_writes" -> {
          errorWrites = once(errorWrites, name);
          if (dropWrites) {
            throw new TableException("Feature error_writes conflicts with feature drop_writes");
          }
        }
        case "corrupt_bio_byte" -> {
          if (left == 0) {
            throw new TableException("Feature corrupt_bio_byte requires parameters");
          }
          corruptBioByte(args);
          left -= 4;
        }
        case "random_read_corrupt" -> {
          randomRead = random(args, randomRead, left, name);
          left--;
        }
        case "random_write_corrupt" -> {
          randomWrite = random(args, randomWrite, left, name);
          left--;
        }
        default -> throw new TableException("Unrecognised flakey feature requested");
      }
    }
  }

  private static boolean once(boolean already, String name) throws TableException {
    if (already) {
      throw new TableException("Feature " + name + " duplicated");
    }
    return true;
  }

  private void corruptBioByte(DmArgs args) throws TableException {
    corruptByte = args.read(1, UINT_MAX, "Invalid corrupt bio byte");
    String direction = args.shift();
    if (direction == null || !direction.toLowerCase(Locale.ROOT).matches("[rw]")) {
      throw new TableException("Invalid corrupt bio direction (r or w)");
    }
    corruptsWrites = direction.equalsIgnoreCase("w");
    corruptValue =
        (int) args.read(0, BYTE_MAX, "Invalid corrupt value to write into bio byte (0-255)");
    corruptFlags = args.readUint("Invalid corrupt bio flags mask");
  }

  private static int random(DmArgs args, int already, long left, String name)
      throws TableException {
    if (already != 0) {
      throw new TableException("Feature " + name + " duplicated");
    }
    if (left == 0) {
      throw new TableException("Feature " + name + " requires a parameter");
    }
    return (int) args.read(0, PROBABILITY_BASE, "Invalid random corrupt argument");
  }

  private void checkConflicts() throws TableException {
    boolean writes = (corruptByte > 0 && corruptsWrites) || randomWrite > 0;
    boolean reads = (corruptByte > 0 && !corruptsWrites) || randomRead > 0;
    String writesToo =
        " is incompatible with random_write_corrupt or corrupt_bio_byte with the WRITE flag set";
    if (dropWrites && writes) {
      throw new TableException("drop_writes" + writesToo);
    }
    if (errorWrites && writes) {
      throw new TableException("error_writes" + writesToo);
    }
    if (errorReads && reads) {
      throw new TableException(
          "error_reads is incompatible with random_read_corrupt or corrupt_bio_byte with the READ"
              + " flag set");
    }
  }

  /** {@code all_corrupt_bio_flags_match}. */
  boolean corrupts(Bio bio, boolean write) {
    return corruptByte > 0
        && corruptsWrites == write
        && (bio.flags() & corruptFlags) == corruptFlags;
  }
}
