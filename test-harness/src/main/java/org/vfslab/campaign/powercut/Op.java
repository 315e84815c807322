package org.vfslab.campaign.powercut;

import org.vfslab.block.BlockDevice;

/**
 * What an actor of a program does next. Names are those of files in the actor's own directory;
 * places and sizes are in sectors of 512 bytes.
 */
sealed interface Op {

  /** How a write goes to the file. */
  enum How {
    /** Through the page cache. */
    BUFFERED(""),
    /** {@code O_DIRECT}. */
    DIRECT(" O_DIRECT"),
    /** {@code O_DIRECT}, submitted by aio and waited for. */
    AIO(" aio");

    private final String words;

    How(String words) {
      this.words = words;
    }
  }

  /** {@code open(O_CREAT)}. */
  record Create(String name) implements Op {
    @Override
    public String toString() {
      return "creat " + name;
    }
  }

  /**
   * {@code pwrite}, and with {@code dsync} on a file opened with {@code O_DSYNC}.
   *
   * @param value what is written, a number that no other write of the program has
   */
  record Write(String name, int sector, int sectors, How how, boolean dsync, int value)
      implements Op {
    @Override
    public String toString() {
      return "pwrite "
          + name
          + " "
          + bytes(sectors)
          + " at "
          + bytes(sector)
          + how.words
          + (dsync ? " O_DSYNC" : "");
    }
  }

  /** {@code truncate}. */
  record Truncate(String name, int sectors) implements Op {
    @Override
    public String toString() {
      return "truncate " + name + " to " + bytes(sectors);
    }
  }

  /** {@code fallocate} that punches a hole. */
  record Punch(String name, int sector, int sectors) implements Op {
    @Override
    public String toString() {
      return "punch " + name + " " + bytes(sectors) + " at " + bytes(sector);
    }
  }

  /** {@code rename}. */
  record Rename(String from, String to) implements Op {
    @Override
    public String toString() {
      return "rename " + from + " to " + to;
    }
  }

  /** {@code link}. */
  record Link(String from, String to) implements Op {
    @Override
    public String toString() {
      return "link " + from + " to " + to;
    }
  }

  /** {@code unlink}. */
  record Unlink(String name) implements Op {
    @Override
    public String toString() {
      return "unlink " + name;
    }
  }

  /** {@code fsync}, or {@code fdatasync}. */
  record Fsync(String name, boolean dataOnly) implements Op {
    @Override
    public String toString() {
      return (dataOnly ? "fdatasync " : "fsync ") + name;
    }
  }

  /** {@code fsync} of the actor's directory. */
  record FsyncDirectory() implements Op {
    @Override
    public String toString() {
      return "fsync the directory";
    }
  }

  /** {@code syncfs}. */
  record Syncfs() implements Op {
    @Override
    public String toString() {
      return "syncfs";
    }
  }

  /** Freezes, takes a snapshot of the device, and thaws. */
  record Freeze() implements Op {
    @Override
    public String toString() {
      return "freeze, snapshot, thaw";
    }
  }

  private static String bytes(int sectors) {
    int bytes = sectors * BlockDevice.SECTOR_BYTES;
    return bytes % 1024 == 0 ? bytes / 1024 + "k" : String.valueOf(bytes);
  }
}
