package org.vfslab.freeze;

import java.util.HashMap;
import java.util.Map;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.Barriers;
import org.vfslab.vfs.SuperBlock;

/**
 * Mainline's system calls with a {@link WriteBarrier}, as a call of its own or as the beginning of
 * syncfs and freeze.
 *
 * <p>In a freeze the barrier comes before everything else: a writer that is inside the section and
 * waits for the thaw would never let it end.
 */
public final class ProposedBarriers implements Barriers {
  private final Barriers mainline;
  private final boolean inSyncAndFreeze;
  private final Map<SuperBlock, WriteBarrier> barriers = new HashMap<>();

  /**
   * Without barriers yet.
   *
   * @param inSyncAndFreeze whether syncfs and freeze begin with the barrier
   */
  public ProposedBarriers(Barriers mainline, boolean inSyncAndFreeze) {
    this.mainline = mainline;
    this.inSyncAndFreeze = inSyncAndFreeze;
  }

  /** Brackets the writes of {@code sb}; before the machine runs. */
  public void add(SuperBlock sb, WriteBarrier barrier) {
    sb.bracketWritesBy(barrier);
    barriers.put(sb, barrier);
  }

  @Override
  public int freeze(SuperBlock sb) {
    begin(sb);
    return mainline.freeze(sb);
  }

  @Override
  public int thaw(SuperBlock sb) {
    return mainline.thaw(sb);
  }

  @Override
  public int syncfs(SuperBlock sb) {
    begin(sb);
    return mainline.syncfs(sb);
  }

  private void begin(SuperBlock sb) {
    if (inSyncAndFreeze) {
      writeBarrier(sb);
    }
  }

  @Override
  public int writeBarrier(SuperBlock sb) {
    WriteBarrier barrier = barriers.get(sb);
    if (barrier == null) {
      return -Errno.ENOTTY;
    }
    barrier.waitForWrites();
    return 0;
  }
}
