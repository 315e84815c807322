package org.vfslab.vfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DiskImage;
import org.vfslab.machine.Errno;

/** Making a filesystem on a device, and finding it there again: {@code mkfs} and {@code mount}. */
public final class DiskFormat {
  private static final long MAGIC = 0x7666_736c_6162_6673L;

  /** Where the features stand in the superblock. */
  private static final int FEATURES_AT = 12;

  /** {@code EXT4_FEATURE_INCOMPAT_RECOVER}. */
  private static final int FEATURE_RECOVER = 4;

  private DiskFormat() {}

  /** Makes the superblock of what was found on a device, with its seams filled. */
  @FunctionalInterface
  public interface Maker {
    /** A superblock with a journal and an empty root. */
    SuperBlock make(BlockDevice device, String mountPoint, int blockBytes, boolean readOnly);
  }

  /** {@code mkfs}: puts a filesystem as it is now onto its device; before the machine runs. */
  public static void format(SuperBlock sb) {
    DiskLayout layout = sb.requireJournal().layout();
    byte[] table = new byte[DiskLayout.INODES * DiskLayout.RECORD_BYTES];
    put(table, sb.root());
    sb.device().preload(layout.table(), table);
    sb.device().preload(layout.superblock(), superblock(layout, !sb.isReadOnly()));
  }

  /** The superblock as it is on the device: magic, block size, features. */
  private static byte[] superblock(DiskLayout layout, boolean needsRecovery) {
    return ByteBuffer.allocate(BlockDevice.SECTOR_BYTES)
        .putLong(MAGIC)
        .putInt(layout.blockBytes())
        .putInt(needsRecovery ? FEATURE_RECOVER : 0)
        .array();
  }

  /**
   * {@code ext4_commit_super}: writes the superblock and waits. May sleep.
   *
   * @param needsRecovery {@code EXT4_FEATURE_INCOMPAT_RECOVER}: whether who mounts the device has
   *     to look into the journal
   * @return 0 or a negative errno
   */
  static int commitSuper(SuperBlock sb, boolean needsRecovery) {
    DiskLayout layout = sb.requireJournal().layout();
    DeviceWrites write = new DeviceWrites(sb.device());
    write.write(
        layout.superblock(), superblock(layout, needsRecovery), sb.writeCache().superFlags());
    return write.waitForAll();
  }

  /** Whether the filesystem on an image has to be recovered from its journal when it is mounted. */
  public static boolean needsRecovery(DiskImage image) {
    ByteBuffer sector = ByteBuffer.wrap(image.read(image.sectors() - 1, 1).toBytes());
    return sector.getLong() == MAGIC && (sector.getInt(FEATURES_AT) & FEATURE_RECOVER) != 0;
  }

  private static void put(byte[] table, Inode inode) {
    byte[] record = InodeRecord.of(inode).toBytes();
    int at = (int) inode.number() * DiskLayout.RECORD_BYTES;
    System.arraycopy(record, 0, table, at, record.length);
    inode.entriesNow().values().forEach(child -> put(table, child));
  }

  /**
   * {@code ext4_fill_super}: replays the journal if the superblock says that it is needed and its
   * last commit counts, and reads what is there. From a mount for writing on recovery is needed.
   * Files without names, which were open when the power went, are gone. May sleep.
   *
   * @return the superblock; -EINVAL if there is no filesystem or it cannot be read, -EBUSY if the
   *     device is frozen
   */
  static Superblocks.Found mount(
      BlockDevice device, String mountPoint, boolean readOnly, Maker maker) {
    byte[] sector = new byte[BlockDevice.SECTOR_BYTES];
    long sectors = device.config().sectors();
    if (sectors < DiskLayout.SECTORS_MIN
        || DeviceWrites.read(device, sectors - 1, sector) < 0
        || ByteBuffer.wrap(sector).getLong() != MAGIC) {
      return new Superblocks.Found(null, -Errno.EINVAL);
    }
    int blockBytes = ByteBuffer.wrap(sector).getInt(8);
    boolean needsRecovery = (ByteBuffer.wrap(sector).getInt(FEATURES_AT) & FEATURE_RECOVER) != 0;
    SuperBlock sb = maker.make(device, mountPoint, blockBytes, readOnly);
    sb.sUmount().downWrite();
    int error = Superblocks.claim(sb);
    if (error == 0) {
      error = fill(sb, new DiskLayout(sectors, blockBytes), needsRecovery);
    }
    if (error < 0) {
      sb.active().storeRelease(0);
      sb.dead(true);
    }
    sb.sUmount().upWrite();
    return new Superblocks.Found(error < 0 ? null : sb, error);
  }

