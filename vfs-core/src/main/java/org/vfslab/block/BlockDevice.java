package org.vfslab.block;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * What takes bios: {@code struct block_device}. A disk works on them by a {@link RequestQueue}; a
 * mapped device hands them to devices below, see {@link MappedDevice}.
 *
 * <p>Follows {@code submit_bio} of block/blk-core.c, 7.2.
 */
public final class BlockDevice extends Shared {

  /** The unit of addresses. */
  public static final int SECTOR_BYTES = 512;

  private final DeviceConfig config;
  private final Lower lower;
  private final FaultPlan.Running faults;

  /** The bios in flight, for properties. Guarded by itself. */
  private final Set<Bio> working = new LinkedHashSet<>();

  private final AtomicWord reads;
  private final AtomicWord writes;

  /** Counts what may change the device; not part of the model. */
  private final AtomicLong changes = new AtomicLong();

  private @Nullable BdevHolder holder;

  /** What is below: a queue of requests, or a table of other devices. */
  interface Lower {
    /** Takes a bio; its end is told later, or by now. */
    void submit(Bio bio);

    /** Ends polled bios that are done; returns how many. */
    int poll();
  }

  /** A disk full of zeroes. */
  public BlockDevice(Machine machine, String name, DeviceConfig config) {
    this(machine, name, config, new Media(), CompletionGuard.CLAIM);
  }

  /** A disk that holds what is on an image; writes to one do not change the other. */
  public BlockDevice(Machine machine, String name, DeviceConfig config, DiskImage image) {
    this(machine, name, config, image.copy(), CompletionGuard.CLAIM);
  }

  BlockDevice(
      Machine machine, String name, DeviceConfig config, Media media, CompletionGuard guard) {
    super(machine, name);
    this.config = config;
    this.faults = new FaultPlan.Running(machine, config.faults());
    this.reads = new AtomicWord(machine, name, 0);
    this.writes = new AtomicWord(machine, name, 0);
    this.lower = new RequestQueue(this, config, faults, media, guard);
  }

  BlockDevice(Machine machine, String name, DmTable table) {
    super(machine, name);
    this.config = table.limits();
    this.faults = new FaultPlan.Running(machine, FaultPlan.NONE);
    this.reads = new AtomicWord(machine, name, 0);
    this.writes = new AtomicWord(machine, name, 0);
    this.lower = new MappedDevice(this, table);
  }

  /** What the device is like; of a mapped device, what it has from those below. */
  public DeviceConfig config() {
    return config;
  }

  /** {@code bdev_nr_sectors}. */
  public long sectors() {
    return config.sectors();
  }

  /** The device-mapper's part of this device, or null if it is a disk. */
  public @Nullable MappedDevice mapped() {
    return lower instanceof MappedDevice mapped ? mapped : null;
  }

  /** Says who is to be asked when this device is frozen ({@code bd_holder_ops}). */
  public void heldBy(BdevHolder newHolder) {
    holder = newHolder;
  }

  /** Who is to be asked when this device is frozen, or null. */
  public @Nullable BdevHolder holder() {
    return holder;
  }

  // ---- bios

  /**
   * {@code submit_bio}: hands a bio to the device; its end is told later, or right here when the
   * bio is refused or the device needs no time. Process context; sleeps, uninterruptibly, while all
   * tags are in use, unless the bio says {@link Bio#NOWAIT}.
   */
  public void submitBio(Bio bio) {
    if (bio.op() == BioOp.FLUSH || bio.sector() > config.sectors() - bio.sectors()) {
      bio.end(bio.op() == BioOp.FLUSH ? BlkStatus.NOTSUPP : BlkStatus.IOERR);
    } else if (faults.failsMakeRequest(bio)) {
      bio.struckBy("fail_make_request");
      bio.end(BlkStatus.IOERR);
    } else if (bio.sectors() == 0 && !config.writeCache()) {
      bio.end(BlkStatus.OK); // nothing is lost when the power goes: there is nothing to flush
    } else {
      if (bio.op().isWrite() && bio.sectors() > 0) {
        changes.incrementAndGet();
      }
      split(bio);
    }
  }

  /** {@code bio_split_to_limits}. */
  private void split(Bio bio) {
    if (bio.sectors() <= config.sectorsMax()) {
      lower.submit(bio);
      return;
    }
    BioSplit split = new BioSplit(machine(), bio);
    for (int from = 0; from < bio.sectors(); from += config.sectorsMax()) {
      int count = Math.min(config.sectorsMax(), bio.sectors() - from);
      lower.submit(split.add(from, count, bio.sector() + from));
    }
    split.allAdded();
  }

  /**
   * {@code submit_bio_wait}: submits what {@code make} makes with an end, and sleeps until then.
   */
  public BlkStatus submitAndWait(java.util.function.Function<Bio.EndIo, Bio> make) {
    Completion done = new Completion(machine(), "submit_bio_wait");
    Bio bio = make.apply(ended -> done.complete());
    submitBio(bio);
    done.waitForCompletion();
    return bio.blkStatus();
  }

  /**
   * {@code blkdev_issue_flush}: makes durable what has completed. Sleeps.
   *
   * @return 0 or a negative errno
   */
  public int issueFlush() {
    return submitAndWait(Bio::flush).errno();
  }

  /**
   * {@code bio_poll}: ends polled bios that the device has done. Process context; never sleeps.
   *
   * @param spin whether to spin until there is one
   * @return how many have ended
   */
  public int bioPoll(boolean spin) {
    int ended = lower.poll();
    while (ended == 0 && spin && lower instanceof RequestQueue queue) {
      machine().spinUntilChanged(queue.completionQueue().unpolled());
      ended = lower.poll();
    }
    return ended;
  }

