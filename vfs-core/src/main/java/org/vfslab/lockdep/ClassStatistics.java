package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code /proc/lock_stat} says of one class: {@code lock_class_stats}. */
final class ClassStatistics {

  /** {@code LOCKSTAT_POINTS}. */
  static final int POINTS = 4;

  /** Times of one sort: {@code struct lock_time}. */
  static final class Times {
    private long count;
    private long minNs;
    private long maxNs;
    private long totalNs;

    void add(long ns) {
      maxNs = Math.max(maxNs, ns);
      minNs = count == 0 ? ns : Math.min(minNs, ns);
      totalNs += ns;
      count++;
    }

    long count() {
      return count;
    }

    long minNs() {
      return minNs;
    }

    long maxNs() {
      return maxNs;
    }

    long totalNs() {
      return totalNs;
    }

    long averageNs() {
      return count == 0 ? 0 : totalNs / count;
    }
  }

  /** What there is for each of the two ways to hold a lock. */
  static final class Side {
    final Times waits = new Times();
    final Times holds = new Times();

    /** How often the lock had been last taken on another CPU. */
    long contendedBounces;

    long acquiredBounces;
  }

  /** A place in the code, and how often it was met. */
  static final class Point {
    private final String site;
    private long count;

    Point(String site) {
      this.site = site;
    }

    String site() {
      return site;
    }

    long count() {
      return count;
    }
  }

  final Side write = new Side();
  final Side read = new Side();

  /** Who waited, and who held the lock then. */
  final List<Point> contention = new ArrayList<>(0);

  final List<Point> contending = new ArrayList<>(0);

  Side side(HeldLock held) {
    return held.isRead() ? read : write;
  }

  long contentions() {
    return write.waits.count() + read.waits.count();
  }

  /** Counts {@code site} among {@code points}, if it is known or there is room. */
  static void count(List<Point> points, @Nullable String site) {
    if (site == null) {
      return;
    }
    for (Point point : points) {
      if (point.site.equals(site)) {
        point.count++;
        return;
      }
    }
    if (points.size() < POINTS) {
      Point point = new Point(site);
      point.count = 1;
      points.add(point);
    }
  }
}
