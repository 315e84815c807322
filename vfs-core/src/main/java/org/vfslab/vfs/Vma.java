package org.vfslab.vfs;

/**
 * A range of a process's memory that shows a file: {@code struct vm_area_struct}; it holds a
 * reference to the file.
 *
 * @param address where it begins
 * @param bytes how long it is, in whole pages
 * @param file what it shows
 * @param pos from where on in the file
 * @param readable {@code VM_READ}
 * @param writable {@code VM_WRITE}
 */
record Vma(long address, long bytes, File file, long pos, boolean readable, boolean writable) {

  boolean contains(long at) {
    return at >= address && at < address + bytes;
  }

  /** The offset in the file of an address in the range. */
  long posOf(long at) {
    return pos + at - address;
  }
}
