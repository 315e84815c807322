package org.vfslab.vfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An inode as it is on the device.
 *
 * @param kind null if the record is free
 * @param names of a directory: the number of each inode
 * @param blocks of a file: the place of each block as {@link BlockMap} has it
 */
@SuppressWarnings("ArrayRecordComponent") // read once, and never compared
record InodeRecord(
    Inode.@Nullable Kind kind,
    long links,
    long mode,
    long modifiedNs,
    long sizeBytes,
    Map<String, Long> names,
    long[] blocks) {

  /*
   * Overview. A record of 4 KiB, big endian:
   *
   *   int   0 free, 1 file, 2 directory        long  links, mode, mtime, size
   *   int   how many runs or names follow
   *   a run of blocks: int first, int length, long place of the first (-1 a hole; bit 62 unwritten)
   *   a name: int inode, byte length, the name
   */
  private static final int HEADER_BYTES = 4 + 4 * 8 + 4;
  private static final int RUN_BYTES = 16;

  /** The number of a directory in the first word. */
  private static final int DIRECTORY = 2;

  /** With so many runs allocation fails: converting blocks can double them. */
  static final int RUNS_MAX = (DiskLayout.RECORD_BYTES - HEADER_BYTES) / RUN_BYTES / 2;

  static final InodeRecord FREE = new InodeRecord(null, 0, 0, 0, 0, Map.of(), new long[0]);

  /** The record of an inode as it is at this moment, with no transaction open. */
  static InodeRecord of(Inode inode) {
    if (inode.isFreed()) {
      return FREE;
    }
    Map<String, Long> names = new TreeMap<>();
    inode.entriesNow().forEach((name, child) -> names.put(name, child.number()));
    return new InodeRecord(
        inode.kind(),
        inode.linksNow(),
        inode.mode().peek(),
        inode.modifiedNs(),
        inode.diskSize(),
        names,
        inode.blocks().placesNow());
  }

  private static int code(Inode.@Nullable Kind kind) {
    return switch (kind) {
      case null -> 0;
      case FILE -> 1;
      case DIRECTORY -> DIRECTORY;
    };
  }

  byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(DiskLayout.RECORD_BYTES);
    out.putInt(code(kind));
    out.putLong(links).putLong(mode).putLong(modifiedNs).putLong(sizeBytes);
    if (kind == Inode.Kind.DIRECTORY) {
      out.putInt(names.size());
      names.forEach(
          (name, number) -> {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            out.putInt(number.intValue()).put((byte) bytes.length).put(bytes);
          });
    } else {
      out.putInt(runs(blocks));
      for (int at = 0; at < blocks.length; at = endOfRun(blocks, at)) {
        out.putInt(at).putInt(endOfRun(blocks, at) - at).putLong(blocks[at]);
      }
    }
    return out.array();
  }

  static InodeRecord parse(byte[] bytes, int offset) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, DiskLayout.RECORD_BYTES);
    int kind = in.getInt();
    if (kind == 0) {
      return FREE;
    }
    long links = in.getLong();
    long mode = in.getLong();
    long modifiedNs = in.getLong();
    long size = in.getLong();
    int count = in.getInt();
    if (kind == DIRECTORY) {
      Map<String, Long> names = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        long number = in.getInt();
        byte[] name = new byte[in.get() & 0xff];
        in.get(name);
        names.put(new String(name, StandardCharsets.UTF_8), number);
      }
      return new InodeRecord(
          Inode.Kind.DIRECTORY, links, mode, modifiedNs, size, names, new long[0]);
    }
    long[] blocks = new long[0];
    for (int i = 0; i < count; i++) {
      int first = in.getInt();
      int length = in.getInt();
      long place = in.getLong();
      blocks = Arrays.copyOf(blocks, first + length);
      for (int k = 0; k < length; k++) {
        blocks[first + k] = place == BlockMap.HOLE ? BlockMap.HOLE : place + k;
      }
    }
    return new InodeRecord(Inode.Kind.FILE, links, mode, modifiedNs, size, Map.of(), blocks);
  }

  /** How many runs a map has. */
  static int runs(long[] blocks) {
    int runs = 0;
    for (int at = 0; at < blocks.length; at = endOfRun(blocks, at)) {
      runs++;
    }
    return runs;
  }

  private static int endOfRun(long[] blocks, int start) {
    int end = start + 1;
    while (end < blocks.length
        && blocks[end] == (blocks[start] == BlockMap.HOLE ? BlockMap.HOLE : blocks[end - 1] + 1)) {
      end++;
    }
    return end;
  }

  /** Whether a directory with one name more still fits into its record. */
  static boolean hasRoom(Map<String, Inode> names, String name) {
    int bytes = HEADER_BYTES;
    for (String each : names.keySet()) {
      bytes += 5 + each.getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes + 5 + name.getBytes(StandardCharsets.UTF_8).length <= DiskLayout.RECORD_BYTES;
  }
}
