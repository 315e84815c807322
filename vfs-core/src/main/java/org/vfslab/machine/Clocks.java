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
  private int @Nullable [] readers;
  private int writer = -1;
  private int writerTime;

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

  /** Notes a plain read; returns the context whose unordered write it races with, or -1. */
  int read(int context, Clocks own) {
    if (readers == null) {
      readers = new int[Math.max(4, context + 1)];
    } else if (readers.length <= context) {
      readers = Arrays.copyOf(readers, context + 4);
    }
    readers[context] = own.get(context) + 1;
    return writer >= 0 && writer != context && own.get(writer) < writerTime ? writer : -1;
  }

  /** Notes a plain write; returns a context whose unordered use it races with, or -1. */
  int write(int context, Clocks own) {
    int race = writer >= 0 && writer != context && own.get(writer) < writerTime ? writer : -1;
    if (readers != null) {
      for (int i = 0; i < readers.length && race < 0; i++) {
        if (i != context && readers[i] > own.get(i)) {
          race = i;
        }
      }
      Arrays.fill(readers, 0);
    }
    writer = context;
    writerTime = own.get(context) + 1;
    return race;
  }

  private void grow(int length) {
    if (length > known.length) {
      known = Arrays.copyOf(known, length);
    }
  }
}
