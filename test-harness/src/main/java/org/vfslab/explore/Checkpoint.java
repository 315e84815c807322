package org.vfslab.explore;

import org.jspecify.annotations.Nullable;

/** Where the state of an exploration is kept, so that it can go on another day. */
public interface Checkpoint {

  /** The state from which to go on, or null to begin. */
  @Nullable Saved load();

  /** Whether it is time to save; asked after each execution, by any thread. */
  boolean isDue();

  /** Keeps {@code state}, in the place of what was kept before. */
  void save(Saved state);
}
