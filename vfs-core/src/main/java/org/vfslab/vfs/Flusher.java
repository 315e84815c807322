package org.vfslab.vfs;

import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Timer;
import org.vfslab.machine.Work;
import org.vfslab.machine.Workqueue;
import org.vfslab.memory.AtomicWord;

/**
 * Periodic write-back of one superblock: {@code struct bdi_writeback} with its delayed work, {@code
 * fs/fs-writeback.c}, 7.2.
 *
 * <p>The first page that is dirtied starts a timer; when it expires a kworker sends the pages of
 * files on their way that became dirty long enough ago, and starts the timer again while anything
 * is dirty. It takes s_umount by a trylock only, so that it never waits for a freeze or an umount,
 * and no freeze protection: what it writes was dirtied inside of one, and a freeze has all of it
 * written, and waits for it, before the last level closes.
 *
 * <p>While nothing is dirty it does nothing and takes no step.
 */
final class Flusher {
  private final SuperBlock sb;
  private final Machine machine;
  private final long intervalNs;
  private final long expireNs;
  private final Timer timer;

  /** {@code WB_has_dirty_io}: the timer runs, or the worker does. */
  private final AtomicWord hasDirtyIo;

  /**
   * A flusher that sleeps; before the machine runs.
   *
   * @param intervalNs {@code dirty_writeback_centisecs}: how often it looks
   * @param expireNs {@code dirty_expire_centisecs}: how old dirty data is when it is written
   */
  Flusher(SuperBlock sb, long intervalNs, long expireNs) {
    this.sb = sb;
    this.machine = sb.machine();
    this.intervalNs = intervalNs;
    this.expireNs = expireNs;
    this.hasDirtyIo = new AtomicWord(machine, "WB_has_dirty_io of " + sb.id(), 0);
    Workqueue queue = new Workqueue(machine, "writeback");
    Work work = new Work(machine, "wb_workfn", this::work);
    IrqLine line =
        machine.irqLine("wb timer " + sb.id(), IrqLine.Kind.SOFT, machine.cpus().getFirst());
    this.timer = new Timer(machine, line, () -> queue.queueWork(work));
  }

  /** {@code __mark_inode_dirty}: the inode has its first dirty page. Any context. */
  void dirtied(Inode inode) {
    inode.dirtiedNs(machine.nowNs());
    start();
  }

  /** {@code wb_wakeup_delayed}, unless it is under way. */
  private void start() {
    if (hasDirtyIo.compareAndSet(0, 1)) {
      timer.start(intervalNs);
    }
  }

  /** {@code wb_workfn}: writes what is old, and looks again while there is something. */
  private void work() {
    if (sb.sUmount().downReadTrylock()) { // super_trylock_shared
      writeOld();
      sb.sUmount().upRead();
    }
    if (isDirty()) {
      timer.start(intervalNs);
      return;
    }
    hasDirtyIo.storeRelease(0);
    if (isDirty()) {
      start(); // somebody came between, and found the flusher at work
    }
  }

  private void writeOld() {
    for (Inode inode : sb.inodes()) {
      if (inode.pages().hasDirty() && machine.nowNs() - inode.dirtiedNs() >= expireNs) {
        inode.pages().startWriteback();
      }
    }
  }

  private boolean isDirty() {
    for (Inode inode : sb.inodes()) {
      if (inode.pages().hasDirty()) {
        return true;
      }
    }
    return false;
  }
}