  /** {@code bdev_can_poll}: whether {@link Bio#POLLED} means anything here. */
  public boolean canPoll() {
    return lower instanceof RequestQueue;
  }

  /**
   * Spins, after {@link #bioPoll} has found nothing, until the device has put an answer where
   * pollers look, or another poller has ended one. Process context.
   */
  public void awaitPolled() {
    if (lower instanceof RequestQueue queue) {
      machine().spinUntilChanged(queue.completionQueue().unpolled());
    }
  }

  // ---- accounts

  void started(Bio bio) {
    count(bio, 1);
    synchronized (working) {
      working.add(bio);
    }
    if (machine().tracing()) {
      machine().trace(new Happening.Io(name(), "starts " + bio));
    }
  }

  void ended(@Nullable Bio bio) {
    if (bio != null) {
      count(bio, -1);
      synchronized (working) {
        working.remove(bio);
      }
    }
  }

  void told(Bio bio) {
    if (machine().tracing()) {
      machine().trace(new Happening.Io(name(), "completes " + bio));
    }
  }

  /** A flush transfers nothing and counts for neither. */
  private void count(Bio bio, int delta) {
    if (bio.sectors() > 0) {
      inFlight(bio.op()).fetchAdd(delta);
    }
  }

  private AtomicWord inFlight(BioOp op) {
    return op.isWrite() ? writes : reads;
  }

  /**
   * How many requests of this kind the device works on, flushes not among them; for printing and
   * for properties.
   */
  public long inFlightNow(BioOp op) {
    return inFlight(op).peek();
  }

  /**
   * Which blocks of {@code bytes} bytes each are being written, by number; for printing and for
   * properties.
   */
  public Set<Long> unitsBeingWritten(int bytes) {
    int sectors = bytes / SECTOR_BYTES;
    Set<Long> units = new TreeSet<>();
    synchronized (working) {
      for (Bio bio : working) {
        if (bio.op() == BioOp.WRITE) {
          long end = bio.sector() + bio.sectors();
          for (long unit = bio.sector() / sectors; unit * sectors < end; unit++) {
            units.add(unit);
          }
        }
      }
    }
    return units;
  }

  /** Puts data onto the medium; before the machine runs. */
  public void preload(long sector, byte[] data) {
    queue("fill").drive().preload(sector, Data.copyOf(data));
  }

  /** A number that grows with every bio that may change what is on the device; not by flushes. */
  public long changesNow() {
    return changes.get();
  }

  /** How many answers of the drive came for requests that had ended: late or duplicate ones. */
  public long staleAnswersNow() {
    return lower instanceof RequestQueue queue ? queue.driver().staleNow() : 0;
  }

  /** How often each fault struck, by its word; for who counts. */
  public Map<String, Long> faultsNow() {
    return faults.struckNow();
  }

  // ---- the queue

  /** {@code blk_mq_freeze_queue}: no request is inside, and none comes in. Sleeps. */
  public void freezeQueue() {
    queue("freeze").freeze();
  }

  /** {@code blk_mq_unfreeze_queue}. */
  public void unfreezeQueue() {
    queue("unfreeze").unfreeze();
  }

  /** {@code blk_mq_quiesce_queue}: requests are taken, and not handed to the driver. */
  public void quiesceQueue() {
    queue("quiesce").quiesce();
  }

  /** {@code blk_mq_unquiesce_queue}. */
  public void unquiesceQueue() {
    queue("unquiesce").unquiesce();
  }

  private RequestQueue queue(String what) {
    if (lower instanceof RequestQueue queue) {
      return queue;
    }
    throw new IllegalStateException(
        "there is no queue to " + what + ": " + name() + " is a mapped device; suspend it instead");
  }

  // ---- outside of the model

  /** What is on the medium, for printing and for properties. */
  public byte[] onMedium(long sector, int sectors) {
    return medium(sector, sectors).toBytes();
  }

  /** {@link #onMedium} without a copy. */
  public Data medium(long sector, int sectors) {
    return lower instanceof MappedDevice mapped
        ? mapped.medium(sector, sectors)
        : queue("read").drive().medium(sector, sectors);
  }

  /** What the disk holds now, its cache included. */
  public DiskImage snapshot() {
    return queue("copy").drive().snapshot();
  }

  /** What would be left of this disk if its power went now; for properties and campaigns. */
  public Remains remains() {
    return queue("look at").drive().remains();
  }

  /** A number that changes whenever {@link #remains} may have changed. */
  public long remainsVersionNow() {
    return queue("look at").drive().remainsVersion();
  }

  /**
   * Takes the power from this disk. Nothing it works on is done any more; what survived of it, and
   * of what was in the cache only, is chance's choice. A new device can begin with the image.
   */
  public DiskImage powerCut() {
    return queue("cut").drive().powerCut();
  }

  /**
   * Looks for what was not given back: a tag, a command, a bio. When nothing is in flight any more,
   * at the end of a scenario.
   *
   * @return a sentence, or null
   */
  public @Nullable String leak() {
    String leak = lower instanceof RequestQueue queue ? queue.leak() : null;
    long open = reads.peek() + writes.peek();
    return leak == null && open != 0 ? name() + " has " + open + " bios that never ended" : leak;
  }

  /** {@link #leak}, and reports it. */
  public @Nullable String reportLeak() {
    String leak = leak();
    if (leak != null) {
      machine().report(ReportKind.BUG, "BUG: leak: " + leak, "BUG: leak: " + leak);
    }
    return leak;
  }
}
