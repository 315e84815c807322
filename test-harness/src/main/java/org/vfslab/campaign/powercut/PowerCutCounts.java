package org.vfslab.campaign.powercut;

/** What a campaign has done so far. */
public final class PowerCutCounts {
  private long programs;
  private long cuts;
  private long moments;
  private long complete;
  private long mounts;
  private long promises;
  private long lost;
  private long snapshots;

  void programRan() {
    programs++;
  }

  void stepMade() {
    cuts++;
  }

  void lookedAt(boolean allImages) {
    moments++;
    complete += allImages ? 1 : 0;
  }

  void mounted(long sectorsLost, long promised) {
    mounts++;
    lost += sectorsLost;
    promises += promised;
  }

  void snapshotTaken() {
    snapshots++;
  }

  /** How many programs ran. */
  public long programs() {
    return programs;
  }

  /** How many steps they made: the power can go after each. */
  public long cuts() {
    return cuts;
  }

  /**
   * After how many of them the power was cut; after the others the disk and the promises were as
   * they had been a step before, or dice passed over them.
   */
  public long moments() {
    return moments;
  }

  /** At how many of these everything that may survive was tried. */
  public long complete() {
    return complete;
  }

  /** How many disks were mounted again. */
  public long mounts() {
    return mounts;
  }

  /** How many promises were looked for on them, each as often as it was. */
  public long promises() {
    return promises;
  }

  /** How many sectors had lost what was written last, on all of these disks. */
  public long lost() {
    return lost;
  }

  /** How many snapshots of frozen filesystems were among them. */
  public long snapshots() {
    return snapshots;
  }
}
