package org.vfslab.block;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Timer;
import org.vfslab.machine.Work;

/**
 * {@code <dev> <offset> <ms>} for all bios, or three of these for reads, writes and flushes, where
 * those for flushes may be left out (drivers/md/dm-delay.c, 7.2, with timer and work).
 *
 * <p>All delayed bios are in one list, which a worker searches for those whose time has come: equal
 * delays keep their order, a short one overtakes a long one.
 */
final class DelayTarget implements DmTarget {
  private static final long NANOS_IN_MS = 1_000_000;

  /** Where bios of one class go, and after how long. */
  private record DelayClass(BlockDevice device, long offset, long delayMs) {}

  private record Delayed(TargetIo io, DelayClass way, long expiresNs) {}

  private final Machine machine;
  private final DelayClass read;
  private final DelayClass write;
  private final DelayClass flush;
  private final IrqLine line;
  private final Work flushExpired;
  private final RawLock lock;

  // Protected by lock.
  private final List<Delayed> delayed = new ArrayList<>();
  private boolean mayDelay = true;

  DelayTarget(Machine machine, String name, DmArgs args) throws TableException {
    if (args.count() != 3 && args.count() != 6 && args.count() != 9) {
      throw new TableException("Requires exactly 3, 6 or 9 arguments");
    }
    read = delayClass(args);
    write = args.count() > 0 ? delayClass(args) : read;
    flush = args.count() > 0 ? delayClass(args) : write;
    this.machine = machine;
    this.line = machine.irqLine("delay " + name, IrqLine.Kind.HARD, machine.cpu(0));
    this.flushExpired = new Work(machine, "flush_expired_bios", () -> submitDelayed(false));
    this.lock = new RawLock(machine, "delayed_bios_lock");
  }

  private static DelayClass delayClass(DmArgs args) throws TableException {
    String name = args.shift();
    long offset = args.readSector("Invalid device sector");
    long delay = args.readUint("Invalid delay");
    return new DelayClass(args.named(name, "Device lookup failed"), offset, delay);
  }

  @Override
  public void map(TargetIo io) {
    DelayClass way = !io.bio().op().isWrite() ? read : io.bio().has(Bio.PREFLUSH) ? flush : write;
    if (way.delayMs() > 0) {
      long delayNs = way.delayMs() * NANOS_IN_MS;
      Context me = lock.beginLockedCall(lock);
      boolean delays = mayDelay;
      if (delays) {
        delayed.add(new Delayed(io, way, machine.nowNs() + delayNs));
      }
      lock.endLockedCall(me);
      if (delays) {
        new Timer(machine, line, () -> machine.systemWorkqueue().queueWork(flushExpired))
            .start(delayNs);
        return;
      }
    }
    io.remap(way.device(), way.offset());
  }

  /** {@code flush_delayed_bios}. */
  private void submitDelayed(boolean all) {
    List<Delayed> ready = new ArrayList<>();
    Context me = lock.beginLockedCall(lock);
    long now = machine.nowNs();
    for (Delayed each : delayed) {
      if (all || each.expiresNs() <= now) {
        ready.add(each);
      }
    }
    delayed.removeAll(ready);
    lock.endLockedCall(me);
    for (Delayed each : ready) {
      each.io().remap(each.way().device(), each.way().offset());
    }
  }

  @Override
  public void presuspend() {
    mayDelay(false);
    submitDelayed(true);
  }

  @Override
  public void resume() {
    mayDelay(true);
  }

  private void mayDelay(boolean may) {
    Context me = lock.beginLockedCall(lock);
    mayDelay = may;
    lock.endLockedCall(me);
  }

  @Override
  public List<BlockDevice> devices() {
    Set<BlockDevice> all = new LinkedHashSet<>(List.of(read.device()));
    all.add(write.device());
    all.add(flush.device());
    return List.copyOf(all);
  }

  @Override
  public Data medium(long sector, int sectors) {
    return read.device().medium(read.offset() + sector, sectors);
  }
}
