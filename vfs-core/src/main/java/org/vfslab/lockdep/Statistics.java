package org.vfslab.lockdep;

/**
 * What {@code /proc/lockdep_stats} counts. Hits are counted without a lock, and on a live machine
 * some are lost.
 */
final class Statistics {
  long chainHits;
  long chainMisses;
  long cyclicChecks;
  long forwardChecks;
  long backwardChecks;
  int edges;
  int traces;
  int chainEntries;
  int hardirqChains;
  int softirqChains;
  int processChains;
  int depthMax;
  long hardirqsOn;
  long softirqsOn;

  void chainAdded(int irqContext, int length) {
    chainEntries += length;
    if ((irqContext & 2) != 0) {
      hardirqChains++;
    } else if (irqContext != 0) {
      softirqChains++;
    } else {
      processChains++;
    }
  }
}
