package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.List;

/**
 * The sequences of holds that have been validated, by a hash of their classes and modes: {@code
 * lookup_chain_cache}.
 */
final class ChainCache {

  /*
   * Overview. An open hash table of keys. Looked at without a lock: who does not see a key yet
   * takes the lock of the graph and looks again. Two chains with the same key of 64 bits would be
   * taken for one, as in the kernel.
   *
   * A key does not tell trylocks apart. The same chain with a trylock in it has an edge around that
   * instead of one to it; whoever comes first, the ways through the graph are the same then.
   */
  static final long INITIAL_KEY = -1;

  /** {@code MAX_LOCKDEP_CHAINS}. */
  static final int CHAINS_MAX = 1 << 16;

  /** One sequence: the interrupt context in which it was first seen, and its classes. */
  static final class Chain {
    private final int irqContext;
    private final LockClass[] classes;

    Chain(int irqContext, LockClass[] classes) {
      this.irqContext = irqContext;
      this.classes = classes;
    }

    int irqContext() {
      return irqContext;
    }

    LockClass[] classes() {
      return classes;
    }
  }

  private long[] table = new long[16];
  private int size;
  private final List<Chain> chains = new ArrayList<>(8);

  /** The key of a chain that goes on with this hold. */
  static long next(long key, LockClass lockClass, Mode mode) {
    long id = lockClass.index | (long) mode.value() << 13;
    long mixed = (key ^ (id + 1) * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    mixed ^= mixed >>> 29;
    mixed *= 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 32;
  }

  boolean contains(long key) {
    long[] now = table;
    long wanted = key == 0 ? 1 : key;
    int mask = now.length - 1;
    for (int i = (int) wanted & mask; now[i] != 0; i = (i + 1) & mask) {
      if (now[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  /** Adds a chain; with the lock of the graph held. */
  void add(long key, Chain chain) {
    if (2 * ++size > table.length) {
      long[] bigger = new long[table.length * 2];
      for (long old : table) {
        if (old != 0) {
          put(bigger, old);
        }
      }
      table = bigger;
    }
    put(table, key == 0 ? 1 : key);
    chains.add(chain);
  }

  private static void put(long[] into, long key) {
    int mask = into.length - 1;
    int i = (int) key & mask;
    while (into[i] != 0) {
      i = (i + 1) & mask;
    }
    into[i] = key;
  }

  /** All chains, in the order of their coming. */
  List<Chain> chains() {
    return chains;
  }
}
