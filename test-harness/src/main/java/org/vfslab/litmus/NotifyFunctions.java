package org.vfslab.litmus;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.vfslab.fsnotify.FanotifyEvent;
import org.vfslab.fsnotify.FanotifyFile;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.BinaryOperator;
import org.vfslab.litmus.syntax.Declaration;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.machine.Task;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.OpenFlags;

/** {@code fanotify f { ... }}: a group, its system calls, and what properties ask of it. */
final class NotifyFunctions {

  /** A group's open file, and the event that each task read last. */
  static final class Listener {
    private final FanotifyFile file;
    private final Map<Task, FanotifyEvent> last = new ConcurrentHashMap<>();

    Listener(FanotifyFile file) {
      this.file = file;
    }

    FanotifyFile file() {
      return file;
    }
  }

  static final Kind<Listener> FANOTIFY =
      Kind.of(
          () -> "fanotify",
          "a fanotify group",
          Listener.class,
          (lab, name) -> {
            throw new IllegalStateException("a group has a class");
          });

  static final List<Function> STEPS =
      List.of(
          call(
              "read_event",
              List.of(),
              "sleeps until an event is there and takes it; its descriptor",
              (lab, listener, a) -> read(lab, listener)),
          ofLast("event_mask", "what the event is that this task read last", FanotifyEvent::mask),
          ofLast("event_offset", "where its range begins", FanotifyEvent::pos),
          ofLast("event_bytes", "how long its range is", FanotifyEvent::bytes),
          call(
              "respond",
              List.of("event", "answer"),
              "answers an event that asks; 0",
              (lab, listener, a) -> listener.file.respond(a[0], (int) a[1])),
          call(
              "has_event",
              List.of(),
              "poll: 1 if an event can be read",
              (lab, listener, a) -> listener.file.isReadable() ? 1 : 0),
          call(
              "max_queued_events",
              List.of("number"),
              "how many events its queue has room for; 0",
              (lab, listener, a) -> {
                listener.file.limit((int) a[0]);
                return 0;
              }),
          call(
              "close_events",
              List.of(),
              "closes the group; who waits for an answer may go on; 0",
              (lab, listener, a) -> listener.file.close()),
          Function.of(
              "fanotify_mark",
              List.of("fanotify", "flags", "mask", "path"),
              "adds, removes or flushes marks; 0",
              arguments -> {
                Slot<Listener> slot = arguments.object(0, FANOTIFY);
                Code flags = arguments.code(1);
                Code mask = arguments.code(2);
                String path = arguments.string(3, "a path");
                return SystemCalls.call(
                    arguments,
                    (lab, f) ->
                        f.world().get(slot).file.mark((int) flags.run(f), (int) mask.run(f), path));
              }));

  static final List<Function> QUESTIONS =
      List.of(
          question("queued_events", "how many events wait to be read", FanotifyFile::queuedNow),
          question(
              "unanswered",
              "how many were read and wait for an answer",
              FanotifyFile::unansweredNow),
          Function.of(
              "unfreed_marks",
              List.of(),
              "how many marks and connectors are unlinked and not freed",
              arguments -> frame -> frame.world().lab().fsnotify().unfreedMarksNow()));

  private NotifyFunctions() {}

  /** A system call on a group with numbers behind it. */
  private interface OnListener {
    long call(Lab lab, Listener listener, long[] numbers);
  }

  private static Function call(
      String name, List<String> parameters, String meaning, OnListener call) {
    String[] all = new String[parameters.size() + 1];
    all[0] = "fanotify";
    for (int i = 0; i < parameters.size(); i++) {
      all[i + 1] = parameters.get(i);
    }
    return Function.of(
        name,
        List.of(all),
        meaning,
        arguments -> {
          Slot<Listener> slot = arguments.object(0, FANOTIFY);
          Code[] codes = new Code[arguments.size() - 1];
          for (int i = 0; i < codes.length; i++) {
            codes[i] = arguments.code(i + 1);
          }
          return SystemCalls.call(
              arguments,
              (lab, f) -> {
                long[] values = new long[codes.length];
                for (int i = 0; i < values.length; i++) {
                  values[i] = codes[i].run(f);
                }
                return call.call(lab, f.world().get(slot), values);
              });
        });
  }

