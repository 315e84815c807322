package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lab.Lab;

/** The objects of one execution of a litmus test, in the slots that the compiler gave them. */
final class World {
  private final Lab lab;
  private final Object[] objects;
  private final Frame[] frames;
  private final List<String> failures = new ArrayList<>(0);

  World(Lab lab, int objects, int[] locals) {
    this.lab = lab;
    this.objects = new Object[objects];
    this.frames = new Frame[locals.length];
    for (int i = 0; i < locals.length; i++) {
      frames[i] = new Frame(this, locals[i]);
    }
  }

  Lab lab() {
    return lab;
  }

  void put(int slot, Object object) {
    objects[slot] = object;
  }

  <T> T get(Slot<T> slot) {
    return slot.type().cast(objects[slot.index()]);
  }

  /** The variables of the context with this number. */
  Frame frame(int context) {
    return frames[context];
  }

  /** A statement's demand was not met; the run ends. */
  void fail(String sentence) {
    synchronized (failures) {
      failures.add(sentence);
    }
    lab.machine().stop();
  }

  @Nullable String failure() {
    synchronized (failures) {
      return failures.isEmpty() ? null : failures.getFirst();
    }
  }
}
