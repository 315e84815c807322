package org.vfslab.patch;

import java.util.List;
import java.util.Optional;
import org.vfslab.aio.BrokenPre410AioFreeze;
import org.vfslab.aio.EventWakeups;
import org.vfslab.aio.PollForm;
import org.vfslab.freeze.BrokenLateSrcuWriteBarrier;
import org.vfslab.freeze.DelegatedReaderWriteBarrier;
import org.vfslab.freeze.PercpuRefWriteBarrier;
import org.vfslab.freeze.SrcuWriteBarrier;
import org.vfslab.locking.BrokenFirstPostedRwsemWait;
import org.vfslab.locking.DelegatedReadLock;
import org.vfslab.locking.Srcu;
import org.vfslab.uring.BrokenEndWriteInTaskWork;
import org.vfslab.uring.BrokenNowaitStartWrite;
import org.vfslab.vfs.BrokenEndInInterrupt;
import org.vfslab.vfs.BrokenFaultInsideTransaction;
import org.vfslab.vfs.BrokenForgottenDioWait;
import org.vfslab.vfs.BrokenNoBarrier;
import org.vfslab.vfs.BrokenNoInvalidation;
import org.vfslab.vfs.BrokenSizeAfterEvent;
import org.vfslab.vfs.BrokenSizeBeforeData;
import org.vfslab.vfs.BrokenTransactionAtOpen;
import org.vfslab.vfs.BrokenUnserialisedSubblock;
import org.vfslab.vfs.HoldIRwsemUntilAioCompletes;
import org.vfslab.vfs.HookPlace;

/** All patches that there are. */
public final class Patches {

  /** The state before Linux 4.10. */
  public static final Patch PRE_4_10_AIO_FREEZE =
      new Patch(
          "pre-4.10-aio-freeze",
          "freeze protection of an aio write ends when its submission returns",
          "repaired by commit 70fe2f48152e, \"aio: fix freeze protection of aio writes\" (Linux"
              + " 4.10)",
          "a frozen filesystem can be written by requests that were in flight",
          seams -> seams.withWriteHold(new BrokenPre410AioFreeze()));

  /** The state before Linux 6.12. */
  public static final Patch IO_URING_NOWAIT_START_WRITE =
      new Patch(
          "io-uring-nowait-start-write",
          "the attempt of io_uring that must not sleep sleeps in sb_start_write; writes end in task"
              + " work",
          "repaired by commit 1d60d74e8526, \"io_uring/rw: fix missing NOWAIT check for O_DIRECT"
              + " start write\" (Linux 6.12); reported by Peter Mann, 31 October 2024,"
              + " <38c94aec-81c9-4f62-b44e-1d87f5597644@sh.cz>",
          "a freeze waits for writes whose submitter waits for the freeze",
          seams -> seams.withUringWriteHold(new BrokenNowaitStartWrite()));

  /** The state before 7.2 and 6.12.117. */
  public static final Patch IO_URING_END_WRITE_IN_TASK_WORK =
      new Patch(
          "io-uring-end-write-in-task-work",
          "freeze protection of an io_uring write ends in task work of its submitter",
          "io_uring/rw.c of 6.1; since 6.12.117 and 7.2 io_complete_rw ends it",
          "a submitter that freezes the filesystem itself waits for ever for his own write",
          seams -> seams.withUringWriteHold(new BrokenEndWriteInTaskWork()));

  /** The first polls of aio. */
  public static final Patch AIO_POLL_BEFORE_2019 =
      new Patch(
          "aio-poll-before-2019",
          "broken: whoever completes a poll of aio gives its file back",
          "Linux 4.19 to 5.0; CVE-2019-10125; repaired by the series of Al Viro, March 2019, with"
              + " af5c72b1fc7a, \"Fix aio_poll() races\" (Linux 5.1)",
          "a file that is closed meanwhile is used by the submitter after it was freed",
          seams -> seams.withAioForm(seams.aioForm().withPolls(PollForm.BROKEN_BEFORE_2019)));

  /** And the second. */
  public static final Patch AIO_POLL_BEFORE_5_16 =
      new Patch(
          "aio-poll-before-5.16",
          "broken: a wake-up takes a poll of aio off the queue before its work has looked",
          "Linux 5.1 to 5.15; repaired by Eric Biggers, December 2021: 363bee27e258, \"aio: keep"
              + " poll requests on waitqueue until completed\", and 50252e4b5e98, \"aio: fix"
              + " use-after-free due to missing POLLFREE handling\" (Linux 5.16)",
          "an event can be lost, and a queue that goes before its file is used after it was freed",
          seams -> seams.withAioForm(seams.aioForm().withPolls(PollForm.BROKEN_BEFORE_5_16)));

