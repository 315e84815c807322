package org.vfslab.fsnotify;

/**
 * What a read of an inotify descriptor tells ({@code struct inotify_event}).
 *
 * @param wd the watch, or -1 for an overflow
 * @param mask what happened, bits of {@link EventMask}
 * @param cookie the same for both halves of a rename, else 0
 * @param name the name in a watched directory, or an empty string
 */
public record InotifyEvent(int wd, int mask, int cookie, String name) {}
