package org.vfslab.fsnotify;

import org.jspecify.annotations.Nullable;
import org.vfslab.vfs.Inode;

/**
 * What a read of a fanotify descriptor tells ({@code struct fanotify_event_metadata} and its
 * records).
 *
 * @param mask what happened, bits of {@link EventMask}
 * @param fd an open file of which no listener hears, or -1
 * @param pid whose doing it was
 * @param object what it happened to, for groups that report ids; null for an overflow
 * @param name the name in a directory, or an empty string
 * @param pos where the range of a pre-content event begins, or -1
 * @param bytes how long the range is
 */
public record FanotifyEvent(
    int mask, long fd, int pid, @Nullable Inode object, String name, long pos, long bytes) {}
