package org.vfslab.campaign;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Machine;

/** What one machine of a campaign does. */
interface Batch {

  /** Makes devices and tasks. */
  void setUp(Machine machine, SplittableRandom dice, Counts counts);

  /** What is wrong after the machine came to its end, in a sentence, or null. */
  @Nullable String wrongAtEnd();

  /** The device, once it was made. */
  @Nullable BlockDevice device();
}
