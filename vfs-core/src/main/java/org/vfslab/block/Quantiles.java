package org.vfslab.block;

import org.vfslab.machine.Machine;

/** Draws from distributions: chance picks a quantile, arithmetic does the rest. */
final class Quantiles {

  /** How many quantiles chance may pick from. */
  static final int STEPS = 1024;

  // Abramowitz and Stegun, 26.2.23: the error is below 4.5e-4.
  private static final double[] NUMERATOR = {2.515517, 0.802853, 0.010328};
  private static final double[] DENOMINATOR = {1, 1.432788, 0.189269, 0.001308};

  private Quantiles() {}

  /** The middle of one of the equal parts of 0 to 1. */
  static double pick(Machine machine) {
    return (machine.choose(STEPS, "latency") + 0.5) / STEPS;
  }

  /** The value below which a standard normal variable stays with probability {@code p}. */
  static double normal(double p) {
    if (p > 0.5) {
      return -normal(1 - p);
    }
    double t = StrictMath.sqrt(-2 * StrictMath.log(p));
    return polynomial(NUMERATOR, t) / polynomial(DENOMINATOR, t) - t;
  }

  private static double polynomial(double[] coefficients, double t) {
    double sum = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      sum = sum * t + coefficients[i];
    }
    return sum;
  }
}