  /** Who is woken by an event. */
  public static final Patch AIO_WAKE_EVERYBODY =
      new Patch(
          "aio-wake-everybody",
          "each event wakes everybody in io_getevents, whether it is enough for him or not",
          "Linux before 6.8; changed by Kent Overstreet, 71eb6b6b0ba9, \"fs/aio: obey min_nr when"
              + " doing wakeups\"",
          "the same results by more wake-ups",
          seams -> seams.withAioForm(seams.aioForm().withWakeups(EventWakeups.EVERYBODY)));

  /** The series of 2020. */
  public static final Patch HOLD_I_RWSEM =
      new Patch(
          "hold-i-rwsem-until-aio-completes",
          "i_rwsem is held until the direct I/O has ended; there is no i_dio_count",
          "Christoph Hellwig, \"RFC: hold i_rwsem until aio completes\", 14 January 2020,"
              + " <20200114161225.309792-1-hch@lst.de>",
          "who holds i_rwsem exclusively has no direct I/O left to wait for, and cannot forget to",
          seams -> seams.withDataLocking(new HoldIRwsemUntilAioCompletes(false)));

  /** The same series with what its thread wished for. */
  public static final Patch HOLD_I_RWSEM_HANDED_OVER =
      new Patch(
          "hold-i-rwsem-handed-over",
          "the same, and lockdep is told that the hold is handed to who completes the I/O, instead"
              + " of being told that it ended",
          "the wish of the same thread for a validator that follows such holds; no code was posted",
          "lockdep sees what the completion waits for with i_rwsem held, before anybody hangs",
          seams -> seams.withDataLocking(new HoldIRwsemUntilAioCompletes(true)));

  /** A bug that was made many times. */
  public static final Patch FORGOTTEN_DIO_WAIT =
      new Patch(
          "forgotten-dio-wait",
          "broken: truncation does not wait for direct I/O in flight",
          "the bugs that the series above names as its reason; one was repaired by xfs commit"
              + " e4229d6 (fstests generic/427)",
          "a block can be freed, and given away, while a write to it is in flight",
          seams -> seams.withDataLocking(new BrokenForgottenDioWait()));

  /** Another one. */
  public static final Patch UNSERIALISED_SUBBLOCK =
      new Patch(
          "unserialised-subblock",
          "broken: direct writes to parts of one new block run at the same time",
          "repaired for xfs by \"xfs: serialise unaligned direct IOs\" (fstests generic/240)",
          "one write's zeroes can end up over the other's data",
          seams -> seams.withDataLocking(new BrokenUnserialisedSubblock()));

  /** And one of lock order. */
  public static final Patch FAULT_INSIDE_TRANSACTION =
      new Patch(
          "fault-inside-transaction",
          "broken: a buffered write takes its bytes from user memory inside a transaction",
          "what faulting pages in before ->write_begin avoids (generic_perform_write,"
              + " mm/filemap.c)",
          "mmap_lock is taken inside of SB_FREEZE_FS, and outside of it by every write fault",
          seams -> seams.withCopyIn(new BrokenFaultInsideTransaction()));

  /** The first version of a proposal, with what its reviewer objected to. */
  public static final Patch RWSEM_WAIT_AS_FIRST_POSTED =
      new Patch(
          "rwsem-wait-as-first-posted",
          "who waits for the release of an rwsem is woken like a reader, and only not counted",
          "RFC of Matthew Wilcox, 9 January 2024, ZZ1+ZicgN8dZ3zj3@casper.infradead.org;"
              + " objections of Waiman Long in the thread; not merged",
          "a lock-free reader can sleep until a writer has finished, without holding the lock",
          seams -> seams.withReleaseWakeups(new BrokenFirstPostedRwsemWait()));

  /** The barrier for change tracking. */
  public static final Patch SB_WRITE_SRCU =
      new Patch(
          "sb-write-srcu",
          "a write is an SRCU reader from before its event to its end; syncfs and freeze begin with"
              + " a grace period",
          "Amir Goldstein, branch sb_write_barrier, November 2022, in the thread \"thoughts about"
              + " fanotify and HSM\" (linux-fsdevel); not merged",
          "waits for every write that was told to listeners, and blocks no new one",
          seams ->
              seams.withBarrier(
                  new ProposedBarrier(
                      (lockdep, rcu, sb) ->
                          new SrcuWriteBarrier(new Srcu(lockdep, rcu, "s_write_srcu"), true),
                      true)));

