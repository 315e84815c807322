package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lock classes of one machine. Calls are made with the lock of the graph held. */
final class ClassTable {

  /** {@code MAX_LOCKDEP_KEYS}. */
  static final int CLASSES_MAX = 8192;

  private final List<LockClass> classes = new ArrayList<>(8);

  /**
   * The class of this lock and subclass, made when it is first asked for ({@code
   * register_lock_class}); null when there are too many.
   */
  @Nullable LockClass classOf(LockMap map, int subclass) {
    LockKey key = map.key();
    LockClass known = key.classOf(subclass);
    if (known == null) {
      if (classes.size() == CLASSES_MAX) {
        return null;
      }
      known = new LockClass(classes.size(), key, subclass, map, version(key, map.name()));
      classes.add(known);
      key.classOf(subclass, known);
    }
    if (subclass == 0) {
      map.cached = known;
    }
    return known;
  }

  /** {@code count_matching_names}: what tells classes of one name apart. */
  private int version(LockKey key, String name) {
    int version = key.nameVersion();
    if (version > 0) {
      return version;
    }
    for (LockClass other : classes) {
      if (other.name.equals(name)) {
        version = Math.max(version, other.nameVersion);
      }
    }
    return version + 1;
  }

  /** All classes by number. */
  List<LockClass> all() {
    return classes;
  }
}
