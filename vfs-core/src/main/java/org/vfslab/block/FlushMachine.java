package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;

/**
 * Makes of writes with PREFLUSH and FUA what a device with a volatile cache can do: {@code struct
 * blk_flush_queue} of block/blk-flush.c, 7.2.
 *
 * <p>A request goes through up to three steps: flush, data, flush again (FUA of a device that has
 * none). All requests that wait for a flush when one is sent go on together when it is done.
 */
final class FlushMachine {

  /*
   * Overview. Double buffering: who needs a flush queues on the pending list. When a flush is sent,
   * pending and running change places, so that later ones wait for the next flush. A flush is sent
   * when
   *
   *   C1  none is in flight, and
   *   C2  no request is at its data step (its flush afterwards could be the same), or
   *   C3  one has waited for longer than 5 s.
   *
   * The flush has a request of its own and borrows the tag of the first who waits for it. A request
   * is sequenced while flushSeq is not 0; it holds the steps that are done or not needed.
   */

  static final int PREFLUSH = 1;
  static final int DATA = 2;
  static final int POSTFLUSH = 4;
  private static final int ACTIONS = PREFLUSH | DATA | POSTFLUSH;

  /** Marks a request as sequenced before its first step is done. */
  private static final int SEQUENCED = 8;

  /** {@code FLUSH_PENDING_TIMEOUT}. */
  private static final long PENDING_NS = 5_000_000_000L;

  private final Machine machine;
  private final RequestQueue queue;
  private final HwQueue hctx;
  private final RawLock lock;
  private final Request flushRequest;

  // Protected by lock.
  private final List<List<Request>> waiting = List.of(new ArrayList<>(1), new ArrayList<>(1));
  private int pendingIndex;
  private int runningIndex;
  private int dataInFlight;
  private long pendingSinceNs;

  FlushMachine(Machine machine, RequestQueue queue, HwQueue hctx) {
    this.queue = queue;
    this.hctx = hctx;
    this.machine = machine;
    this.lock = new RawLock(machine, "mq_flush_lock");
    this.flushRequest = new Request(machine, Tags.NONE);
  }

  Request flushRequest() {
    return flushRequest;
  }

  /** What is to be done under the lock, and what must wait until it was given back. */
  private final class Section {
    private final Context me = lock.beginLockedCall(lock);
    private final List<Request> ended = new ArrayList<>(1);
    private final List<Request> sent = new ArrayList<>(1);
    private BlkStatus status = BlkStatus.OK;

    void leave() {
      lock.endLockedCall(me);
      for (Request request : sent) {
        queue.requeue(request);
      }
      for (Request request : ended) {
        queue.device().ended(request.bio);
        queue.finish(request, status);
      }
    }
  }

  /**
   * {@code blk_insert_flush}.
   *
   * @return false if the request is to be dispatched like any other
   */
  boolean insert(Request request) {
    int policy = policy(request);
    if ((policy & (PREFLUSH | POSTFLUSH)) == 0) {
      return false;
    }
    request.flushSeq = SEQUENCED | (ACTIONS & ~policy);
    Section section = new Section();
    if (policy == (DATA | POSTFLUSH)) {
      dataInFlight++;
      section.leave();
      return false;
    }
    next(request, section);
    section.leave();
    return true;
  }

  /** {@code blk_flush_policy}, for a device with a cache. */
  private static int policy(Request request) {
    Bio bio = java.util.Objects.requireNonNull(request.bio);
    return (bio.sectors() > 0 ? DATA : 0)
        | (bio.has(Bio.PREFLUSH) ? PREFLUSH : 0)
        | (bio.has(Bio.FUA) && !request.fua ? POSTFLUSH : 0);
  }

  /** {@code blk_flush_complete_seq}: a step is done, or failed. */
  private void stepDone(Request request, int step, BlkStatus status, Section section) {
    request.flushSeq |= step;
    if (status != BlkStatus.OK) {
      section.status = status;
      request.flushSeq |= ACTIONS;
    }
    next(request, section);
  }

  private void next(Request request, Section section) {
    int left = ACTIONS & ~request.flushSeq;
    switch (Integer.lowestOneBit(left)) {
      case PREFLUSH, POSTFLUSH -> {
        List<Request> pending = waiting.get(pendingIndex);
        if (pending.isEmpty()) {
          pendingSinceNs = machine.nowNs();
        }
        pending.add(request);
      }
      case DATA -> {
        dataInFlight++;
        section.sent.add(request);
      }
      default -> {
        request.flushSeq = 0;
        section.ended.add(request);
      }
    }
    kick(section);
  }

  /** {@code blk_kick_flush}. */
  private void kick(Section section) {
    List<Request> pending = waiting.get(pendingIndex);
    if (pendingIndex != runningIndex || pending.isEmpty()) {
      return; // C1
    }
    if (dataInFlight > 0 && machine.nowNs() < pendingSinceNs + PENDING_NS) {
      return; // C2 and C3
    }
    pendingIndex ^= 1;
    flushRequest.init(hctx, null, BioOp.FLUSH, false, pending.getFirst().cpu);
    section.sent.add(flushRequest);
  }

  /** {@code mq_flush_data_end_io}. */
  void dataEnded(Request request, BlkStatus status) {
    Section section = new Section();
    dataInFlight--;
    stepDone(request, DATA, status, section);
    section.leave();
  }

  /** {@code flush_end_io}. */
  void flushEnded(Command command) {
    flushRequest.idle();
    Section section = new Section();
    List<Request> running = waiting.get(runningIndex);
    runningIndex ^= 1;
    List<Request> goOn = List.copyOf(running);
    running.clear();
    for (Request request : goOn) {
      Bio bio = request.bio;
      if (command.fault != null && bio != null) {
        bio.struckBy(command.fault.word());
      }
      int step = Integer.lowestOneBit(ACTIONS & ~request.flushSeq);
      stepDone(request, step, command.status, section);
    }
    kick(section);
    section.leave();
  }
}
