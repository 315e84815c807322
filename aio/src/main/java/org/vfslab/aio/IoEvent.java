package org.vfslab.aio;

/**
 * A completion as user space reads it: {@code struct io_event}.
 *
 * @param data what the submitter put into the control block
 * @param res the bytes transferred, or a negative errno
 */
public record IoEvent(long data, long res) {}
