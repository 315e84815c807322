package org.vfslab.aio;

import java.util.List;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.StreamFile;
import org.vfslab.vfs.Vectors;

/**
 * A read or write of a file that has no places: done where it is submitted, and asleep there if
 * need be.
 */
final class AioStream extends AioKiocb {

  private AioStream(Submission submission) {
    super(submission);
  }

  /** Reads or writes and posts what came of it; returns 0. */
  static int submit(
      Submission submission, StreamFile file, boolean write, List<byte[]> buffers, boolean nowait) {
    AioStream request = new AioStream(submission);
    long result;
    if (write) {
      result = file.write(Vectors.gather(buffers), nowait);
    } else {
      byte[] all = new byte[Vectors.bytes(buffers)];
      result = file.read(all, nowait);
      Vectors.scatter(all, result, buffers);
    }
    request.result(result == -Errno.ERESTARTSYS ? -Errno.EINTR : result);
    request.put(); // the completion's
    request.submitted();
    return 0;
  }
}
