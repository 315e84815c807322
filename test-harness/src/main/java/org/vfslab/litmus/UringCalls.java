package org.vfslab.litmus;

import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.machine.Errno;
import org.vfslab.uring.Cqe;
import org.vfslab.uring.IoRingCtx;
import org.vfslab.uring.IoUring;
import org.vfslab.uring.Sqe;

/** {@code io_uring r}: its system calls, and what user space does with its rings. */
final class UringCalls {

  private static final String REQUEST = "pwrite, pread, pwritev2, preadv2, fsync, fdatasync or nop";

  static final Kind<Ring> IO_URING =
      Kind.of(PrimitiveKind.IO_URING, "an io_uring", Ring.class, Ring::new)
          .question(
              "cqes_posted", "how many completions were ever posted", of(IoRingCtx::postedNow))
          .question("cqes_ready", "how many nobody has taken", of(IoRingCtx::readyNow))
          .question(
              "cqes_overflowed",
              "how many did not find room when they came",
              of(IoRingCtx::overflowsNow));

  static final List<Function> ALL =
      List.of(
          Function.of(
              "io_uring_setup",
              List.of("io_uring", "entries", "flags"),
              "makes the ring; 0",
              arguments -> {
                Slot<Ring> slot = arguments.object(0, IO_URING);
                Code entries = arguments.code(1);
                Code flags = arguments.code(2);
                return SystemCalls.call(
                    arguments, (lab, f) -> f.world().get(slot).setUp(entries.run(f), flags.run(f)));
              }),
          new Function(
              "io_uring_prep",
              List.of("io_uring", "request", "IOSQE flags"),
              1,
              List.of(),
              "puts a request into the ring; 0",
              UringCalls::prepare),
          Function.of(
              "io_uring_enter",
              List.of("io_uring", "to submit", "min complete"),
              "submits, and waits for completions; how many were submitted",
              arguments -> {
                Slot<Ring> slot = arguments.object(0, IO_URING);
                Code count = arguments.code(1);
                Code min = arguments.code(2);
                return SystemCalls.call(
                    arguments,
                    (lab, f) -> {
                      IoRingCtx ctx = f.world().get(slot).ctx;
                      return ctx == null
                          ? -Errno.EBADF
                          : lab.uring().enter(ctx, count.run(f), min.run(f));
                    });
              }),
          Function.of(
              "io_uring_peek_cqe",
              List.of("io_uring"),
              "takes a completion; its result, or -EAGAIN if there is none",
              arguments -> {
                Slot<Ring> slot = arguments.object(0, IO_URING);
                return frame -> frame.world().get(slot).peek();
              }));

  private UringCalls() {}

  /** A descriptor for a ring, and the ring once it was made. */
  static final class Ring {
    private final IoUring uring;
    private volatile @Nullable IoRingCtx ctx;

    Ring(Lab lab, String name) {
      uring = lab.uring();
    }

    long setUp(long entries, long flags) {
      @Nullable IoRingCtx[] made = new IoRingCtx[1];
      long error = uring.setup(entries, flags, made);
      if (error == 0) {
        ctx = made[0];
      }
      return error;
    }

    /** {@code io_uring_get_sqe} and the filling of it: -EBUSY when the ring is full. */
    long prepare(Sqe sqe) {
      IoRingCtx known = ctx;
      if (known == null) {
        return -Errno.EBADF;
      }
      return uring.prepare(known, sqe) ? 0 : -Errno.EBUSY;
    }

    long peek() {
      IoRingCtx known = ctx;
      Cqe cqe = known == null ? null : uring.takeCqe(known);
      return cqe == null ? -Errno.EAGAIN : cqe.res();
    }
  }

  private static ToLongFunction<Ring> of(ToLongFunction<IoRingCtx> look) {
    return ring -> {
      IoRingCtx ctx = ring.ctx;
      return ctx == null ? 0 : look.applyAsLong(ctx);
    };
  }

  private static Code prepare(Arguments arguments) {
    Slot<Ring> slot = arguments.object(0, IO_URING);
    Expression.Call inner = arguments.callAt(1, "a request such as pwrite(fd, 0, 4k)");
    Fill fill = fill(arguments, inner);
    Code flags = arguments.size() > 2 ? arguments.code(2) : frame -> 0;
    return frame -> {
      Sqe sqe = fill.sqe(frame);
      return sqe == null
          ? -Errno.EINVAL
          : frame.world().get(slot).prepare(sqe.with((int) flags.run(frame)));
    };
  }

  /** Fills an entry, or returns null when no process has such a large buffer. */
  @FunctionalInterface
  private interface Fill {
    @Nullable Sqe sqe(Frame frame);
  }

  private static Fill fill(Arguments arguments, Expression.Call inner) {
    Compiler compiler = arguments.compiler();
    if (inner.function().equals("nop")) {
      if (!inner.arguments().isEmpty() || !inner.namedArguments().isEmpty()) {
        throw compiler.scope().error(inner.position(), "nop() has no arguments");
      }
      Sqe nop = Sqe.of(Sqe.Opcode.NOP, -1, new byte[0], 0, 0);
      return frame -> nop;
    }
    return switch (inner.function()) {
      case "pwrite", "pwritev2" -> transfer(compiler.checked(inner), Sqe.Opcode.WRITE);
      case "pread", "preadv2" -> transfer(compiler.checked(inner), Sqe.Opcode.READ);
      case "fsync" -> sync(compiler.checked(inner), 0);
      case "fdatasync" -> sync(compiler.checked(inner), Sqe.FSYNC_DATASYNC);
      default ->
          throw compiler
              .scope()
              .error(
                  inner.position(),
                  "an io_uring has no request '" + inner.function() + "', only " + REQUEST);
    };
  }

  private static Fill sync(Arguments request, int flags) {
    Code fd = request.code(0);
    return frame -> Sqe.of(Sqe.Opcode.FSYNC, fd.run(frame), new byte[0], 0, 0).withOpFlags(flags);
  }

  private static Fill transfer(Arguments request, Sqe.Opcode opcode) {
    Code fd = request.code(0);
    Code offset = request.code(1);
    Code bytes = request.code(2);
    Code flags = request.size() > 3 ? request.code(3) : frame -> 0;
    Code value = request.named("fill");
    return frame -> {
      byte[] buffer = SystemCalls.filled(bytes.run(frame), value, frame);
      return buffer == null
          ? null
          : Sqe.of(opcode, fd.run(frame), buffer, offset.run(frame), 0)
              .withOpFlags((int) flags.run(frame));
    };
  }
}
