package org.vfslab.vfs;

/**
 * A name of an inode, as a cached dentry knows it.
 *
 * @param directory the directory in which it is
 * @param name the name there
 */
public record Place(Inode directory, String name) {}
