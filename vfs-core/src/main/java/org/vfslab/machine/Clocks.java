package org.vfslab.machine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Vector clocks of one {@link Shared} object or context, for happens-before (as in FastTrack, but
 * with whole vectors: a scenario has few contexts).
 *
 * <p>Entry {@code i} counts the releases of context {@code i} that are known here.
 */
final class Clocks {

  private int[] known = new int[4];
  // Of a plain variable: the last uses, by context for reads, and as an epoch for writes. A marked
  // use (READ_ONCE, WRITE_ONCE) races with plain ones only.
  private int @Nullable [] plainReads;
  private int @Nullable [] markedReads;
  private int plainWriter = -1;
  private int plainWriteTime;
  private int markedWriter = -1;
  private int markedWriteTime;

  int get(int context) {
    return context < known.length ? known[context] : 0;
  }

  void tick(int context) {
    grow(context + 1);
    known[context]++;
  }

  void join(Clocks other) {
    int[] theirs = other.known;
    grow(theirs.length);
    for (int i = 0; i < theirs.length; i++) {
      if (theirs[i] > known[i]) {
        known[i] = theirs[i];
      }
    }
  }

  /** Notes a read; returns the context of an unordered write with which it races, or -1. */
  int read(int context, Clocks own, boolean marked) {
    if (marked) {
      markedReads = noted(markedReads, context, own);
    } else {
      plainReads = noted(plainReads, context, own);
    }
    if (unordered(plainWriter, plainWriteTime, context, own)) {
      return plainWriter;
    }
    return !marked && unordered(markedWriter, markedWriteTime, context, own) ? markedWriter : -1;
  }

  /** Notes a write; returns the context of an unordered use with which it races, or -1. */
  int write(int context, Clocks own, boolean marked) {
    int race = -1;
    if (unordered(plainWriter, plainWriteTime, context, own)) {
      race = plainWriter;
    } else if (!marked && unordered(markedWriter, markedWriteTime, context, own)) {
      race = markedWriter;
    } else {
      race = reader(plainReads, context, own);
      if (race < 0 && !marked) {
        race = reader(markedReads, context, own);
      }
    }
    if (marked) {
      markedWriter = context;
      markedWriteTime = own.get(context) + 1;
    } else {
      plainWriter = context;
      plainWriteTime = own.get(context) + 1;
    }
    return race;
  }

  private static boolean unordered(int writer, int time, int context, Clocks own) {
    return writer >= 0 && writer != context && own.get(writer) < time;
  }

  private static int[] noted(int @Nullable [] reads, int context, Clocks own) {
    int[] noted = reads;
    if (noted == null) {
      noted = new int[Math.max(4, context + 1)];
    } else if (noted.length <= context) {
      noted = Arrays.copyOf(noted, context + 4);
    }
    noted[context] = own.get(context) + 1;
    return noted;
  }

  private static int reader(int @Nullable [] reads, int context, Clocks own) {
    if (reads != null) {
      for (int i = 0; i < reads.length; i++) {
        if (i != context && reads[i] > own.get(i)) {
          return i;
        }
      }
    }
    return -1;
  }

  private void grow(int length) {
    if (length > known.length) {
      known = Arrays.copyOf(known, length);
    }
  }
}
