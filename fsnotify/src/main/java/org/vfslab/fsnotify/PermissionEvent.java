package org.vfslab.fsnotify;

import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * An event for whose answer a task waits: {@code struct fanotify_perm_event}.
 *
 * <p>State, written with notification_lock held: INIT (queued) to REPORTED (read; on the access
 * list) to ANSWERED; CANCELED when the waiter was killed after the event was read, and then the
 * answer frees it.
 */
final class PermissionEvent extends Event {
  static final int INIT = 0;
  static final int REPORTED = 1;
  static final int ANSWERED = 2;
  static final int CANCELED = 3;

  private final AtomicWord state;
  private final long pos;
  private final long bytes;
  private int response;
  private long fd = FanotifyGroup.FAN_NOFD;

  PermissionEvent(Machine machine, int mask, EventData data, int pid) {
    super(machine, mask, data.inode(), "", pid, 0);
    this.state = new AtomicWord(machine, "state of a permission event", INIT);
    this.pos = data.pos();
    this.bytes = data.bytes();
  }

  AtomicWord state() {
    return state;
  }

  long pos() {
    return pos;
  }

  long bytes() {
    return bytes;
  }

  int response() {
    return response;
  }

  void response(int newResponse) {
    response = newResponse;
  }

  long fd() {
    return fd;
  }

  void fd(long newFd) {
    fd = newFd;
  }

  @Override
  boolean isPermission() {
    return true;
  }
}
