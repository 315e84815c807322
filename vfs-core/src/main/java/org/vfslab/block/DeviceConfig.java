package org.vfslab.block;

/**
 * What a device is like.
 *
 * @param sectors its size, in sectors
 * @param queueDepth how many requests it works on at once; more submitters sleep
 * @param latency how long it takes for one
 */
public record DeviceConfig(long sectors, int queueDepth, Latency latency) {

  /** 16 MiB, 64 requests at once, completions at any time. */
  public static final DeviceConfig DEFAULT = new DeviceConfig(32_768, 64, new Latency.Any());

  /** More tags than any device of the model needs. */
  public static final int QUEUE_DEPTH_MAX = 10_240;

  /** Checks the bounds. */
  public DeviceConfig {
    if (sectors < 1) {
      throw new IllegalArgumentException("a device has at least one sector, not " + sectors);
    }
    if (queueDepth < 1 || queueDepth > QUEUE_DEPTH_MAX) {
      throw new IllegalArgumentException(
          "a queue depth is 1 to " + QUEUE_DEPTH_MAX + ", not " + queueDepth);
    }
  }
}
