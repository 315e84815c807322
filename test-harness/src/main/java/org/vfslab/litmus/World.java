package org.vfslab.litmus;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.vfslab.lab.Lab;

/** The objects of one execution of a litmus test, in the slots that the compiler gave them. */
final class World {
  private final Lab lab;
  private final Object[] objects;
  private final Frame[] frames;
  private long block;

  /** The first demand of a statement that was not met, in a sentence. */
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  World(Lab lab, int objects, int[] locals) {
    this.lab = lab;
    this.objects = new Object[objects];
    this.frames = new Frame[locals.length];
    for (int i = 0; i < locals.length; i++) {
      frames[i] = new Frame(this, locals[i]);
    }
  }

  /** The block for which a condition over {@link BlockVariable} is asked at this moment. */
  long block() {
    return block;
  }

  void block(long newBlock) {
    block = newBlock;
  }

  Lab lab() {
    return lab;
  }

  void put(int slot, Object object) {
    objects[slot] = object;
  }

  @SuppressWarnings("unchecked") // the compiler puts into a slot what it made the slot for
  <T> T get(Slot<T> slot) {
    return (T) objects[slot.index()];
  }

  /** The variables of the context with this number. */
  Frame frame(int context) {
    return frames[context];
  }

  /** A statement's demand was not met; the run ends. */
  void fail(String sentence) {
    failure.compareAndSet(null, sentence);
    lab.machine().stop();
  }

  @Nullable String failure() {
    return failure.get();
  }
}