  /** Its newer form. */
  public static final Patch VFS_WRITE_BARRIER =
      new Patch(
          "vfs-write-barrier",
          "a write is an SRCU reader from want_write to drop_write; the barrier is a call of its"
              + " own",
          "\"vfs write barriers\", topic for LSFMM+BPF 2025, linux-fsdevel, 17 January 2025; not"
              + " merged",
          "waits for all write system calls in flight without blocking new ones",
          seams ->
              seams.withBarrier(
                  new ProposedBarrier(
                      (lockdep, rcu, sb) ->
                          new SrcuWriteBarrier(new Srcu(lockdep, rcu, "s_write_srcu"), false),
                      false)));

  /** One of the two other answers. */
  public static final Patch PERCPU_REF_BARRIER =
      new Patch(
          "percpu-ref-barrier",
          "a write holds a percpu_ref, which the barrier replaces, kills and waits for",
          "Christoph Hellwig on percpu_ref in the thread of \"RFC: hold i_rwsem until aio"
              + " completes\", 15 January 2020, <20200115153614.GA31296@lst.de>; no code was"
              + " posted",
          "waits for the writes in flight with what every driver uses already",
          seams ->
              seams.withBarrier(
                  new ProposedBarrier(
                      (lockdep, rcu, sb) ->
                          new PercpuRefWriteBarrier(lockdep, rcu, "s_write_ref of " + sb.id()),
                      false)));

  /** And the other. */
  public static final Patch DELEGATED_READER_BARRIER =
      new Patch(
          "delegated-reader-barrier",
          "a write is a delegated reader, and the barrier a writer that comes and goes",
          "Jason Gunthorpe in the same thread, 14 January 2020,"
              + " <20200114192700.GC22037@ziepe.ca>; no code was posted",
          "waits for the writes in flight wherever their hold went, and lockdep sees it",
          seams ->
              seams.withBarrier(
                  new ProposedBarrier(
                      (lockdep, rcu, sb) ->
                          new DelegatedReaderWriteBarrier(
                              new DelegatedReadLock(lockdep, "s_write_readers")),
                      false)));

  /** What the series of 2023 moved out of freeze protection. */
  public static final Patch HOOK_INSIDE_FREEZE_PROTECTION =
      new Patch(
          "hook-inside-freeze-protection",
          "broken: listeners are asked inside freeze protection, on every path of a write",
          "the order of writev, splice and clone before Linux 6.8; repaired by 1c8aa833034a, \"fs:"
              + " move permission hook out of do_iter_write()\", and its series; the assertion is"
              + " cb383f066867",
          "a listener that writes waits for a freeze, which waits for the write that waits for it",
          seams -> seams.withHooks(HookPlace.BROKEN_INSIDE_PROTECTION, seams.preModifyPlace()));

  /** What the first assertion of the proposal of 2022 catches. */
  public static final Patch PRE_MODIFY_INSIDE_PROTECTION =
      new Patch(
          "pre-modify-inside-protection",
          "broken: pre-modify events are raised inside freeze protection",
          "the mistake for which the branch sb_write_barrier (Amir Goldstein, November 2022) has an"
              + " assertion in fsnotify()",
          "a listener that records the change on the same filesystem deadlocks with a freeze",
          seams -> seams.withHooks(seams.askPlace(), HookPlace.BROKEN_INSIDE_PROTECTION));

  /** What the second one catches. */
  public static final Patch SB_WRITE_SRCU_AFTER_EVENT =
      new Patch(
          "sb-write-srcu-after-event",
          "broken: sb-write-srcu whose readers begin after the pre-modify event",
          "the mistake for which the same branch asserts that s_write_srcu is held at the event",
          "the barrier misses a write that was told and has not begun: its change is lost",
          seams ->
              seams.withBarrier(
                  new ProposedBarrier(
                      (lockdep, rcu, sb) ->
                          new BrokenLateSrcuWriteBarrier(new Srcu(lockdep, rcu, "s_write_srcu")),
                      true)));

