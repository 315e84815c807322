package org.vfslab.bench;

/** One group of measurements. */
interface Suite {

  /** How it is called on the command line. */
  String name();

  /** What it measures, in a line. */
  String title();

  /** Measures and prints. */
  void run(Session session) throws Exception;
}
