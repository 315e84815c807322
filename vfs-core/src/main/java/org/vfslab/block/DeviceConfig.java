package org.vfslab.block;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a device is like.
 *
 * @param sectors its size, in sectors
 * @param queueDepth how many tags it has: requests that it works on at once; more submitters sleep
 * @param latency how long it takes for one
 * @param queues how many hardware queues with {@code queueDepth} tags each, or 0: one for each CPU,
 *     all with the same tags ({@code BLK_MQ_F_TAG_HCTX_SHARED})
 * @param completion in which context requests end
 * @param irqCpu the CPU that takes the interrupts of all queues, or -1: the first CPU of the queue
 * @param writeCache whether it has a volatile cache: a write ends when it is there
 * @param fua whether it can write past that cache
 * @param atomicSectors writes are torn at multiples of so many sectors only
 * @param sectorsMax larger bios are split
 * @param timeout when a request that has no answer is given up, or null: see {@link #mayTimeOut}
 * @param onTimeout what is done then
 * @param faults what goes wrong
 */
public record DeviceConfig(
    long sectors,
    int queueDepth,
    Latency latency,
    int queues,
    Completion completion,
    int irqCpu,
    boolean writeCache,
    boolean fua,
    int atomicSectors,
    int sectorsMax,
    @Nullable Timeout timeout,
    OnTimeout onTimeout,
    FaultPlan faults) {

  /** More tags than any device of the model needs. */
  public static final int QUEUE_DEPTH_MAX = 10_240;

  /** More hardware queues than any question needs. */
  public static final int QUEUES_MAX = 64;

  /** {@code BLK_DEF_MAX_SECTORS}-like: no request of the model is larger unless it is told so. */
  private static final int SECTORS_MAX = 2_560;

  /** 16 MiB, 64 requests at once, completions at any time. */
  public static final DeviceConfig DEFAULT = new DeviceConfig(32_768, 64, new Latency.Any());

  /** In which context requests end. */
  public enum Completion {
    /** As Linux has it: in the hard interrupt, but in the soft one if there is one queue. */
    AUTO,
    /** In the hard interrupt, where it arrives: several queues, {@code rq_affinity=0}. */
    HARDIRQ,
    /** In {@code BLOCK_SOFTIRQ} of the CPU that submitted: {@code rq_affinity=2}. */
    SOFTIRQ,
    /** In a worker, as drivers with threaded interrupts and dm do it. */
    WORKER
  }

  /** When a request without an answer is given up. */
  public sealed interface Timeout {
    /** {@code blk_queue_rq_timeout}: 30 s, unless a driver sets another. */
    Timeout DEFAULT = new After(30_000_000_000L);

    /** After a virtual time. */
    record After(long ns) implements Timeout {
      /** Checks the bounds. */
      public After {
        if (ns < 1) {
          throw new IllegalArgumentException("a time-out is at least 1 ns, not " + ns);
        }
      }
    }

    /** At any moment after the submission: what an explorer tries against completions. */
    record Any() implements Timeout {}
  }

  /** What the driver does with a request that timed out and that the device has not done. */
  public enum OnTimeout {
    /** Aborts it and ends it with {@link BlkStatus#TIMEOUT} ({@code BLK_EH_DONE}). */
    FAIL,
    /** Aborts it and sends it again, up to five times as {@code sd} does, then fails it. */
    RETRY,
    /** Lets it run once more as long ({@code BLK_EH_RESET_TIMER}), then fails it. */
    RESET_TIMER
  }

  /** A device with one queue for each CPU, no cache and no faults. */
  public DeviceConfig(long sectors, int queueDepth, Latency latency) {
    this(
        sectors,
        queueDepth,
        latency,
        0,
        Completion.AUTO,
        -1,
        false,
        false,
        1,
        SECTORS_MAX,
        null,
        OnTimeout.FAIL,
        FaultPlan.NONE);
  }

  /** Checks the bounds. */
  public DeviceConfig {
    if (sectors < 1) {
      throw new IllegalArgumentException("a device has at least one sector, not " + sectors);
    }
    if (queueDepth < 1 || queueDepth > QUEUE_DEPTH_MAX) {
      throw new IllegalArgumentException(
          "a queue depth is 1 to " + QUEUE_DEPTH_MAX + ", not " + queueDepth);
    }
    if (queues < 0 || queues > QUEUES_MAX) {
      throw new IllegalArgumentException(
          "a device has 1 to "
              + QUEUES_MAX
              + " hardware queues, or 0 for one a cpu, not "
              + queues);
    }
    if (atomicSectors < 1 || Integer.bitCount(atomicSectors) != 1) {
      throw new IllegalArgumentException(
          "a write is atomic in a power of two of sectors, not in " + atomicSectors);
    }
    if (sectorsMax < atomicSectors) {
      throw new IllegalArgumentException(
          "a request holds at least " + atomicSectors + " sectors, not " + sectorsMax);
    }
  }

  /**
   * Whether a request may be without an answer for as long as its time-out. If not, the timer of
   * the queue would only find that there is nothing to do, and is left out.
   */
  public boolean mayTimeOut() {
    return timeout != null || !faults.isNone();
  }

  /** Whether a request may time out that has met no fault: it was only slow. */
  public boolean timeoutMayStrikeAnybody() {
    return switch (timeoutInForce()) {
      case Timeout.Any any -> true;
      case Timeout.After after ->
          switch (latency) {
            case Latency.Any any -> false;
            case Latency.None none -> false;
            case Latency.Fixed fixed -> fixed.ns() >= after.ns();
            case Latency.Uniform uniform -> uniform.maxNs() >= after.ns();
            case Latency.Exponential exponential -> true;
            case Latency.LogNormal lognormal -> true;
            case Latency.Table table ->
                table.rows().stream().anyMatch(row -> row.ns() >= after.ns());
          };
    };
  }

  /** The time-out in force. */
  Timeout timeoutInForce() {
    return timeout == null ? Timeout.DEFAULT : timeout;
  }

  /** A copy whose parts can be changed. */
  private static final class Draft {
    private long sectors;
    private int queueDepth;
    private Latency latency;
    private int queues;
    private Completion completion;
    private int irqCpu;
    private boolean writeCache;
    private boolean fua;
    private int atomicSectors;
    private int sectorsMax;
    private @Nullable Timeout timeout;
    private OnTimeout onTimeout;
    private FaultPlan faults;

    Draft(DeviceConfig from) {
      sectors = from.sectors;
      queueDepth = from.queueDepth;
      latency = from.latency;
      queues = from.queues;
      completion = from.completion;
      irqCpu = from.irqCpu;
      writeCache = from.writeCache;
      fua = from.fua;
      atomicSectors = from.atomicSectors;
      sectorsMax = from.sectorsMax;
      timeout = from.timeout;
      onTimeout = from.onTimeout;
      faults = from.faults;
    }

    DeviceConfig done() {
      return new DeviceConfig(
          sectors,
          queueDepth,
          latency,
          queues,
          completion,
          irqCpu,
          writeCache,
          fua,
          atomicSectors,
          sectorsMax,
          timeout,
          onTimeout,
          faults);
    }
  }

  private DeviceConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** The same with another size. */
  public DeviceConfig withSectors(long newSectors) {
    return with(draft -> draft.sectors = newSectors);
  }

  /** The same with another number of tags. */
  public DeviceConfig withQueueDepth(int newDepth) {
    return with(draft -> draft.queueDepth = newDepth);
  }

  /** The same with another latency. */
  public DeviceConfig withLatency(Latency newLatency) {
    return with(draft -> draft.latency = newLatency);
  }

  /** The same with so many hardware queues. */
  public DeviceConfig withQueues(int newQueues) {
    return with(draft -> draft.queues = newQueues);
  }

  /** The same with requests that end elsewhere. */
  public DeviceConfig withCompletion(Completion newCompletion) {
    return with(draft -> draft.completion = newCompletion);
  }

  /** The same with all interrupts on one CPU. */
  public DeviceConfig withIrqCpu(int cpu) {
    return with(draft -> draft.irqCpu = cpu);
  }

  /** The same with a volatile cache, and with FUA or not. */
  public DeviceConfig withWriteCache(boolean on, boolean newFua) {
    return with(
        draft -> {
          draft.writeCache = on;
          draft.fua = newFua;
        });
  }

  /** The same with writes that are atomic in so many sectors. */
  public DeviceConfig withAtomicSectors(int newAtomic) {
    return with(draft -> draft.atomicSectors = newAtomic);
  }

  /** The same with other largest requests. */
  public DeviceConfig withSectorsMax(int newMax) {
    return with(draft -> draft.sectorsMax = newMax);
  }

  /** The same with another time-out. */
  public DeviceConfig withTimeout(Timeout newTimeout, OnTimeout newOnTimeout) {
    return with(
        draft -> {
          draft.timeout = newTimeout;
          draft.onTimeout = newOnTimeout;
        });
  }

  /** The same with another answer to time-outs. */
  public DeviceConfig withOnTimeout(OnTimeout newOnTimeout) {
    return with(draft -> draft.onTimeout = newOnTimeout);
  }

  /** The same with faults. */
  public DeviceConfig withFaults(FaultPlan newFaults) {
    return with(draft -> draft.faults = newFaults);
  }
}
