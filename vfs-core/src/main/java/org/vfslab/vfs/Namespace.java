package org.vfslab.vfs;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicRef;

/**
 * What is mounted where, and the way from a path to an inode: {@code link_path_walk} of {@code
 * fs/namei.c}, 7.2, without symbolic links and permissions.
 *
 * <p>A walk takes no lock, like the kernel's RCU walk through names that are cached; here all are.
 */
final class Namespace {
  private static final int PATH_BYTES_MAX = 4096;
  private static final int NAME_BYTES_MAX = 255;

  /** Never changed once shown. */
  private final AtomicRef<SortedMap<String, SuperBlock>> mounts;

  Namespace(Machine machine) {
    mounts = new AtomicRef<>(machine, "mounts", Collections.emptySortedMap());
  }

  /** All mounts by mount point. */
  SortedMap<String, SuperBlock> mounts() {
    return Objects.requireNonNull(mounts.peek());
  }

  /** What is mounted exactly here, or null. */
  @Nullable SuperBlock mountedAt(String path) {
    return Objects.requireNonNull(mounts.loadAcquire()).get(path);
  }

  /** Shows a mount; returns false if there is one. */
  boolean add(String path, SuperBlock sb) {
    while (true) {
      SortedMap<String, SuperBlock> old = mounts();
      SortedMap<String, SuperBlock> next = new TreeMap<>(old);
      if (next.putIfAbsent(path, sb) != null) {
        return false;
      }
      if (mounts.compareAndSet(old, Collections.unmodifiableSortedMap(next))) {
        return true;
      }
    }
  }

  /** Hides a mount. */
  void remove(String path) {
    while (true) {
      SortedMap<String, SuperBlock> old = mounts();
      SortedMap<String, SuperBlock> next = new TreeMap<>(old);
      next.remove(path);
      if (mounts.compareAndSet(old, Collections.unmodifiableSortedMap(next))) {
        return;
      }
    }
  }

  /** Where {@code path} leads: ENOENT, ENOTDIR, ENAMETOOLONG on the way to the last name. */
  Walk walk(String path) {
    if (path.isEmpty()) {
      return Walk.failed(-Errno.ENOENT);
    }
    if (path.length() >= PATH_BYTES_MAX) {
      return Walk.failed(-Errno.ENAMETOOLONG);
    }
    String point = mountPointOf(path);
    SuperBlock sb = point == null ? null : mountedAt(point);
    if (point == null || sb == null) {
      return Walk.failed(-Errno.ENOENT);
    }
    String rest = path.substring(point.length());
    Walk at = new Walk(0, null, "", sb.root(), rest.endsWith("/"));
    for (String name : rest.split("/", -1)) {
      if (!name.isEmpty()) {
        at = step(at, name, rest.endsWith("/"));
        if (at.error() < 0) {
          return at;
        }
      }
    }
    return at;
  }

  private static Walk step(Walk at, String name, boolean slash) {
    Inode directory = at.inode();
    if (directory == null) {
      return Walk.failed(-Errno.ENOENT);
    }
    if (!directory.isDirectory()) {
      return Walk.failed(-Errno.ENOTDIR);
    }
    if (name.length() > NAME_BYTES_MAX) {
      return Walk.failed(-Errno.ENAMETOOLONG);
    }
    return switch (name) {
      case "." -> new Walk(0, null, "", directory, slash);
      case ".." -> new Walk(0, null, "", directory.parent(), slash);
      default -> new Walk(0, directory, name, directory.entries().get(name), slash);
    };
  }

  private @Nullable String mountPointOf(String path) {
    String longest = null;
    for (String point : mounts().keySet()) {
      boolean under = path.equals(point) || path.startsWith(point + "/");
      if (under && (longest == null || point.length() > longest.length())) {
        longest = point;
      }
    }
    return longest;
  }
}
