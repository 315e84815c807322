package org.vfslab.block;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.vfslab.machine.Access;
import org.vfslab.machine.Errno;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Timer;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * A disk: {@code struct block_device} with its queue and its driver.
 *
 * <p>Requests are completed by a hard interrupt on the CPU that submitted them (as {@code
 * blk_mq_complete_request} does for a multi-queue device, 7.2); a write reaches the medium at the
 * moment of its completion. There is no volatile cache yet.
 */
public final class BlockDevice extends Shared {

  /** The unit of addresses. */
  public static final int SECTOR_BYTES = 512;

  private final DeviceConfig config;
  private final Media media = new Media();

  /** The bios in flight. Guarded by media. */
  private final Set<Bio> working = new LinkedHashSet<>();

  private final List<IrqLine> lines = new ArrayList<>();
  private final AtomicWord freeTags;
  private final WaitQueue tagWait;
  private final AtomicWord reads;
  private final AtomicWord writes;

  /** A device full of zeroes. */
  public BlockDevice(Machine machine, String name, DeviceConfig config) {
    super(machine, name);
    this.config = config;
    this.freeTags = new AtomicWord(machine, name, config.queueDepth());
    this.tagWait = new WaitQueue(machine, name);
    this.reads = new AtomicWord(machine, name, 0);
    this.writes = new AtomicWord(machine, name, 0);
    int cpus = machine.config().cpus();
    for (int cpu = 0; cpu < cpus; cpu++) {
      String line = "irq " + name + (cpus == 1 ? "" : "/" + cpu);
      lines.add(machine.irqLine(line, IrqLine.Kind.HARD, machine.cpu(cpu)));
    }
  }

  /** What the device is like. */
  public DeviceConfig config() {
    return config;
  }

  /**
   * {@code submit_bio}: hands a bio to the device; its end is told later, or right here when the
   * bio is refused. Process context; sleeps, uninterruptibly, while all tags are in use.
   */
  public void submitBio(Bio bio) {
    machine().beginCall(this, Access.WRITE);
    if (bio.sector() > config.sectors() - bio.sectors()) {
      bio.status(-Errno.EIO);
      machine().endCall();
      bio.end();
      return;
    }
    if (!takeTag()) {
      tagWait.waitEvent("blk_mq_get_tag", this::takeTag);
    }
    Request request = new Request(bio);
    request.start();
    inFlight(bio.op()).fetchAdd(1);
    synchronized (media) {
      working.add(bio);
    }
    told("starts ", bio);
    IrqLine line = lines.get(machine().current().cpu().number());
    switch (config.latency()) {
      case Latency.Any any -> line.raise(() -> complete(request));
      case Latency.Fixed fixed -> after(fixed.ns(), line, request);
      case Latency.Uniform uniform -> after(uniform.pickNs(machine()), line, request);
    }
    machine().endCall();
  }

  private void after(long delayNs, IrqLine line, Request request) {
    new Timer(machine(), line, () -> complete(request)).start(delayNs);
  }

  private boolean takeTag() {
    return freeTags.addIfPositive(-1);
  }

  /** The interrupt handler: moves the data, gives the tag back, and ends the bio. */
  private void complete(Request request) {
    Bio bio = request.bio();
    machine().beginCall(this, Access.WRITE);
    request.complete();
    synchronized (media) {
      working.remove(bio);
      switch (bio.op()) {
        case READ -> bio.filled(media.read(bio.sector(), bio.data().length()));
        case WRITE -> media.write(bio.sector(), bio.data());
      }
    }
    told("completes ", bio);
    inFlight(bio.op()).fetchAdd(-1);
    freeTags.fetchAdd(1);
    tagWait.wakeUp();
    machine().endCall();
    bio.end();
  }

  private AtomicWord inFlight(BioOp op) {
    return switch (op) {
      case READ -> reads;
      case WRITE -> writes;
    };
  }

  /** How many requests of this kind the device works on; for printing and for properties. */
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
    synchronized (media) {
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

  /** What is on the medium, for printing and for properties. */
  public byte[] onMedium(long sector, int sectors) {
    return medium(sector, sectors).toBytes();
  }

  /** {@link #onMedium} without a copy. */
  public Data medium(long sector, int sectors) {
    synchronized (media) {
      return media.read(sector, sectors * SECTOR_BYTES);
    }
  }

  private void told(String verb, Bio bio) {
    if (machine().tracing()) {
      machine().trace(new Happening.Io(name(), verb + bio));
    }
  }
}
