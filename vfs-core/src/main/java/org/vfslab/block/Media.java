package org.vfslab.block;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sectors of a device; what was never written reads as zeroes.
 *
 * <p>Kept in chunks of immutable bytes, so that a copy shares everything that is not written
 * afterwards.
 */
final class Media {

  private static final int CHUNK_BYTES = 4096;
  private static final Data ZEROES = Data.zeroes(CHUNK_BYTES);

  private final TreeMap<Long, Data> chunks;

  /** Zeroes everywhere. */
  Media() {
    chunks = new TreeMap<>();
  }

  private Media(Map<Long, Data> chunks) {
    this.chunks = new TreeMap<>(chunks);
  }

  /** The same bytes, from now on apart. */
  Media copy() {
    return new Media(chunks);
  }

  void write(long firstSector, Data data) {
    long pos = firstSector * BlockDevice.SECTOR_BYTES;
    for (int done = 0; done < data.length(); ) {
      long chunk = (pos + done) / CHUNK_BYTES;
      int at = (int) ((pos + done) % CHUNK_BYTES);
      int count = Math.min(CHUNK_BYTES - at, data.length() - done);
      Data part = data.slice(done, done + count);
      chunks.put(
          chunk, count == CHUNK_BYTES ? part : chunks.getOrDefault(chunk, ZEROES).with(at, part));
      done += count;
    }
  }

  Data read(long firstSector, int bytes) {
    long pos = firstSector * BlockDevice.SECTOR_BYTES;
    int at = (int) (pos % CHUNK_BYTES);
    if (at + bytes <= CHUNK_BYTES) {
      return chunks.getOrDefault(pos / CHUNK_BYTES, ZEROES).slice(at, at + bytes);
    }
    Data all = Data.zeroes(bytes);
    byte[] target = null;
    for (int done = 0; done < bytes; ) {
      int offset = (int) ((pos + done) % CHUNK_BYTES);
      int count = Math.min(CHUNK_BYTES - offset, bytes - done);
      @Nullable Data chunk = chunks.get((pos + done) / CHUNK_BYTES);
      if (chunk != null) {
        if (target == null) {
          target = all.toBytes();
        }
        chunk.copyTo(offset, target, done, count);
      }
      done += count;
    }
    return target == null ? all : Data.copyOf(target);
  }
}
