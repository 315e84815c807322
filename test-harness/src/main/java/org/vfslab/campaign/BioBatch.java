package org.vfslab.campaign;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.Bio;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlkStatus;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.block.Fault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/** Some thousand bios of a few submitters on one device with every fault. */
final class BioBatch implements Batch {

  private static final int SUBMITTERS = 3;
  private static final int SLOTS = 8;
  private static final int SLOT_SECTORS = 4;
  private static final long SECTORS = 2_048;

  private final int bios;
  private @Nullable String wrong;
  private long ended;
  private @Nullable BlockDevice device;

  BioBatch(int bios) {
    this.bios = bios;
  }

  @Override
  public void setUp(Machine machine, SplittableRandom dice, Counts counts) {
    BlockDevice disk = new BlockDevice(machine, "d", Machines.device(dice, SECTORS));
    device = disk;
    for (int i = 0; i < SUBMITTERS; i++) {
      int share = bios / SUBMITTERS + (i < bios % SUBMITTERS ? 1 : 0);
      Submitter submitter = new Submitter(disk, i, share, dice.split(), counts);
      machine.task("submitter" + i, submitter::run);
    }
  }

  @Override
  public @Nullable String wrongAtEnd() {
    if (wrong != null) {
      return wrong;
    }
    if (ended != bios) {
      return ended + " bios ended of " + bios;
    }
    return device == null ? null : device.reportLeak();
  }

  @Override
  public @Nullable BlockDevice device() {
    return device;
  }

  private void wrong(String sentence) {
    if (wrong == null) {
      wrong = sentence;
    }
  }

  /** A task that keeps a few bios in flight, at most one on each slot of its region. */
  private final class Submitter {
    private final BlockDevice disk;
    private final Machine machine;
    private final SplittableRandom dice;
    private final Counts counts;
    private final long first;
    private final Region region;
    private final WaitQueue wait;
    private final AtomicWord inFlight;
    private final AtomicWord polled;
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private int left;
    private int value;

    Submitter(BlockDevice disk, int number, int share, SplittableRandom dice, Counts counts) {
      this.disk = disk;
      this.machine = disk.machine();
      this.dice = dice;
      this.counts = counts;
      this.first = (long) number * SLOTS * SLOT_SECTORS;
      this.region = new Region(first, SLOTS * SLOT_SECTORS);
      this.wait = new WaitQueue(machine, "window of submitter" + number);
      this.inFlight = new AtomicWord(machine, "bios of submitter" + number, 0);
      this.polled = new AtomicWord(machine, "polled bios of submitter" + number, 0);
      this.left = share;
      for (int slot = 0; slot < SLOTS; slot++) {
        freeSlots.add(slot);
      }
    }

    void run() {
      int window = 1 + dice.nextInt(SLOTS);
      while (left > 0) {
        left--;
        inFlight.fetchAdd(1);
        disk.submitBio(next());
        await(window - 1);
      }
      await(0);
    }

    /** Waits until no more than so many bios are in flight. */
    private void await(int most) {
      while (polled.loadAcquire() > 0 && inFlight.loadAcquire() > most) {
        disk.bioPoll(true);
      }
      wait.waitEvent("window", () -> inFlight.loadAcquire() <= most);
    }

    private Bio next() {
      int flags = dice.nextInt(8) == 0 ? Bio.PREFLUSH : 0;
      flags |= dice.nextInt(8) == 0 ? Bio.FUA : 0;
      int kind = dice.nextInt(10);
      if (kind == 9) {
        return Bio.flush(bio -> ended(bio, -1, 0));
      }
      int slot = freeSlots.removeFirst();
      long sector = first + (long) slot * SLOT_SECTORS;
      if (kind < 4) {
        Bio.EndIo told = bio -> ended(bio, slot, 0);
        return Bio.read(sector, SLOT_SECTORS * BlockDevice.SECTOR_BYTES, told);
      }
      if (kind == 8) {
        BioOp op = dice.nextBoolean() ? BioOp.DISCARD : BioOp.WRITE_ZEROES;
        return Bio.ofSectors(op, sector, SLOT_SECTORS, bio -> ended(bio, slot, 0));
      }
      value = value % 255 + 1;
      int written = value;
      Data data = new Data.Uniform((byte) written, SLOT_SECTORS * BlockDevice.SECTOR_BYTES);
      return Bio.write(sector, data, bio -> ended(bio, slot, written)).with(flags);
    }

    /** The end of a bio, in whatever context. */
    private void ended(Bio bio, int slot, int written) {
      counts.bioEnded(bio.struckBy(), bio.blkStatus().name());
      ended++;
      if (!isExplained(bio)) {
        wrong(bio + " ended with " + bio.blkStatus() + ", faults: " + bio.struckBy());
      }
      if (slot >= 0) {
        if (bio.op().isWrite()) {
          region.written(bio, written);
        } else if (bio.blkStatus() == BlkStatus.OK) {
          counts.readChecked();
          String sentence = region.read(bio);
          if (sentence != null) {
            wrong(sentence);
          }
        }
        freeSlots.addLast(slot);
      }
      inFlight.fetchAdd(-1);
      wait.wakeUp();
    }

    private boolean isExplained(Bio bio) {
      List<String> faults = bio.struckBy();
      return switch (bio.blkStatus()) {
        case OK -> true;
        case IOERR -> faults.contains(Fault.EIO.word()) || faults.contains("fail_make_request");
        case MEDIUM -> faults.contains(Fault.MEDIUM.word());
        case TIMEOUT ->
            faults.contains(Fault.HUNG.word())
                || faults.contains(Fault.LATE.word())
                || disk.config().timeoutMayStrikeAnybody();
        default -> false;
      };
    }
  }
}
