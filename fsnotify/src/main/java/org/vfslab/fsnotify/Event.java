package org.vfslab.fsnotify;

/**
 * A queued event ({@code struct fsnotify_event}).
 *
 * @param mask one bit of {@link EventMask}
 * @param path the file
 */
public record Event(int mask, String path) {}