  /** A mount option that is right for few devices only. */
  public static final Patch NOBARRIER =
      new Patch(
          "nobarrier",
          "broken: no flush is sent to the device, and no block of the filesystem carries FUA",
          "the mount option nobarrier of ext4, for devices whose cache survives a power cut",
          "what fsync, syncfs and freeze promised is lost with the power",
          seams -> seams.withWriteCache(new BrokenNoBarrier()));

  /** What a reader must not see. */
  public static final Patch DIO_SIZE_BEFORE_DATA =
      new Patch(
          "dio-size-before-data",
          "broken: a file is longer as soon as an extending direct write is submitted",
          "what fstests generic/465 looks for",
          "a reader sees what the blocks held before",
          seams -> seams.withDirectIoEnd(new BrokenSizeBeforeData()));

  /** What who has read the event must not miss. */
  public static final Patch DIO_SIZE_AFTER_EVENT =
      new Patch(
          "dio-size-after-event",
          "broken: size and blocks are brought up to date after the end of a direct write was told",
          "what fstests generic/207 and generic/239 look for",
          "who has read the event finds the old size, or zeroes",
          seams -> seams.withDirectIoEnd(new BrokenSizeAfterEvent()));

  /** Two ways to the data of a file. */
  public static final Patch DIO_WITHOUT_INVALIDATION =
      new Patch(
          "dio-without-invalidation",
          "broken: pages that were read while a direct write was in flight stay",
          "repaired for aio by \"fs: Fix page cache inconsistency when mixing"
              + " buffered and AIO DIO\" (Linux 4.14; fstests generic/451)",
          "a buffered read after the event finds the old data",
          seams -> seams.withDirectIoEnd(new BrokenNoInvalidation()));

  /** Why there is a workqueue. */
  public static final Patch DIO_END_IN_INTERRUPT =
      new Patch(
          "dio-end-in-interrupt",
          "broken: all of the end of a direct write is done in the interrupt",
          "what sb->s_dio_done_wq is for (fs/iomap/direct-io.c); the kind of bug that fstests"
              + " generic/323 looks for",
          "an interrupt sleeps",
          seams -> seams.withDirectIoEnd(new BrokenEndInInterrupt()));

  /** A frozen filesystem can be read. */
  public static final Patch TRANSACTION_AT_OPEN =
      new Patch(
          "transaction-at-open",
          "broken: opening a file begins a transaction",
          "ext4 at the first open after a mount, until it only tried to (fstests generic/491)",
          "an open for reading waits for a thaw",
          seams -> seams.withOperations(new BrokenTransactionAtOpen()));

  /** In the order in which they are listed. */
  public static final List<Patch> ALL =
      List.of(
          PRE_4_10_AIO_FREEZE,
          IO_URING_NOWAIT_START_WRITE,
          IO_URING_END_WRITE_IN_TASK_WORK,
          AIO_POLL_BEFORE_2019,
          AIO_POLL_BEFORE_5_16,
          AIO_WAKE_EVERYBODY,
          HOLD_I_RWSEM,
          HOLD_I_RWSEM_HANDED_OVER,
          FORGOTTEN_DIO_WAIT,
          UNSERIALISED_SUBBLOCK,
          FAULT_INSIDE_TRANSACTION,
          SB_WRITE_SRCU,
          VFS_WRITE_BARRIER,
          PERCPU_REF_BARRIER,
          DELEGATED_READER_BARRIER,
          RWSEM_WAIT_AS_FIRST_POSTED,
          HOOK_INSIDE_FREEZE_PROTECTION,
          PRE_MODIFY_INSIDE_PROTECTION,
          SB_WRITE_SRCU_AFTER_EVENT,
          NOBARRIER,
          DIO_SIZE_BEFORE_DATA,
          DIO_SIZE_AFTER_EVENT,
          DIO_WITHOUT_INVALIDATION,
          DIO_END_IN_INTERRUPT,
          TRANSACTION_AT_OPEN);

  private Patches() {}

  /** The patch with this name. */
  public static Optional<Patch> find(String name) {
    return ALL.stream().filter(patch -> patch.name().equals(name)).findFirst();
  }

  /** The names of all patches. */
  public static List<String> names() {
    return ALL.stream().map(Patch::name).toList();
  }

  /** Mainline with {@code patches} applied, in their order. */
  public static Seams apply(List<Patch> patches) {
    Seams seams = Seams.UPSTREAM;
    for (Patch patch : patches) {
      seams = patch.change().apply(seams);
    }
    return seams;
  }
}
