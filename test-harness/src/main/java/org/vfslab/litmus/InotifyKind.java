package org.vfslab.litmus;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.fsnotify.Inotify;
import org.vfslab.fsnotify.InotifyEvent;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.Declaration;
import org.vfslab.machine.Task;

/** {@code inotify i { ... }}: an instance, its system calls, and what properties ask of it. */
final class InotifyKind {

  /** An instance, and the event that each task read last. */
  record Instance(Inotify file, Map<Task, InotifyEvent> last) {
    private @Nullable InotifyEvent lastOf(Task task) {
      return last.get(task);
    }
  }

  static final Kind<Instance> INOTIFY =
      Kind.declaredWithMore(() -> "inotify", "an inotify instance", Instance.class)
          .systemCall(
              "inotify_read",
              List.of(),
              "sleeps until an event is there and takes it; the watch descriptor",
              InotifyKind::read)
          .ofCaller(
              "inotify_mask",
              "what the event is that this task read last",
              Instance::lastOf,
              e -> e.mask())
          .ofCaller(
              "inotify_cookie",
              "the number that the two events of its rename share",
              Instance::lastOf,
              e -> e.cookie())
          .systemCall(
              "inotify_poll",
              List.of(),
              "1 if an event can be read",
              (lab, instance, a) -> instance.file.isReadable() ? 1 : 0)
          .systemCall(
              "inotify_max_queued_events",
              List.of("number"),
              "how many events its queue has room for; 0",
              (lab, instance, a) -> {
                instance.file.limit((int) a[0]);
                return 0;
              })
          .systemCall(
              "inotify_fd",
              List.of(),
              "a descriptor for the instance, which poll, aio and close take",
              (lab, instance, a) -> instance.file.descriptor())
          .special(addWatch())
          .systemCall(
              "inotify_rm_watch",
              List.of("wd"),
              "takes a watch away, and IN_IGNORED follows; 0",
              (lab, instance, a) -> instance.file.removeWatch((int) a[0]))
          .systemCall(
              "inotify_close",
              List.of(),
              "closes the instance; 0",
              (lab, instance, a) -> instance.file.close())
          .question("inotify_queued", "how many events wait to be read", i -> i.file.queuedNow());

  private InotifyKind() {}

  private static Function addWatch() {
    return Function.of(
        "inotify_add_watch",
        List.of("inotify", "path", "mask"),
        "watches; the watch descriptor, from 1",
        arguments -> {
          Slot<Instance> slot = arguments.object(0, INOTIFY);
          String path = arguments.string(1, "a path");
          Code mask = arguments.code(2);
          return SystemCalls.call(
              arguments, (lab, f) -> f.world().get(slot).file.addWatch(path, (int) mask.run(f)));
        });
  }

  private static long read(Lab lab, Instance instance, long[] none) {
    @Nullable InotifyEvent[] into = new InotifyEvent[1];
    int error = instance.file.read(into);
    InotifyEvent event = into[0];
    if (error < 0 || event == null) {
      return error;
    }
    instance.last.put(lab.machine().currentTask(), event);
    return event.wd();
  }

  /** A watch of a declaration. */
  record Watch(String path, int mask) {}

  /** The declaration's watches, checked. */
  static List<Watch> watches(Scope scope, Declaration.InotifyInstance declared) {
    return declared.watches().stream()
        .map(
            watch -> {
              if (!scope.isMount(watch.path())) {
                scope.file(watch.position(), watch.path());
              }
              String wanted = "a watch asks for events such as IN_MODIFY, joined by '|'";
              return new Watch(
                  watch.path(),
                  Constants.bits(scope, watch.mask(), name -> name.startsWith("IN_"), wanted));
            })
        .toList();
  }

  /** Makes an instance without watches; before the machine runs. */
  static Instance make(Lab lab, String name) {
    return new Instance(
        new Inotify(lab.fsnotify(), lab.process(), name, false), new ConcurrentHashMap<>());
  }
}
