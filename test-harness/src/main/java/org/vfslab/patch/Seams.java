package org.vfslab.patch;

import org.jspecify.annotations.Nullable;
import org.vfslab.aio.WriteHold;
import org.vfslab.locking.ReleaseWakeups;
import org.vfslab.vfs.CopyIn;
import org.vfslab.vfs.DataLocking;
import org.vfslab.vfs.HookPlace;
import org.vfslab.vfs.WriteCache;

/**
 * What fills the seams of the model.
 *
 * @param writeHold for how long an aio write holds freeze protection
 * @param dataLocking what keeps truncation away from direct I/O
 * @param copyIn when a buffered write takes its bytes from user memory
 * @param releaseWakeups how an rwsem wakes those who wait for a release; in mainline nobody does
 * @param askPlace where in a write listeners of permission events are asked
 * @param preModifyPlace where in a write pre-modify events are raised; mainline has none
 * @param writeCache what filesystems do about the volatile caches of their devices
 * @param barrier a barrier for writes in flight; in mainline there is none
 */
public record Seams(
    WriteHold writeHold,
    DataLocking dataLocking,
    CopyIn copyIn,
    ReleaseWakeups releaseWakeups,
    HookPlace askPlace,
    HookPlace preModifyPlace,
    WriteCache writeCache,
    @Nullable ProposedBarrier barrier) {

  /** Mainline. */
  public static final Seams UPSTREAM =
      new Seams(
          WriteHold.UNTIL_COMPLETION,
          DataLocking.UPSTREAM,
          CopyIn.UPSTREAM,
          ReleaseWakeups.ANSWERED,
          HookPlace.BEFORE_PROTECTION,
          HookPlace.BEFORE_PROTECTION,
          WriteCache.UPSTREAM,
          null);

  /** The same with another hold of aio writes. */
  public Seams withWriteHold(WriteHold newWriteHold) {
    return new Seams(
        newWriteHold,
        dataLocking,
        copyIn,
        releaseWakeups,
        askPlace,
        preModifyPlace,
        writeCache,
        barrier);
  }

  /** The same with another locking of data. */
  public Seams withDataLocking(DataLocking newDataLocking) {
    return new Seams(
        writeHold,
        newDataLocking,
        copyIn,
        releaseWakeups,
        askPlace,
        preModifyPlace,
        writeCache,
        barrier);
  }

  /** The same with another moment of copying. */
  public Seams withCopyIn(CopyIn newCopyIn) {
    return new Seams(
        writeHold,
        dataLocking,
        newCopyIn,
        releaseWakeups,
        askPlace,
        preModifyPlace,
        writeCache,
        barrier);
  }

  /** The same with other wake-ups of who waits for the release of an rwsem. */
  public Seams withReleaseWakeups(ReleaseWakeups newReleaseWakeups) {
    return new Seams(
        writeHold,
        dataLocking,
        copyIn,
        newReleaseWakeups,
        askPlace,
        preModifyPlace,
        writeCache,
        barrier);
  }

  /** The same with a barrier for writes in flight. */
  public Seams withBarrier(ProposedBarrier newBarrier) {
    return new Seams(
        writeHold,
        dataLocking,
        copyIn,
        releaseWakeups,
        askPlace,
        preModifyPlace,
        writeCache,
        newBarrier);
  }

  /** The same with other places of the hooks. */
  public Seams withHooks(HookPlace newAskPlace, HookPlace newPreModifyPlace) {
    return new Seams(
        writeHold,
        dataLocking,
        copyIn,
        releaseWakeups,
        newAskPlace,
        newPreModifyPlace,
        writeCache,
        barrier);
  }

  /** The same with another handling of volatile caches. */
  public Seams withWriteCache(WriteCache newWriteCache) {
    return new Seams(
        writeHold,
        dataLocking,
        copyIn,
        releaseWakeups,
        askPlace,
        preModifyPlace,
        newWriteCache,
        barrier);
  }
}
