package org.vfslab.vfs;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;

/**
 * What the filesystem does to its directories: {@code ext4_create}, {@code ext4_unlink} and their
 * like, each in one transaction.
 *
 * <p>All with freeze protection begun and i_rwsem of the directory held exclusively; where an inode
 * loses or wins a name, its own i_rwsem too.
 */
final class Directories {

  /** Subclasses of i_rwsem ({@code enum inode_i_mutex_lock_class}). */
  static final int I_MUTEX_PARENT = 1;

  static final int I_MUTEX_CHILD = 2;
  static final int I_MUTEX_NONDIR2 = 4;
  static final int I_MUTEX_PARENT2 = 5;

  private Directories() {}

  /** Whether there is room for one name more. */
  static boolean hasRoom(Inode directory, String name) {
    return directory.sb().journal() == null || InodeRecord.hasRoom(directory.entriesNow(), name);
  }

  /** Makes a file or directory with a name that is free; null if there is no room (ENOSPC). */
  static @Nullable Inode create(Inode directory, String name, Inode.Kind kind) {
    Transaction transaction = Transaction.start(directory.sb());
    Inode inode =
        hasRoom(directory, name)
            ? directory.sb().newInode(kind, directory.name() + "/" + name)
            : null;
    if (inode != null) {
      inode.parent(directory);
      if (kind == Inode.Kind.DIRECTORY) {
        directory.links().fetchAdd(1);
      }
      put(directory, name, inode);
      transaction.changes(directory);
      transaction.changes(inode);
    }
    transaction.stop();
    return inode;
  }

  /** Gives an inode another name. */
  static void link(Inode directory, String name, Inode inode) {
    Transaction transaction = Transaction.start(directory.sb());
    inode.links().fetchAdd(1);
    put(directory, name, inode);
    transaction.changes(directory);
    transaction.changesAttributes(inode);
    transaction.stop();
  }

  /** Takes a name away; of a directory, which is empty, all of its links. */
  static void remove(Inode directory, String name, Inode inode) {
    Transaction transaction = Transaction.start(directory.sb());
    drop(directory, name, inode);
    transaction.changes(directory);
    transaction.changesAttributes(inode);
    transaction.stop();
  }

  /** Moves a name, over another one if it is taken. */
  static void rename(Inode from, String name, Inode to, String newName, Inode inode) {
    Transaction transaction = Transaction.start(from.sb());
    Inode victim = to.entries().get(newName);
    transaction.changes(from);
    transaction.changes(to);
    transaction.changesAttributes(inode);
    if (victim != null) {
      drop(to, newName, victim);
      transaction.changesAttributes(victim);
    }
    Map<String, Inode> names = new TreeMap<>(from.entries());
    names.remove(name);
    from.entries(names);
    put(to, newName, inode);
    if (inode.isDirectory() && from != to) {
      from.links().fetchAdd(-1);
      to.links().fetchAdd(1);
      inode.parent(to);
    }
    transaction.stop();
  }

  private static void put(Inode directory, String name, Inode inode) {
    Map<String, Inode> names = new TreeMap<>(directory.entries());
    names.put(name, inode);
    directory.entries(names);
    inode.place(new Place(directory, name));
    touched(directory);
  }

  private static void drop(Inode directory, String name, Inode inode) {
    Map<String, Inode> names = new TreeMap<>(directory.entries());
    names.remove(name);
    directory.entries(names);
    if (inode.isDirectory()) {
      inode.links().fetchAdd(-2);
      directory.links().fetchAdd(-1);
    } else {
      inode.links().fetchAdd(-1);
    }
    touched(directory);
  }

  private static void touched(Inode directory) {
    Machine machine = directory.sb().machine();
    directory.modifiedNs(machine.nowNs());
  }
}
