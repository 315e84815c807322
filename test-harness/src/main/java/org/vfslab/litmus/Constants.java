package org.vfslab.litmus;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.vfslab.fsnotify.EventMask;
import org.vfslab.fsnotify.FanotifyFile;
import org.vfslab.fsnotify.Inotify;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.machine.Errno;
import org.vfslab.uring.IoRingCtx;
import org.vfslab.uring.Sqe;
import org.vfslab.vfs.BinderFile;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.PollEvents;
import org.vfslab.vfs.RwFlags;
import org.vfslab.vfs.UserProcess;

/** The names of numbers that litmus files know. */
final class Constants {

  static final long SIGKILL = 9;

  static final Map<String, Long> ALL = all();

  private Constants() {}

  private static Map<String, Long> all() {
    Map<String, Long> names = new TreeMap<>();
    open(names);
    transfers(names);
    memory(names);
    notification(names);
    watches(names);
    names.put("FIFREEZE", UserProcess.FIFREEZE);
    names.put("FITHAW", UserProcess.FITHAW);
    names.put("FIWRITEBARRIER", UserProcess.FIWRITEBARRIER);
    names.put("FREEZE_HOLDER_KERNEL", FreezeFunctions.HOLDER_KERNEL);
    names.put("FREEZE_HOLDER_USERSPACE", FreezeFunctions.HOLDER_USERSPACE);
    names.put("FREEZE_MAY_NEST", FreezeFunctions.MAY_NEST);
    names.put("POLLIN", (long) PollEvents.IN);
    names.put("POLLOUT", (long) PollEvents.OUT);
    names.put("POLLERR", (long) PollEvents.ERR);
    names.put("POLLHUP", (long) PollEvents.HUP);
    names.put("IOSQE_IO_LINK", (long) Sqe.IO_LINK);
    names.put("IOSQE_IO_HARDLINK", (long) Sqe.IO_HARDLINK);
    names.put("IOSQE_ASYNC", (long) Sqe.ASYNC);
    names.put("IORING_SETUP_IOPOLL", (long) IoRingCtx.SETUP_IOPOLL);
    names.put("POLLNVAL", (long) PollEvents.NVAL);
    names.put("BINDER_THREAD_EXIT", BinderFile.BINDER_THREAD_EXIT);
    names.put("SIGKILL", SIGKILL);
    names.put("SIGUSR1", 10L);
    for (int errno = 1; errno < 134; errno++) {
      String name = Errno.name(errno);
      if (!name.startsWith("errno")) {
        names.put(name, (long) errno);
      }
    }
    return Map.copyOf(names);
  }

  private static void open(Map<String, Long> names) {
    names.put("O_RDONLY", (long) OpenFlags.O_RDONLY);
    names.put("O_WRONLY", (long) OpenFlags.O_WRONLY);
    names.put("O_RDWR", (long) OpenFlags.O_RDWR);
    names.put("O_CREAT", (long) OpenFlags.O_CREAT);
    names.put("O_EXCL", (long) OpenFlags.O_EXCL);
    names.put("O_TRUNC", (long) OpenFlags.O_TRUNC);
    names.put("O_APPEND", (long) OpenFlags.O_APPEND);
    names.put("O_NONBLOCK", (long) OpenFlags.O_NONBLOCK);
    names.put("O_DSYNC", (long) OpenFlags.O_DSYNC);
    names.put("O_SYNC", (long) OpenFlags.O_SYNC);
    names.put("O_DIRECT", (long) OpenFlags.O_DIRECT);
    names.put("O_DIRECTORY", (long) OpenFlags.O_DIRECTORY);
    names.put("O_PATH", (long) OpenFlags.O_PATH);
  }

  private static void transfers(Map<String, Long> names) {
    names.put("RWF_HIPRI", (long) RwFlags.RWF_HIPRI);
    names.put("RWF_DSYNC", (long) RwFlags.RWF_DSYNC);
    names.put("RWF_SYNC", (long) RwFlags.RWF_SYNC);
    names.put("RWF_NOWAIT", (long) RwFlags.RWF_NOWAIT);
    names.put("RWF_APPEND", (long) RwFlags.RWF_APPEND);
    names.put("SEEK_SET", 0L);
    names.put("SEEK_CUR", 1L);
    names.put("SEEK_END", 2L);
    names.put("FALLOC_FL_KEEP_SIZE", 1L);
    names.put("FALLOC_FL_PUNCH_HOLE", 2L);
    names.put("FALLOC_FL_ZERO_RANGE", 0x10L);
    names.put("SYNC_FILE_RANGE_WAIT_BEFORE", 1L);
    names.put("SYNC_FILE_RANGE_WRITE", 2L);
    names.put("SYNC_FILE_RANGE_WAIT_AFTER", 4L);
  }

