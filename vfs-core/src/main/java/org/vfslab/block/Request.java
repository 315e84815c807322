package org.vfslab.block;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/** A bio in the hands of a device: {@code struct request}, with the tag that it holds. */
final class Request {

  /*
   * Overview. One word tells whose the request is:
   *
   *   bits 0-1  the state (enum mq_rq_state): idle, in flight, complete
   *   bits 8..  the generation: how often it was started
   *
   * Whoever moves a generation from in flight to complete owns its end; an answer or a time-out of
   * an earlier generation fails. Linux has the state in rq->state and leaves the rest to drivers:
   * SCSI's SCMD_STATE_COMPLETE bit, NVMe's generation counter in the command id.
   *
   * Everything else is written by the submitter before the start, or by the owner of the end.
   */

  // enum mq_rq_state
  static final int IDLE = 0;
  static final int IN_FLIGHT = 1;
  static final int COMPLETE = 2;

  private static final int GENERATION_SHIFT = 8;
  private static final int STATE_MASK = 3;

  private final AtomicWord word;
  final int tag;

  // Of the submission in progress.
  volatile @Nullable Bio bio;
  private @Nullable HwQueue hctx;
  BioOp op = BioOp.READ;
  boolean fua;
  boolean polled;
  int cpu;
  int retries;

  // Of the start in progress.
  volatile @Nullable Command command;

  /** {@code rq->deadline}, in nanoseconds of the machine's time. */
  volatile long deadlineNs;

  /** {@code RQF_TIMED_OUT}: the time-out was told to the driver. */
  volatile boolean timedOut;

  /** Whether the driver has asked for more time before. */
  volatile boolean extended;

  /** {@code rq->flush.seq}: the steps of the flush machine that are done, or 0. */
  int flushSeq;

  Request(Machine machine, int tag) {
    this.tag = tag;
    this.word = new AtomicWord(machine, "rq->state", 0);
  }

  HwQueue hctx() {
    return java.util.Objects.requireNonNull(hctx);
  }

  /** {@code blk_mq_rq_ctx_init}: the holder of the tag sets out with a bio. */
  void init(HwQueue queue, @Nullable Bio newBio, BioOp newOp, boolean newFua, int newCpu) {
    hctx = queue;
    bio = newBio;
    op = newOp;
    fua = newFua;
    polled = newBio != null && newBio.has(Bio.POLLED);
    cpu = newCpu;
    retries = 0;
    flushSeq = 0;
    extended = false;
    timedOut = false;
  }

  /** {@code blk_mq_start_request}: in flight, in a new generation, which is returned. */
  long start() {
    long generation = generation() + 1;
    timedOut = false;
    word.storeRelease(generation << GENERATION_SHIFT | IN_FLIGHT);
    return generation;
  }

  /** Takes the end of this generation, unless somebody has. */
  boolean claim(long generation) {
    long shifted = generation << GENERATION_SHIFT;
    return word.compareAndSet(shifted | IN_FLIGHT, shifted | COMPLETE);
  }

  boolean isInFlight(long generation) {
    return word.loadAcquire() == (generation << GENERATION_SHIFT | IN_FLIGHT);
  }

  void markComplete(long generation) {
    word.storeRelease(generation << GENERATION_SHIFT | COMPLETE);
  }

  /** Back to {@code MQ_RQ_IDLE}; by the owner of the end. */
  void idle() {
    word.storeRelease(generation() << GENERATION_SHIFT);
  }

  long generation() {
    return word.peek() >>> GENERATION_SHIFT;
  }

  /** {@code blk_mq_rq_state}. */
  int state() {
    return (int) (word.loadAcquire() & STATE_MASK);
  }

  @Override
  public String toString() {
    Bio mine = bio;
    return "tag " + tag + ": " + (mine == null ? op : mine);
  }
}
