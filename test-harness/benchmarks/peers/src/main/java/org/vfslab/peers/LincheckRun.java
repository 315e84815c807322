package org.vfslab.peers;

import org.jetbrains.lincheck.Lincheck;

/**
 * Runs a program under Lincheck: its name, and for about how many seconds its speed is measured, or
 * {@code bug} to go on until it finds one. Prints lines {@code name=number}.
 */
final class LincheckRun {

  private static final int WARM_UP = 300;
  private static final int FOREVER = 100_000_000;

  private LincheckRun() {}

  /** Runs it. */
  public static void main(String[] args) {
    Runnable program = Programs.named(args[0]);
    if (args[1].equals("bug")) {
      seekBug(program);
    } else {
      measure(program, Integer.parseInt(args[1]));
    }
    System.exit(0);
  }

  private static void measure(Runnable program, int seconds) {
    Lincheck.runConcurrentTest(WARM_UP, program);
    long nanos = timed(program, WARM_UP);
    int executions = (int) Math.max(WARM_UP, WARM_UP * (seconds * 1e9 / nanos));
    nanos = timed(program, executions);
    print("executions", executions);
    print("nanos", nanos);
  }

  private static long timed(Runnable program, int executions) {
    long start = System.nanoTime();
    Lincheck.runConcurrentTest(executions, program);
    return System.nanoTime() - start;
  }

  private static void seekBug(Runnable program) {
    long start = System.nanoTime();
    boolean found = false;
    try {
      Lincheck.runConcurrentTest(FOREVER, program);
    } catch (AssertionError e) {
      found = true;
    }
    print("bug", found ? 1 : 0);
    print("nanos", System.nanoTime() - start);
  }

  private static void print(String name, long number) {
    System.out.println(name + "=" + number);
  }
}
