package org.vfslab.vfs;

/**
 * What {@code stat} tells of an inode.
 *
 * @param inode {@code st_ino}
 * @param directory whether {@code st_mode} says directory
 * @param mode the permission bits
 * @param links {@code st_nlink}
 * @param sizeBytes {@code st_size}
 * @param blocks {@code st_blocks}, in units of 512 bytes
 * @param modifiedNs {@code st_mtim}
 */
public record Stat(
    long inode,
    boolean directory,
    int mode,
    long links,
    long sizeBytes,
    long blocks,
    long modifiedNs) {

  static Stat of(Inode inode) {
    return new Stat(
        inode.number(),
        inode.isDirectory(),
        (int) inode.mode().readOnce(),
        inode.links().readOnce(),
        inode.size(),
        inode.blocks().mappedNow() * (inode.sb().blockBytes() / 512),
        inode.modifiedNs());
  }
}