  private static long read(Lab lab, Listener listener) {
    @Nullable FanotifyEvent[] into = new FanotifyEvent[1];
    int error = listener.file.read(into);
    FanotifyEvent event = into[0];
    if (error < 0 || event == null) {
      return error;
    }
    listener.last.put(lab.machine().currentTask(), event);
    return event.fd();
  }

  private static Function ofLast(String name, String meaning, ToLongFunction<FanotifyEvent> look) {
    return Function.of(
        name,
        List.of("fanotify"),
        meaning,
        arguments -> {
          Slot<Listener> slot = arguments.object(0, FANOTIFY);
          return frame -> {
            Task me = frame.world().lab().machine().currentTask();
            FanotifyEvent event = frame.world().get(slot).last.get(me);
            return event == null ? 0 : look.applyAsLong(event);
          };
        });
  }

  private static Function question(String name, String meaning, ToLongFunction<FanotifyFile> look) {
    return Function.of(
        name,
        List.of("fanotify"),
        meaning,
        arguments -> {
          Slot<Listener> slot = arguments.object(0, FANOTIFY);
          return frame -> look.applyAsLong(frame.world().get(slot).file);
        });
  }

  /** A mark of a declaration. */
  record Marking(String path, int flags, int mask) {}

  /** What {@code class} means, or -1. */
  static int flagsOf(String notificationClass) {
    return switch (notificationClass) {
      case "notif" -> FanotifyFile.FAN_CLASS_NOTIF;
      case "notif_fid" -> FanotifyFile.FAN_CLASS_NOTIF | FanotifyFile.FAN_REPORT_FID;
      case "content" -> FanotifyFile.FAN_CLASS_CONTENT | FanotifyFile.FAN_ENABLE_AUDIT;
      case "pre_content" -> FanotifyFile.FAN_CLASS_PRE_CONTENT | FanotifyFile.FAN_ENABLE_AUDIT;
      default -> -1;
    };
  }

  /** Makes the group of a declaration; before the machine runs. */
  static Listener make(Lab lab, String name, int flags) {
    @Nullable FanotifyFile[] made = new FanotifyFile[1];
    FanotifyFile.init(lab.fsnotify(), lab.process(), name, flags, OpenFlags.O_RDWR, made);
    FanotifyFile file = Objects.requireNonNull(made[0]);
    return new Listener(file);
  }

  /** Sets a mark before the machine runs; 0 or a negative errno. */
  static int mark(Lab lab, Listener listener, Marking mark) {
    Inode inode = Objects.requireNonNull(lab.process().lookUp(mark.path()), mark.path());
    return listener.file.markBeforeRun(mark.flags(), mark.mask(), inode);
  }

  /** What constants with '|' between them ask for: flags (FAN_MARK_...), or else events. */
  private static int bits(Scope scope, Expression expression, boolean flags) {
    return switch (expression) {
      case Expression.Name name when Constants.ALL.containsKey(name.name()) ->
          name.name().startsWith("FAN_MARK_") == flags
              ? Objects.requireNonNull(Constants.ALL.get(name.name())).intValue()
              : 0;
      case Expression.Binary binary when isOr(binary.operator()) ->
          bits(scope, binary.left(), flags) | bits(scope, binary.right(), flags);
      default ->
          throw scope.error(
              expression.position(), "a mark asks for events such as FAN_OPEN_PERM, joined by '|'");
    };
  }

  private static boolean isOr(BinaryOperator operator) {
    return operator.spelling().equals("|");
  }

  /** The declarations' marks, checked. */
  static List<Marking> marks(Scope scope, Declaration.FanotifyGroup group) {
    return group.marks().stream()
        .map(
            mark -> {
              if (!scope.isMount(mark.path())) {
                scope.file(mark.position(), mark.path());
              }
              return new Marking(
                  mark.path(), bits(scope, mark.mask(), true), bits(scope, mark.mask(), false));
            })
        .toList();
  }
}
