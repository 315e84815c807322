package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockState;

/**
 * The seam for barriers that wait for the writes in flight without keeping new ones out, one per
 * superblock. Mainline has nothing there.
 *
 * <p>A write is bracketed by one of the two beginnings and {@link #end}. Where a section begins
 * decides what a barrier can promise to a listener: one that begins {@linkplain #beforeEvent before
 * the event} covers what the listener was told and the write has not done yet. What a beginning
 * returns is the section's own; null stands for "not begun".
 */
public interface WriteSection {

  /** No section. */
  WriteSection NONE = new WriteSection() {};

  /** Before the permission hook; nothing is held. May sleep. */
  default @Nullable Object beforeEvent() {
    return null;
  }

  /**
   * After the permission hook, before freeze protection; may sleep.
   *
   * @param begun what {@link #beforeEvent} returned
   * @return what {@link #end} will get
   */
  default @Nullable Object beforeProtection(@Nullable Object begun) {
    return begun;
  }

  /**
   * Whether the context that began it is inside, for assertions; a section that cannot tell, or
   * that does not promise to cover events, says {@link LockState#UNKNOWN}.
   *
   * @param begun what {@link #beforeEvent} returned
   */
  default LockState covers(@Nullable Object begun) {
    return LockState.UNKNOWN;
  }

  /** The submitter goes on without it: some context, maybe an interrupt, will end it. */
  default void handsOver(@Nullable Object begun) {}

  /**
   * After freeze protection has ended, or when the write is given up; never sleeps. The context
   * that began it, or any after {@link #handsOver}.
   */
  default void end(@Nullable Object begun) {}
}
