package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;

/** What a {@code log-writes} target has logged; can be replayed up to any entry. */
public final class WriteLog {
  private final List<Entry> entries = new ArrayList<>();

  /**
   * One entry.
   *
   * @param op what was done; a flush is an empty write
   * @param flags {@link Bio#PREFLUSH}, {@link Bio#FUA}, {@link Bio#META}
   * @param sector where
   * @param sectors how much
   * @param data what was written
   * @param mark the text of a mark, or empty
   */
  public record Entry(BioOp op, int flags, long sector, int sectors, Data data, String mark) {

    static Entry of(Bio bio) {
      int flags = bio.flags() & (Bio.PREFLUSH | Bio.FUA | Bio.META);
      return new Entry(bio.op(), flags, bio.sector(), bio.sectors(), bio.data(), "");
    }

    static Entry mark(String text) {
      return new Entry(BioOp.WRITE, 0, 0, 0, Data.zeroes(0), text);
    }

    /** Whether it only flushes. */
    public boolean isFlush() {
      return sectors == 0 && mark.isEmpty();
    }
  }

  void add(Entry entry) {
    entries.add(entry);
  }

  /** All entries so far, in the order in which they were durable. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** How many entries there are up to and including this mark, or -1 if there is none. */
  public int upToMark(String text) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).mark().equals(text)) {
        return i + 1;
      }
    }
    return -1;
  }

  /**
   * What a device holds after the first entries.
   *
   * @param base what it held before
   * @param count how many entries
   */
  public DiskImage replay(DiskImage base, int count) {
    if (count < 0 || count > entries.size()) {
      throw new IllegalArgumentException(
          "a log of " + entries.size() + " entries cannot be replayed up to entry " + count);
    }
    Media media = base.copy();
    for (Entry entry : entries.subList(0, count)) {
      if (entry.sectors() > 0) {
        media.write(
            entry.sector(),
            entry.op() == BioOp.WRITE
                ? entry.data()
                : Data.zeroes(entry.sectors() * BlockDevice.SECTOR_BYTES));
      }
    }
    return new DiskImage(media, base.sectors());
  }
}