  private static int fill(SuperBlock sb, DiskLayout layout, boolean needsRecovery) {
    byte[] table = new byte[DiskLayout.INODES * DiskLayout.RECORD_BYTES];
    boolean readOnly = sb.isReadOnly();
    if ((needsRecovery && replay(sb, layout) < 0)
        || (needsRecovery == readOnly && commitSuper(sb, !readOnly) < 0)
        || DeviceWrites.read(sb.device(), layout.table(), table) < 0) {
      return -Errno.EINVAL;
    }
    Map<Long, Inode> known = new TreeMap<>();
    load(sb, sb.root(), table, known);
    return 0;
  }

  /** {@code jbd2_journal_recover}: 0 or a negative errno. */
  private static int replay(SuperBlock sb, DiskLayout layout) {
    BlockDevice device = sb.device();
    byte[] descriptor = new byte[BlockDevice.SECTOR_BYTES];
    byte[] commit = new byte[BlockDevice.SECTOR_BYTES];
    if (DeviceWrites.read(device, layout.descriptor(), descriptor) < 0
        || DeviceWrites.read(device, layout.commit(), commit) < 0) {
      return -Errno.EIO;
    }
    ByteBuffer in = ByteBuffer.wrap(descriptor);
    long magic = in.getLong();
    long number = in.getLong();
    int count = in.getInt();
    if (magic != Journal.MAGIC || count < 0 || count > DiskLayout.INODES) {
      return 0;
    }
    List<Long> inodes = new ArrayList<>();
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inodes.add((long) in.getInt());
      byte[] record = new byte[DiskLayout.RECORD_BYTES];
      if (DeviceWrites.read(device, layout.journalled(i), record) < 0) {
        return -Errno.EIO;
      }
      records.add(record);
    }
    if (!java.util.Arrays.equals(commit, Journal.commitBlock(number, descriptor, records))) {
      return 0;
    }
    sb.requireJournal().recovered(number);
    DeviceWrites places = new DeviceWrites(device);
    for (int i = 0; i < count; i++) {
      places.write(layout.record(inodes.get(i)), records.get(i));
    }
    int error = places.waitForAll();
    return error < 0 ? error : sb.writeCache().flush(device);
  }

  /** Fills an inode from its record, and what is below a directory. */
  private static void load(SuperBlock sb, Inode inode, byte[] table, Map<Long, Inode> known) {
    known.put(inode.number(), inode);
    InodeRecord record = InodeRecord.parse(table, (int) inode.number() * DiskLayout.RECORD_BYTES);
    inode.load(record);
    Map<String, Inode> names = new TreeMap<>();
    record
        .names()
        .forEach(
            (name, number) -> {
              Inode child = known.get(number);
              if (child == null) {
                child = child(sb, inode, name, number, table);
                load(sb, child, table, known);
              }
              names.put(name, child);
            });
    inode.loadEntries(names);
  }

  private static Inode child(
      SuperBlock sb, Inode directory, String name, long number, byte[] table) {
    InodeRecord record = InodeRecord.parse(table, (int) number * DiskLayout.RECORD_BYTES);
    Inode.Kind kind = record.kind() == null ? Inode.Kind.FILE : record.kind();
    Inode child = sb.loadInode(kind, number, directory.name() + "/" + name);
    child.parent(directory);
    return child;
  }
}
