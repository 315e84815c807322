package org.vfslab.patch;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vfslab.aio.AioForm;
import org.vfslab.aio.WriteHold;
import org.vfslab.locking.ReleaseWakeups;
import org.vfslab.uring.UringWriteHold;
import org.vfslab.vfs.CopyIn;
import org.vfslab.vfs.DataLocking;
import org.vfslab.vfs.DirectIoEnd;
import org.vfslab.vfs.HookPlace;
import org.vfslab.vfs.LabFs;
import org.vfslab.vfs.SuperOperations;
import org.vfslab.vfs.WriteCache;

/**
 * What fills the seams of the model.
 *
 * @param writeHold how an aio write is protected from a freeze
 * @param aioForm which state of polls and of wake-ups aio is in
 * @param dataLocking how a file's data is locked, and how truncation waits for direct I/O
 * @param copyIn when a buffered write copies its bytes
 * @param releaseWakeups how an rwsem wakes those who wait for a release; in mainline nobody does
 * @param askPlace where in a write listeners of permission events are asked
 * @param preModifyPlace where in a write pre-modify events are raised; mainline has none
 * @param writeCache what filesystems do about the volatile caches of their devices
 * @param directIoEnd what the end of a direct write does, when, and in which context
 * @param operations the filesystem type
 * @param uringWriteHold how a write of an io_uring begins and ends freeze protection
 * @param barrier a barrier for writes in flight; in mainline there is none
 */
public record Seams(
    WriteHold writeHold,
    AioForm aioForm,
    DataLocking dataLocking,
    CopyIn copyIn,
    ReleaseWakeups releaseWakeups,
    HookPlace askPlace,
    HookPlace preModifyPlace,
    WriteCache writeCache,
    DirectIoEnd directIoEnd,
    SuperOperations operations,
    UringWriteHold uringWriteHold,
    @Nullable ProposedBarrier barrier) {

  /** Mainline. */
  public static final Seams UPSTREAM =
      new Seams(
          WriteHold.UNTIL_COMPLETION,
          AioForm.UPSTREAM,
          DataLocking.UPSTREAM,
          CopyIn.UPSTREAM,
          ReleaseWakeups.ANSWERED,
          HookPlace.BEFORE_PROTECTION,
          HookPlace.BEFORE_PROTECTION,
          WriteCache.UPSTREAM,
          DirectIoEnd.UPSTREAM,
          LabFs.TYPE,
          UringWriteHold.UPSTREAM,
          null);

  /** The same with another hold of aio writes. */
  public Seams withWriteHold(WriteHold newWriteHold) {
    return with(draft -> draft.writeHold = newWriteHold);
  }

  /** The same with another state of aio. */
  public Seams withAioForm(AioForm newAioForm) {
    return with(draft -> draft.aioForm = newAioForm);
  }

  /** The same with another locking of data. */
  public Seams withDataLocking(DataLocking newDataLocking) {
    return with(draft -> draft.dataLocking = newDataLocking);
  }

  /** The same with another moment of copying. */
  public Seams withCopyIn(CopyIn newCopyIn) {
    return with(draft -> draft.copyIn = newCopyIn);
  }

  /** The same with other wake-ups of who waits for the release of an rwsem. */
  public Seams withReleaseWakeups(ReleaseWakeups newReleaseWakeups) {
    return with(draft -> draft.releaseWakeups = newReleaseWakeups);
  }

  /** The same with other places of the hooks. */
  public Seams withHooks(HookPlace newAskPlace, HookPlace newPreModifyPlace) {
    return with(
        draft -> {
          draft.askPlace = newAskPlace;
          draft.preModifyPlace = newPreModifyPlace;
        });
  }

  /** The same with another handling of volatile caches. */
  public Seams withWriteCache(WriteCache newWriteCache) {
    return with(draft -> draft.writeCache = newWriteCache);
  }

  /** The same with another end of direct writes. */
  public Seams withDirectIoEnd(DirectIoEnd newEnd) {
    return with(draft -> draft.directIoEnd = newEnd);
  }

  /** The same with another filesystem type. */
  public Seams withOperations(SuperOperations newOperations) {
    return with(draft -> draft.operations = newOperations);
  }

  /** The same with another hold of the writes of an io_uring. */
  public Seams withUringWriteHold(UringWriteHold newHold) {
    return with(draft -> draft.uringWriteHold = newHold);
  }

  /** The same with a barrier for writes in flight. */
  public Seams withBarrier(ProposedBarrier newBarrier) {
    return with(draft -> draft.barrier = newBarrier);
  }

  private Seams with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** Seams while they are being filled. */
  private static final class Draft {
    private WriteHold writeHold;
    private AioForm aioForm;
    private DataLocking dataLocking;
    private CopyIn copyIn;
    private ReleaseWakeups releaseWakeups;
    private HookPlace askPlace;
    private HookPlace preModifyPlace;
    private WriteCache writeCache;
    private DirectIoEnd directIoEnd;
    private SuperOperations operations;
    private UringWriteHold uringWriteHold;
    private @Nullable ProposedBarrier barrier;

    Draft(Seams from) {
      writeHold = from.writeHold;
      aioForm = from.aioForm;
      dataLocking = from.dataLocking;
      copyIn = from.copyIn;
      releaseWakeups = from.releaseWakeups;
      askPlace = from.askPlace;
      preModifyPlace = from.preModifyPlace;
      writeCache = from.writeCache;
      directIoEnd = from.directIoEnd;
      operations = from.operations;
      uringWriteHold = from.uringWriteHold;
      barrier = from.barrier;
    }

    Seams done() {
      return new Seams(
          writeHold,
          aioForm,
          dataLocking,
          copyIn,
          releaseWakeups,
          askPlace,
          preModifyPlace,
          writeCache,
          directIoEnd,
          operations,
          uringWriteHold,
          barrier);
    }
  }
}