  private static void notification(Map<String, Long> names) {
    EventMask.all()
        .forEach(
            (name, bit) -> {
              if (!name.equals("IN_IGNORED") && !name.equals("ISDIR")) {
                names.put("FAN_" + name, (long) bit);
              }
            });
    names.put("FAN_ONDIR", (long) EventMask.ISDIR);
    names.put("FAN_NOFD", -1L);
    names.put("FAN_ALLOW", (long) FanotifyFile.FAN_ALLOW);
    names.put("FAN_DENY", (long) FanotifyFile.FAN_DENY);
    names.put("FAN_AUDIT", (long) FanotifyFile.FAN_AUDIT);
    names.put("FAN_MARK_ADD", (long) FanotifyFile.FAN_MARK_ADD);
    names.put("FAN_MARK_REMOVE", (long) FanotifyFile.FAN_MARK_REMOVE);
    names.put("FAN_MARK_FLUSH", (long) FanotifyFile.FAN_MARK_FLUSH);
    names.put("FAN_MARK_MOUNT", (long) FanotifyFile.FAN_MARK_MOUNT);
    names.put("FAN_MARK_FILESYSTEM", (long) FanotifyFile.FAN_MARK_FILESYSTEM);
    names.put("FAN_MARK_IGNORED_MASK", (long) FanotifyFile.FAN_MARK_IGNORED_MASK);
    names.put("FAN_MARK_IGNORED_SURV_MODIFY", (long) FanotifyFile.FAN_MARK_IGNORED_SURV_MODIFY);
    names.put("FAN_MARK_EVICTABLE", (long) FanotifyFile.FAN_MARK_EVICTABLE);
    names.put("FAN_MARK_IGNORE", (long) FanotifyFile.FAN_MARK_IGNORE);
  }

  private static void watches(Map<String, Long> names) {
    EventMask.all()
        .forEach(
            (name, bit) -> {
              if ((bit & Inotify.IN_ALL_EVENTS) != 0) {
                names.put("IN_" + name, (long) bit);
              }
            });
    names.put("IN_UNMOUNT", (long) EventMask.UNMOUNT);
    names.put("IN_Q_OVERFLOW", (long) EventMask.Q_OVERFLOW);
    names.put("IN_IGNORED", (long) EventMask.IN_IGNORED);
    names.put("IN_ISDIR", (long) EventMask.ISDIR);
    names.put("IN_ONLYDIR", (long) Inotify.IN_ONLYDIR);
    names.put("IN_MASK_CREATE", (long) Inotify.IN_MASK_CREATE);
    names.put("IN_MASK_ADD", (long) Inotify.IN_MASK_ADD);
    names.put("IN_ONESHOT", (long) Inotify.IN_ONESHOT);
  }

  /**
   * What constants with '|' between them add up to, of which only those count that pass.
   *
   * @param wanted the sentence for an expression that is anything else
   */
  static int bits(Scope scope, Expression expression, Predicate<String> counts, String wanted) {
    return switch (expression) {
      case Expression.Name name when ALL.containsKey(name.name()) ->
          counts.test(name.name()) ? Objects.requireNonNull(ALL.get(name.name())).intValue() : 0;
      case Expression.Binary binary when binary.operator().spelling().equals("|") ->
          bits(scope, binary.left(), counts, wanted) | bits(scope, binary.right(), counts, wanted);
      default -> throw scope.error(expression.position(), wanted);
    };
  }

  private static void memory(Map<String, Long> names) {
    names.put("PROT_READ", 1L);
    names.put("PROT_WRITE", 2L);
    names.put("MAP_SHARED", 1L);
    names.put("MAP_PRIVATE", 2L);
    names.put("MS_RDONLY", 1L);
  }
}
