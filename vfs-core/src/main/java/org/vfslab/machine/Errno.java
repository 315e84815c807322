package org.vfslab.machine;

/**
 * The error numbers of {@code errno.h} that the model returns, positive; results carry them
 * negated.
 */
public final class Errno {
  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** Interrupted system call. */
  public static final int EINTR = 4;

  /** Input/output error. */
  public static final int EIO = 5;

  /** No such device or address. */
  public static final int ENXIO = 6;

  /** Bad file descriptor. */
  public static final int EBADF = 9;

  /** Try again. */
  public static final int EAGAIN = 11;

  /** Out of memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Bad address. */
  public static final int EFAULT = 14;

  /** Kernel-internal: direct I/O cannot do it, buffered I/O can. */
  public static final int ENOTBLK = 15;

  /** Device or resource busy. */
  public static final int EBUSY = 16;

  /** File exists. */
  public static final int EEXIST = 17;

  /** Cross-device link. */
  public static final int EXDEV = 18;

  /** No such device. */
  public static final int ENODEV = 19;

  /** Not a directory. */
  public static final int ENOTDIR = 20;

  /** Is a directory. */
  public static final int EISDIR = 21;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** File table overflow of the process. */
  public static final int EMFILE = 24;

  /** Operation now in progress. */
  public static final int EINPROGRESS = 115;

  /** Broken pipe. */
  public static final int EPIPE = 32;

  /** Inappropriate ioctl for device. */
  public static final int ENOTTY = 25;

  /** File too large. */
  public static final int EFBIG = 27;

  /** Text file busy. */
  public static final int ETXTBSY = 26;

  /** Disk quota exceeded. */
  public static final int EDQUOT = 122;

  /** No space left on device. */
  public static final int ENOSPC = 28;

  /** Illegal seek. */
  public static final int ESPIPE = 29;

  /** Read-only file system. */
  public static final int EROFS = 30;

  /** Too many links. */
  public static final int EMLINK = 31;

  /** File name too long. */
  public static final int ENAMETOOLONG = 36;

  /** Directory not empty. */
  public static final int ENOTEMPTY = 39;

  /** Invalid exchange. */
  public static final int EBADE = 52;

  /** No data available. */
  public static final int ENODATA = 61;

  /** Timer expired. */
  public static final int ETIME = 62;

  /** Link has been severed. */
  public static final int ENOLINK = 67;

  /** Value too large for defined data type. */
  public static final int EOVERFLOW = 75;

  /**
   * Invalid or incomplete multibyte character; for a device, that its protection information does
   * not match.
   */
  public static final int EILSEQ = 84;

  /** Operation not supported. */
  public static final int EOPNOTSUPP = 95;

  /** Too many references. */
  public static final int ETOOMANYREFS = 109;

  /** Connection timed out. */
  public static final int ETIMEDOUT = 110;

  /** Remote I/O error. */
  public static final int EREMOTEIO = 121;

  /** Operation canceled. */
  public static final int ECANCELED = 125;

  /** Kernel-internal: restart the call after the signal was handled. */
  public static final int ERESTARTSYS = 512;

  /** Kernel-internal: the request was queued and its completion will be called. */
  public static final int EIOCBQUEUED = 529;

  private Errno() {}

  /** The symbolic name of a positive or negated error number, such as {@code EINVAL}. */
  public static String name(long errno) {
    return switch ((int) Math.abs(errno)) {
      case EPERM -> "EPERM";
      case ENOENT -> "ENOENT";
      case EINTR -> "EINTR";
      case EIO -> "EIO";
      case ENXIO -> "ENXIO";
      case EBADF -> "EBADF";
      case EAGAIN -> "EAGAIN";
      case ENOMEM -> "ENOMEM";
      case EACCES -> "EACCES";
      case EFAULT -> "EFAULT";
      case ENOTBLK -> "ENOTBLK";
      case EBUSY -> "EBUSY";
      case EEXIST -> "EEXIST";
      case EXDEV -> "EXDEV";
      case ENODEV -> "ENODEV";
      case ENOTDIR -> "ENOTDIR";
      case EISDIR -> "EISDIR";
      case EINPROGRESS -> "EINPROGRESS";
      case EINVAL -> "EINVAL";
      case EMFILE -> "EMFILE";
      case EPIPE -> "EPIPE";
      case ENOTTY -> "ENOTTY";
      case ETXTBSY -> "ETXTBSY";
      case EDQUOT -> "EDQUOT";
      case EFBIG -> "EFBIG";
      case ENOSPC -> "ENOSPC";
      case ESPIPE -> "ESPIPE";
      case EROFS -> "EROFS";
      case EMLINK -> "EMLINK";
      case ENAMETOOLONG -> "ENAMETOOLONG";
      case ENOTEMPTY -> "ENOTEMPTY";
      case ETIME -> "ETIME";
      case EBADE -> "EBADE";
      case ENODATA -> "ENODATA";
      case ENOLINK -> "ENOLINK";
      case EOVERFLOW -> "EOVERFLOW";
      case EILSEQ -> "EILSEQ";
      case EOPNOTSUPP -> "EOPNOTSUPP";
      case ETOOMANYREFS -> "ETOOMANYREFS";
      case ETIMEDOUT -> "ETIMEDOUT";
      case EREMOTEIO -> "EREMOTEIO";
      case ECANCELED -> "ECANCELED";
      case ERESTARTSYS -> "ERESTARTSYS";
      case EIOCBQUEUED -> "EIOCBQUEUED";
      default -> "errno " + Math.abs(errno);
    };
  }
}
