package org.vfslab.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Observer;

/**
 * The bar on the terminal while an exploration runs; and its end by Ctrl-C.
 *
 * <p>What is left is estimated from what is done: as much again for each part of the work that is
 * not. The limits on executions and time shorten the estimate.
 */
final class ProgressMeter implements Observer, AutoCloseable {

  /** An exploration that ends sooner needs no bar. */
  private static final long FIRST_SHOWN_AFTER_NS = 300_000_000;

  private static final long SHOWN_EVERY_NS = 100_000_000;

  /** An estimate of more executions than this is no help to anybody. */
  private static final double EXECUTIONS_FORESEEN_MAX = 1e9;

  private final Streams streams;
  private final String name;
  private final String unit;
  private final long executionsMax;
  private final @Nullable Duration timeLimit;
  private final long startedNs = System.nanoTime();
  private long nextNs = startedNs + FIRST_SHOWN_AFTER_NS;
  private @Nullable ProgressBar bar;

  /** Part of the work that is done, from 0 to 1, or negative; read by the thread of the bar. */
  private volatile double done = -1;

  ProgressMeter(Streams streams, long executionsMax, @Nullable Duration timeLimit) {
    this(streams, "exploring", "executions", executionsMax, timeLimit);
  }

  /** A bar with this name, which counts something else than executions. */
  ProgressMeter(
      Streams streams, String name, String unit, long executionsMax, @Nullable Duration timeLimit) {
    this.streams = streams;
    this.name = name;
    this.unit = " " + unit;
    this.executionsMax = executionsMax;
    this.timeLimit = timeLimit;
    streams.interruption().listen();
  }

  @Override
  public boolean after(long executions, DoubleSupplier strategyDone) {
    if (streams.errIsTerminal() && System.nanoTime() >= nextNs) {
      nextNs = System.nanoTime() + SHOWN_EVERY_NS;
      show(executions, strategyDone.getAsDouble());
    }
    return !streams.interruption().isRequested();
  }

  private void show(long executions, double strategyDone) {
    double limitDone = executionsMax == Long.MAX_VALUE ? -1 : (double) executions / executionsMax;
    double share = Math.max(strategyDone, limitDone);
    done = share * EXECUTIONS_FORESEEN_MAX < executions ? -1 : share;
    ProgressBar shown = bar;
    if (shown == null) {
      shown =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(streams.err()))
              .setUnit(unit, 1)
              .setUpdateIntervalMillis(200)
              .setEtaFunction(state -> left(state.getTotalElapsed()))
              .clearDisplayOnFinish()
              .showSpeed()
              .build();
      bar = shown;
    }
    shown.maxHint(done > 0 ? Math.max(executions, Math.round(executions / done)) : -1);
    shown.stepTo(executions);
  }

  private Optional<Duration> left(Duration elapsed) {
    return left(done, elapsed, timeLimit);
  }

  /** How long it will still take, if anybody can say. */
  static Optional<Duration> left(double done, Duration elapsed, @Nullable Duration timeLimit) {
    Duration limit = timeLimit == null ? null : timeLimit.minus(elapsed);
    if (done <= 0) {
      return Optional.ofNullable(limit);
    }
    double seconds = elapsed.toMillis() / 1e3 * (1 - Math.min(1, done)) / done;
    Duration estimate = Duration.ofSeconds(Math.round(Math.min(seconds, 1e9)));
    return Optional.of(limit != null && limit.compareTo(estimate) < 0 ? limit : estimate);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
