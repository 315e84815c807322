package org.vfslab.freeze;

import java.util.HashMap;
import java.util.Map;
import org.vfslab.vfs.Barriers;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.Sync;

/**
 * The system calls that wait for writes, as upstream has them: FIFREEZE and FITHAW of {@code
 * fs/ioctl.c}, syncfs of {@code fs/sync.c}, 7.2.
 */
public final class FreezeBarriers implements Barriers {
  private final Map<SuperBlock, SuperFreeze> freezers = new HashMap<>();

  /** Makes {@code freezer} the one that freezes {@code sb}; before the machine runs. */
  public void add(SuperBlock sb, SuperFreeze freezer) {
    freezers.put(sb, freezer);
  }

  /** What freezes {@code sb}. */
  public SuperFreeze freezer(SuperBlock sb) {
    SuperFreeze freezer = freezers.get(sb);
    if (freezer == null) {
      throw new IllegalArgumentException(sb.id() + " was not added: call add first");
    }
    return freezer;
  }

  @Override
  public int freeze(SuperBlock sb) {
    return freezer(sb).freezeSuper(FreezeRequest.USERSPACE);
  }

  @Override
  public int thaw(SuperBlock sb) {
    return freezer(sb).thawSuper(FreezeRequest.USERSPACE);
  }

  @Override
  public int syncfs(SuperBlock sb) {
    sb.sUmount().downRead();
    int result = Sync.syncFilesystem(sb);
    sb.sUmount().upRead();
    return result;
  }
}
