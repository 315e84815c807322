package org.vfslab.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.aio.Aio;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.freeze.AllFilesystems;
import org.vfslab.freeze.BdevFreeze;
import org.vfslab.freeze.FreezeBarriers;
import org.vfslab.freeze.ProposedBarriers;
import org.vfslab.freeze.SbWriters;
import org.vfslab.freeze.SuperFreeze;
import org.vfslab.fsnotify.Fsnotify;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Machine;
import org.vfslab.patch.ProposedBarrier;
import org.vfslab.patch.Seams;
import org.vfslab.uring.IoUring;
import org.vfslab.vfs.DiskFormat;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;

/**
 * A kernel on a machine, with its seams filled, and one process whose threads are the machine's
 * user tasks. Everything is made before the machine runs.
 */
public final class Lab {
  private final Machine machine;
  private final Lockdep lockdep;
  private final Rcu rcu;
  private final FreezeBarriers freezeBarriers = new FreezeBarriers();
  private final @Nullable ProposedBarriers proposedBarriers;
  private final Fsnotify fsnotify;
  private final UserProcess process;
  private final Aio aio;
  private final IoUring uring;
  private final Seams seams;
  private final List<BlockDevice> devices = new ArrayList<>(1);
  private final Map<BlockDevice, BdevFreeze> deviceFreezes = new HashMap<>();
  private final AllFilesystems allFilesystems;
  private final Map<String, SuperBlock> mounts = new ConcurrentSkipListMap<>();
  private final Map<String, SbWriters> protections = new ConcurrentSkipListMap<>();

  /** A kernel without disks on {@code machine}. */
  public Lab(Machine machine, Seams seams) {
    this.machine = machine;
    this.seams = seams;
    this.lockdep = Lockdep.on(machine);
    seams.dataLocking().prepares(lockdep);
    this.rcu = new Rcu(lockdep);
    this.fsnotify = new Fsnotify(lockdep, rcu);
    this.allFilesystems = new AllFilesystems(machine);
    ProposedBarrier proposed = seams.barrier();
    this.proposedBarriers =
        proposed == null ? null : new ProposedBarriers(freezeBarriers, proposed.inSyncAndFreeze());
    this.process =
        new UserProcess(
            lockdep,
            proposedBarriers == null ? freezeBarriers : proposedBarriers,
            this::superblock);
    this.aio = new Aio(lockdep, process, rcu, seams.writeHold(), seams.aioForm());
    this.uring = new IoUring(lockdep, process, seams.uringWriteHold());
  }

  /** Adds a disk. */
  public BlockDevice disk(String name, DeviceConfig config) {
    return add(new BlockDevice(machine, name, config));
  }

  /** Adds a device that was made already, such as a mapped one. */
  public BlockDevice add(BlockDevice device) {
    devices.add(device);
    deviceFreezes.put(device, new BdevFreeze(lockdep, device));
    return device;
  }

  /**
   * What was not given back when all is over, to the devices, to aio contexts, by the process, as a
   * sentence; or null.
   */
  public @Nullable String leak() {
    for (BlockDevice device : devices) {
      String leak = device.leak();
      if (leak != null) {
        return leak;
      }
    }
    String leak = aio.leakNow();
    return leak == null ? process.leakNow() : leak;
  }

  /** Makes a filesystem on a disk and mounts it. */
  public SuperBlock mount(String mountPoint, BlockDevice disk, int blockBytes) {
    return mounted(
        new SuperBlock(lockdep, mountPoint, disk, seams.operations(), blockBytes, false));
  }

  /** The same with a format on the disk and a journal. */
  public SuperBlock mountJournalled(String mountPoint, BlockDevice disk, int blockBytes) {
    SuperBlock sb = mounted(superblock(disk, mountPoint, blockBytes, false));
    DiskFormat.format(sb);
    return sb;
  }

  private SuperBlock mounted(SuperBlock sb) {
    filled(sb);
    process.mount(sb);
    return sb;
  }

  /** A superblock with a journal, as {@code mount} makes it. */
  private SuperBlock superblock(
      BlockDevice disk, String mountPoint, int blockBytes, boolean readOnly) {
    return filled(
        new SuperBlock(lockdep, mountPoint, disk, seams.operations(), blockBytes, readOnly, true));
  }

  private SuperBlock filled(SuperBlock sb) {
    SbWriters writers = new SbWriters(lockdep, rcu, sb);
    sb.protectWritesBy(writers);
    sb.notifyBy(fsnotify);
    sb.hookAt(seams.askPlace(), seams.preModifyPlace());
    sb.lockDataBy(seams.dataLocking());
    sb.copyInBy(seams.copyIn());
    sb.flushBy(seams.writeCache());
    sb.endDirectIoBy(seams.directIoEnd());
    SuperFreeze freezer = new SuperFreeze(sb, writers);
    freezeBarriers.add(sb, freezer);
    BdevFreeze device = deviceFreezes.get(sb.device());
    if (device != null) {
      device.holder(freezer);
    }
    allFilesystems.add(freezer, device, false);
    ProposedBarrier proposed = seams.barrier();
    if (proposed != null && proposedBarriers != null) {
      proposedBarriers.add(sb, proposed.maker().make(lockdep, rcu, sb));
    }
    mounts.put(sb.id(), sb);
    protections.put(sb.id(), writers);
    return sb;
  }

  /** Makes a file of zeroes. */
  public Inode file(SuperBlock sb, String path, long sizeBytes) {
    Inode inode = sb.addFile(path, sizeBytes);
    process.mount(sb);
    if (sb.isJournalled()) {
      DiskFormat.format(sb);
    }
    return inode;
  }

  /** What fills the seams. */
  public Seams seams() {
    return seams;
  }

  /** The machine. */
  public Machine machine() {
    return machine;
  }

  /** The validator. */
  public Lockdep lockdep() {
    return lockdep;
  }

  /** RCU of the machine. */
  public Rcu rcu() {
    return rcu;
  }

  /** The hooks for listeners. */
  public Fsnotify fsnotify() {
    return fsnotify;
  }

  /** The process. */
  public UserProcess process() {
    return process;
  }

  /** The aio system calls of the process. */
  public Aio aio() {
    return aio;
  }

  /** The io_uring system calls of the process. */
  public IoUring uring() {
    return uring;
  }

  /** All filesystems, by their mount points. */
  public Collection<SuperBlock> filesystems() {
    return mounts.values();
  }

  /** The filesystem that was made on a disk, or null. */
  public @Nullable SuperBlock filesystemOn(BlockDevice disk) {
    for (SuperBlock sb : mounts.values()) {
      if (sb.device() == disk) {
        return sb;
      }
    }
    return null;
  }

  /** What freezes a filesystem, for those who do not come by ioctl. */
  public SuperFreeze freezer(SuperBlock sb) {
    return freezeBarriers.freezer(sb);
  }

  /** What freezes the filesystem on a device, for those who know the device only. */
  public BdevFreeze deviceFreeze(BlockDevice device) {
    BdevFreeze freeze = deviceFreezes.get(device);
    if (freeze == null) {
      throw new IllegalArgumentException(device.name() + " was not added here: call add first");
    }
    return freeze;
  }

  /** What freezes and thaws all filesystems at once. */
  public AllFilesystems allFilesystems() {
    return allFilesystems;
  }

  /** The freeze protection of a mounted filesystem. */
  public SbWriters protection(SuperBlock sb) {
    SbWriters writers = protections.get(sb.id());
    if (writers == null) {
      throw new IllegalArgumentException(sb.id() + " is not mounted here");
    }
    return writers;
  }
}
