package org.vfslab.litmus;

/** The variables of one context in one execution. */
final class Frame {
  private final World world;
  private final long[] locals;

  Frame(World world, int locals) {
    this.world = world;
    this.locals = new long[locals];
  }

  World world() {
    return world;
  }

  long local(int index) {
    return locals[index];
  }

  void local(int index, long value) {
    locals[index] = value;
  }
}
