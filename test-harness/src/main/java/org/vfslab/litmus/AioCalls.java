package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.aio.IoEvent;
import org.vfslab.aio.Iocb;
import org.vfslab.aio.KioContext;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.machine.Errno;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.vfs.Socket;

/** Aio as litmus files use it, poll, and packets for those who wait for them. */
final class AioCalls {

  /** A control block that no request is of. */
  private static final Iocb NEVER_SUBMITTED = Iocb.poll(0, -1, 0);

  static final List<Function> ALL =
      List.of(
          new Function(
              "io_submit",
              List.of("aio context", "pwrite(...), pread(...), fsync(fd), fdatasync(fd) or poll()"),
              0,
              List.of("resfd", "rw_flags"),
              "submits one request; 1",
              AioCalls::ioSubmit),
          new Function(
              "io_getevents",
              List.of("aio context", "min", "max", "time-out"),
              3,
              List.of(),
              "waits for one event, its result; or, with numbers, for several, how many came",
              AioCalls::ioGetevents),
          Function.of(
              "reap_in_user_space",
              List.of("aio context"),
              "takes what is in the ring without a system call; how many events",
              arguments -> {
                Slot<KioContext> slot = arguments.aioContext(0);
                return frame ->
                    frame.world().get(slot).ring().reap(Integer.MAX_VALUE, new ArrayList<>());
              }),
          Function.of(
              "io_cancel",
              List.of("aio context"),
              "cancels the oldest poll that waits; -EINPROGRESS, or -EINVAL if none does",
              arguments -> {
                Slot<KioContext> slot = arguments.aioContext(0);
                return SystemCalls.call(
                    arguments,
                    (lab, f) -> {
                      KioContext context = f.world().get(slot);
                      Iocb oldest = context.oldestActiveNow();
                      return lab.aio().ioCancel(context, oldest == null ? NEVER_SUBMITTED : oldest);
                    });
              }),
          Function.of(
              "io_destroy",
              List.of("aio context"),
              "waits for what is in flight; 0",
              arguments -> {
                Slot<KioContext> slot = arguments.aioContext(0);
                return SystemCalls.call(
                    arguments, (lab, f) -> lab.aio().ioDestroy(f.world().get(slot)));
              }),
          new Function(
              "poll",
              List.of("fd", "events", "time-out"),
              1,
              List.of(),
              "sleeps until the file is ready; the events for which it is",
              arguments -> {
                Code fd = arguments.code(0);
                Code events = arguments.code(1);
                Code timeout = timeout(arguments, 2);
                return SystemCalls.call(
                    arguments,
                    (lab, f) -> lab.process().poll(fd.run(f), (int) events.run(f), timeout.run(f)));
              }));

  /** What the network does. */
  static final List<Function> PACKETS =
      List.of(
          Function.of(
              "deliver",
              List.of("socket", "bytes"),
              "a packet arrives; any context; 0",
              arguments -> {
                Slot<Socket> slot = arguments.symbol(0, Symbol.SocketName.class, "a socket").slot();
                Code bytes = arguments.code(1);
                return frame -> {
                  byte[] packet = SystemCalls.filled(bytes.run(frame), null, frame);
                  if (packet == null) {
                    return -Errno.EINVAL;
                  }
                  frame.world().get(slot).deliver(packet);
                  return 0;
                };
              }),
          Function.of(
              "peer_gone",
              List.of("socket"),
              "the other side closes; any context; 0",
              arguments -> {
                Slot<Socket> slot = arguments.symbol(0, Symbol.SocketName.class, "a socket").slot();
                return frame -> {
                  frame.world().get(slot).peerGone();
                  return 0;
                };
              }));

  private AioCalls() {}

  /** Makes the control block when the call is made; null when no process has such a buffer. */
  @FunctionalInterface
  private interface Block {
    @Nullable Iocb make(Frame frame);
  }

  private static Code timeout(Arguments arguments, int index) {
    return arguments.size() > index ? arguments.code(index) : frame -> ScheduleTimeout.FOREVER;
  }

  private static Code ioSubmit(Arguments arguments) {
    Slot<KioContext> slot = arguments.aioContext(0);
    Block block = block(arguments, arguments.callAt(1, "a request such as pwrite(fd, 0, 4k)"));
    Code resfd = arguments.named("resfd");
    Code rwFlags = arguments.named("rw_flags");
    return SystemCalls.call(
        arguments,
        (lab, f) -> {
          Iocb iocb = block.make(f);
          if (iocb == null) {
            return -Errno.EINVAL;
          }
          if (resfd != null) {
            iocb.resfd(resfd.run(f));
          }
          if (rwFlags != null) {
            iocb.rwFlags((int) rwFlags.run(f));
          }
          return lab.aio().ioSubmit(f.world().get(slot), List.of(iocb));
        });
  }

  private static Block block(Arguments arguments, Expression.Call request) {
    return switch (request.function()) {
      case "pwrite" -> transfer(arguments, request, Iocb.Opcode.PWRITE);
      case "pread" -> transfer(arguments, request, Iocb.Opcode.PREAD);
      case "fsync" -> sync(arguments, request, Iocb.Opcode.FSYNC);
      case "fdatasync" -> sync(arguments, request, Iocb.Opcode.FDSYNC);
      case "poll" -> poll(arguments, request);
      default -> {
        arguments
            .compiler()
            .scope()
            .unsupported(request.position(), "io_submit of " + request.function() + "()");
        yield frame -> null;
      }
    };
  }

  private static Block transfer(Arguments arguments, Expression.Call request, Iocb.Opcode opcode) {
    SystemCalls.Transfer transfer = new SystemCalls.Transfer(arguments.compiler().checked(request));
    return f -> {
      byte[] data = opcode == Iocb.Opcode.PREAD ? transfer.buffer(f) : transfer.data(f);
      return data == null
          ? null
          : new Iocb(0, opcode, transfer.fd.run(f), data, transfer.offset.run(f));
    };
  }

  private static Block sync(Arguments arguments, Expression.Call request, Iocb.Opcode opcode) {
    Code fd = arguments.compiler().checked(request).code(0);
    return f -> Iocb.sync(0, opcode, fd.run(f));
  }

  private static Block poll(Arguments arguments, Expression.Call request) {
    Compiler compiler = arguments.compiler();
    if (request.arguments().size() != 2 || !request.namedArguments().isEmpty()) {
      throw compiler
          .scope()
          .error(request.position(), "'poll(fd, events)' is what is wanted in io_submit");
    }
    Code fd = compiler.expression(request.arguments().getFirst());
    Code events = compiler.expression(request.arguments().getLast());
    return f -> Iocb.poll(0, fd.run(f), (int) events.run(f));
  }

  private static Code ioGetevents(Arguments arguments) {
    Slot<KioContext> slot = arguments.aioContext(0);
    if (arguments.size() == 2) {
      throw arguments.error(1, "after the least number of events comes the largest");
    }
    if (arguments.size() > 2) {
      Code min = arguments.code(1);
      Code max = arguments.code(2);
      Code timeout = timeout(arguments, 3);
      return SystemCalls.call(
          arguments,
          (lab, f) ->
              lab.aio()
                  .ioGetevents(
                      f.world().get(slot),
                      min.run(f),
                      max.run(f),
                      new ArrayList<>(),
                      timeout.run(f)));
    }
    return SystemCalls.call(
        arguments,
        (lab, f) -> {
          List<IoEvent> events = new ArrayList<>(1);
          long count = lab.aio().ioGetevents(f.world().get(slot), 1, 1, events);
          return count < 1 ? count : events.getFirst().res();
        });
  }
}
