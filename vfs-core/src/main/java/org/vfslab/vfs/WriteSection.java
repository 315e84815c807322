package org.vfslab.vfs;

/**
 * The seam for barriers that wait for the writes in flight without keeping new ones out, one per
 * superblock. Mainline has nothing there.
 *
 * <p>A write is bracketed by one of the two beginnings and {@link #end}, which may come in another
 * context than the beginning. Where a section begins decides what a barrier can promise to a
 * listener: one that begins {@linkplain #beforeEvent before the event} covers what the listener was
 * told and the write has not done yet.
 */
public interface WriteSection {

  /** What stands for "not begun". */
  long NOT_BEGUN = -1;

  /** No section. */
  WriteSection NONE = new WriteSection() {};

  /** Before the permission hook; nothing is held. May sleep. Returns a token. */
  default long beforeEvent() {
    return NOT_BEGUN;
  }

  /**
   * After the permission hook, before freeze protection; may sleep.
   *
   * @param token what {@link #beforeEvent} returned
   * @return the token that {@link #end} will get
   */
  default long beforeProtection(long token) {
    return token;
  }

  /**
   * After freeze protection has ended, or when the write is given up; any context, never sleeps.
   *
   * @param token what the last beginning returned
   */
  default void end(long token) {}
}
