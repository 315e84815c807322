package org.vfslab.litmus;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.fsnotify.FanotifyEvent;
import org.vfslab.fsnotify.FanotifyFile;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.Declaration;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.machine.Task;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.OpenFlags;

/** {@code fanotify f { ... }}: a group, its system calls, and what properties ask of it. */
final class FanotifyKind {

  /** A group's open file, and the event that each task read last. */
  record Listener(FanotifyFile file, Map<Task, FanotifyEvent> last) {
    Listener(FanotifyFile file) {
      this(file, new ConcurrentHashMap<>());
    }

    private @Nullable FanotifyEvent lastOf(Task task) {
      return last.get(task);
    }
  }

  static final Kind<Listener> FANOTIFY =
      Kind.declaredWithMore(() -> "fanotify", "a fanotify group", Listener.class)
          .systemCall(
              "read_event",
              List.of(),
              "sleeps until an event is there and takes it; its descriptor",
              (lab, listener, a) -> read(lab, listener))
          .ofCaller(
              "event_mask",
              "what the event is that this task read last",
              Listener::lastOf,
              e -> e.mask())
          .ofCaller("event_offset", "where its range begins", Listener::lastOf, e -> e.pos())
          .ofCaller("event_bytes", "how long its range is", Listener::lastOf, e -> e.bytes())
          .systemCall(
              "respond",
              List.of("event", "answer"),
              "answers an event that asks; 0",
              (lab, listener, a) -> listener.file.respond(a[0], (int) a[1]))
          .systemCall(
              "has_event",
              List.of(),
              "poll: 1 if an event can be read",
              (lab, listener, a) -> listener.file.isReadable() ? 1 : 0)
          .systemCall(
              "max_queued_events",
              List.of("number"),
              "how many events its queue has room for; 0",
              (lab, listener, a) -> {
                listener.file.limit((int) a[0]);
                return 0;
              })
          .systemCall(
              "close_events",
              List.of(),
              "closes the group; who waits for an answer may go on; 0",
              (lab, listener, a) -> listener.file.close())
          .systemCall(
              "fanotify_fd",
              List.of(),
              "a descriptor for the group, which poll, aio and close take",
              (lab, listener, a) -> listener.file.descriptor())
          .special(fanotifyMark())
          .question("queued_events", "how many events wait to be read", l -> l.file.queuedNow())
          .question(
              "unanswered",
              "how many were read and wait for an answer",
              l -> l.file.unansweredNow())
          .specialQuestion(
              Function.of(
                  "unfreed_marks",
                  List.of(),
                  "how many marks and connectors are unlinked and not freed",
                  arguments -> frame -> frame.world().lab().fsnotify().unfreedMarksNow()));

  private FanotifyKind() {}

  private static Function fanotifyMark() {
    return Function.of(
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

  /** The declaration's marks, checked. */
  static List<Marking> marks(Scope scope, Declaration.FanotifyGroup group) {
    return group.marks().stream()
        .map(
            mark -> {
              if (!scope.isMount(mark.path())) {
                scope.file(mark.position(), mark.path());
              }
              Expression mask = mark.mask();
              String wanted = "a mark asks for events such as FAN_OPEN_PERM, joined by '|'";
              return new Marking(
                  mark.path(),
                  Constants.bits(scope, mask, name -> name.startsWith("FAN_MARK_"), wanted),
                  Constants.bits(scope, mask, name -> !name.startsWith("FAN_MARK_"), wanted));
            })
        .toList();
  }
}
