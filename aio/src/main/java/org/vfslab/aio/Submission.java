package org.vfslab.aio;

import org.jspecify.annotations.Nullable;
import org.vfslab.vfs.EventFd;
import org.vfslab.vfs.OpenFile;

/**
 * What {@code io_submit_one} has collected before it knows what the request is: a slot and a
 * reference of the context, the file, the event counter to signal.
 */
record Submission(KioContext context, OpenFile file, Iocb iocb, @Nullable EventFd eventfd) {}
