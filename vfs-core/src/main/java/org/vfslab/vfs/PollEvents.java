package org.vfslab.vfs;

/** What a file can be polled for: {@code EPOLL*} of {@code include/uapi/linux/eventpoll.h}. */
public final class PollEvents {
  /** {@code EPOLLIN}: there is something to read. */
  public static final int IN = 0x1;

  /** {@code EPOLLOUT}: there is room to write. */
  public static final int OUT = 0x4;

  /** {@code EPOLLERR}. */
  public static final int ERR = 0x8;

  /** {@code EPOLLHUP}. */
  public static final int HUP = 0x10;

  /** {@code POLLNVAL}: no such descriptor; for {@code poll} only. */
  public static final int NVAL = 0x20;

  /** {@code EPOLLRDNORM}. */
  public static final int RDNORM = 0x40;

  /** {@code EPOLLWRNORM}. */
  public static final int WRNORM = 0x100;

  /** {@code POLLFREE}: the wait queue is about to be freed; not for user space. */
  public static final int FREE = 0x4000;

  /** {@code DEFAULT_POLLMASK}: what a file without {@code ->poll} is ready for, always. */
  public static final int DEFAULT = IN | OUT | RDNORM | WRNORM;

  private PollEvents() {}
}
