package org.vfslab.vfs;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code e2fsck -n} looks for, as far as the model has it: each inode has as many links as
 * names, and no block has two owners.
 */
public final class FsCheck {
  private final BitSet owned = new BitSet();
  private final Map<Inode, Integer> names = new HashMap<>();
  private @Nullable String problem;

  private FsCheck() {}

  /**
   * Looks at a mounted filesystem in which nothing happens; takes no step.
   *
   * @return the first problem as a sentence, or null
   */
  public static @Nullable String problem(SuperBlock sb) {
    FsCheck check = new FsCheck();
    check.directory(sb.root());
    check.names.forEach(
        (inode, count) -> {
          if (inode.linksNow() != count) {
            check.found(inode + " has " + inode.linksNow() + " links and " + count + " names");
          }
        });
    return check.problem;
  }

  private void directory(Inode directory) {
    int below = 0;
    for (Inode child : directory.entriesNow().values()) {
      if (child.isDirectory()) {
        below++;
        directory(child);
      } else if (names.merge(child, 1, Integer::sum) == 1) {
        blocks(child);
      }
    }
    if (directory.linksNow() != below + 2) {
      found(
          directory
              + " has "
              + directory.linksNow()
              + " links and "
              + below
              + " directories in it");
    }
  }

  private void blocks(Inode file) {
    for (long pos = 0; pos / file.sb().blockBytes() < file.blocks().placesNow().length; ) {
      if (file.isMapped(pos)) {
        int place = Math.toIntExact(file.sectorOf(pos));
        if (owned.get(place)) {
          found("the block at sector " + place + " belongs to " + file + " and to another file");
        }
        owned.set(place);
      }
      pos += file.sb().blockBytes();
    }
  }

  private void found(String sentence) {
    if (problem == null) {
      problem = sentence;
    }
  }
}
