package org.vfslab.block;

/** What is on a medium, apart from any machine: another device can begin with it. */
public final class DiskImage {
  private final Media media;
  private final long sectors;

  DiskImage(Media media, long sectors) {
    this.media = media;
    this.sectors = sectors;
  }

  /** Zeroes everywhere. */
  public static DiskImage blank(long sectors) {
    return new DiskImage(new Media(), sectors);
  }

  /** How large it is. */
  public long sectors() {
    return sectors;
  }

  /** The bytes of some sectors. */
  public Data read(long sector, int count) {
    return media.read(sector, count * BlockDevice.SECTOR_BYTES);
  }

  Media copy() {
    return media.copy();
  }
}
