package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Errno;

/**
 * {@code mount}, {@code umount}, remounting, and the ioctls that freeze: {@code fs/namespace.c},
 * {@code fs/super.c}, {@code fs/ioctl.c}, 7.2.
 */
final class MountCalls {
  private final Namespace namespace;
  private final FileTable files;
  private final Barriers barriers;
  private final Superblocks superblocks;

  MountCalls(Namespace namespace, FileTable files, Barriers barriers, Superblocks superblocks) {
    this.namespace = namespace;
    this.files = files;
    this.barriers = barriers;
    this.superblocks = superblocks;
  }

  /**
   * {@code mount}: EBUSY when something is mounted here, or when the superblock of the device is
   * alive with the other mode, or when it is not alive and the device is frozen; EINVAL without a
   * filesystem on the device.
   */
  long mount(BlockDevice device, String mountPoint, boolean readOnly) {
    if (namespace.mountedAt(mountPoint) != null) {
      return -Errno.EBUSY;
    }
    Superblocks.Found found = superblocks.get(device, mountPoint, readOnly);
    SuperBlock sb = found.sb();
    if (sb == null) {
      return found.error();
    }
    if (sb.isReadOnly() != readOnly) {
      Superblocks.deactivate(sb);
      return -Errno.EBUSY;
    }
    if (!namespace.add(mountPoint, sb)) {
      Superblocks.deactivate(sb);
      return -Errno.EBUSY;
    }
    return 0;
  }

  /**
   * {@code umount}: EINVAL if nothing is mounted here, EBUSY while files are open. A freeze does
   * not hinder it, but keeps the superblock alive.
   */
  long umount(String mountPoint) {
    SuperBlock sb = namespace.mountedAt(mountPoint);
    if (sb == null) {
      Walk walk = namespace.walk(mountPoint);
      return walk.error() < 0 ? walk.error() : walk.inode() == null ? -Errno.ENOENT : -Errno.EINVAL;
    }
    if (sb.mountUsers().loadAcquire() > 0) {
      return -Errno.EBUSY;
    }
    namespace.remove(mountPoint);
    Superblocks.deactivate(sb);
    return 0;
  }

  /**
   * {@code reconfigure_super}: EBUSY while the filesystem is frozen, and for read-only while
   * somebody may write.
   */
  long remount(String mountPoint, boolean readOnly) {
    SuperBlock sb = namespace.mountedAt(mountPoint);
    if (sb == null) {
      return -Errno.EINVAL;
    }
    sb.sUmount().downWrite();
    long result = 0;
    if (sb.writeProtection().isFrozen()) {
      result = -Errno.EBUSY;
    } else if (readOnly && !sb.isReadOnly()) {
      result =
          sb.mountWriters()
              .makeReadOnly(
                  () -> {
                    Sync.syncFilesystem(sb);
                    sb.operations().reconfigure(sb, true);
                  });
    } else if (!readOnly && sb.isReadOnly()) {
      result = sb.operations().reconfigure(sb, false);
      if (result == 0) {
        sb.mountWriters().makeWritable();
      }
    }
    sb.sUmount().upWrite();
    return result;
  }

  /** {@code ioctl(FIFREEZE)}, {@code ioctl(FITHAW)} on a descriptor of the filesystem. */
  long ioctl(long fd, long command) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = ioctl(file.inode().sb(), command);
    file.put();
    return result;
  }

  /** The same on a mount point that is opened for it. */
  long ioctl(String mountPoint, long command) {
    @Nullable SuperBlock sb = namespace.mountedAt(mountPoint);
    return sb == null ? -Errno.ENOENT : ioctl(sb, command);
  }

  private long ioctl(SuperBlock sb, long command) {
    if (command == UserProcess.FIFREEZE) {
      return barriers.freeze(sb);
    }
    if (command == UserProcess.FITHAW) {
      return barriers.thaw(sb);
    }
    return command == UserProcess.FIWRITEBARRIER ? barriers.writeBarrier(sb) : -Errno.ENOTTY;
  }
}
