/**
 * The model of io_uring, as far as its write path meets freezing and i_rwsem: the two rings,
 * submission, workers, links and completion.
 *
 * <p>Start with {@link org.vfslab.uring.IoUring}. Follows {@code io_uring/}, 7.2.
 */
@NullMarked
package org.vfslab.uring;

import org.jspecify.annotations.NullMarked;
