/**
 * Native asynchronous I/O: contexts, requests with two references, the completion ring.
 *
 * <p>Follows {@code fs/aio.c}, 7.2, for reads and writes. Stands on {@code vfs-core}, {@code
 * freeze} and {@code fsnotify}; start with {@link org.vfslab.aio.Aio#ioSubmit}.
 */
@NullMarked
package org.vfslab.aio;

import org.jspecify.annotations.NullMarked;
