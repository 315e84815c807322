package org.vfslab.uring;

/**
 * A completion as user space reads it: {@code struct io_uring_cqe}.
 *
 * @param userData what the submitter put into the {@link Sqe}
 * @param res the bytes transferred, 0, or a negative errno
 */
public record Cqe(long userData, long res) {}
