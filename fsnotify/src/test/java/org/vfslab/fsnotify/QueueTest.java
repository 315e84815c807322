package org.vfslab.fsnotify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.Errno;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.PollEvents;

/** The queue of a group: order, merging, overflow; and inotify, which merges otherwise. */
final class QueueTest extends Bench {

  private void write(String path) {
    long fd = open(path);
    process.pwrite(fd, new byte[1], 0);
    process.close(fd);
  }

  private void readFile(String path) {
    long fd = open(path);
    process.pread(fd, new byte[1], 0);
    process.close(fd);
  }

  @Test
  void fanotify_mergesWithAnyOlderEventOfTheObject_andKeepsItsPlace() {
    int mask = EventMask.ACCESS | EventMask.MODIFY;
    FanotifyFile group = group("g", 0, "/mnt/a", mask);
    group.markBeforeRun(0, mask, b);
    run(
        () -> {
          write("/mnt/a");
          write("/mnt/b");
          readFile("/mnt/a");
          write("/mnt/a");
          seen.addAll(drain(group));
        });
    assertThat(seen).containsExactly("FS_ACCESS|FS_MODIFY a", "FS_MODIFY b");
  }

  @Test
  void fanotify_mergesNotBetweenTasks() {
    FanotifyFile group = group("g", 0, "/mnt/a", EventMask.MODIFY);
    machine.task("one", () -> write("/mnt/a"));
    machine.task("two", () -> write("/mnt/a"));
    run();
    assertThat(group.queuedNow()).isEqualTo(2);
  }

  @Test
  void overflow_isToldOnceAtItsPlace_andEventsComeAgainOnceThereIsRoom() {
    int flags = FanotifyFile.FAN_REPORT_FID;
    FanotifyFile group = group("g", flags, "/mnt", EventMask.CREATE);
    run(
        () -> {
          group.limit(2);
          for (int i = 0; i < 6; i++) {
            process.mkdir("/mnt/nothing" + i); // directories are not asked for
            process.close(process.open("/mnt/f" + i, OpenFlags.O_RDWR | OpenFlags.O_CREAT));
          }
          seen.add(drain(group));
          process.close(process.open("/mnt/again", OpenFlags.O_RDWR | OpenFlags.O_CREAT));
          seen.add(drain(group));
        });
    assertThat(seen)
        .containsExactly(
            List.of("FS_CREATE f0", "FS_CREATE f1", "FS_Q_OVERFLOW "), List.of("FS_CREATE again"));
  }

  @Test
  void unlimitedQueue_losesNothing() {
    FanotifyFile group =
        group(
            "g",
            FanotifyFile.FAN_REPORT_FID | FanotifyFile.FAN_UNLIMITED_QUEUE,
            "/mnt",
            EventMask.CREATE);
    run(
        () -> {
          for (int i = 0; i < 20; i++) {
            process.close(process.open("/mnt/f" + i, OpenFlags.O_RDWR | OpenFlags.O_CREAT));
          }
        });
    assertThat(group.queuedNow()).isEqualTo(20);
  }

  // ---- inotify

  private static List<String> drain(Inotify inotify) {
    List<String> events = new ArrayList<>();
    @Nullable InotifyEvent[] into = new InotifyEvent[1];
    while (inotify.read(into) == 0) {
      InotifyEvent event = into[0];
      if (event != null) {
        events.add(
            event.wd() + " " + EventMask.name(event.mask()) + " " + event.name() + event.cookie());
      }
    }
    return events;
  }

  /** As any descriptor: poll wakes with the event, and what polls keeps a group that is closed. */
  @Test
  void descriptor_isPolled_andHoldsTheGroupUntilItIsClosed() {
    FanotifyFile group = group("g", FanotifyFile.FAN_CLASS_NOTIF, "/mnt/a", EventMask.MODIFY);
    machine.task(
        "poller",
        () -> {
          long fd = group.descriptor();
          seen.add(process.poll(fd, PollEvents.IN, 0));
          seen.add(process.poll(fd, PollEvents.IN, ScheduleTimeout.FOREVER));
          seen.add(group.close());
          seen.add(group.descriptor());
          seen.add(process.poll(fd, PollEvents.IN, 0));
          seen.add(process.close(fd));
          seen.add(process.poll(fd, PollEvents.IN, 0));
        });
    machine.task("writer", () -> write("/mnt/a"));
    run();
    assertThat(seen)
        .containsExactly(
            0L,
            (long) PollEvents.IN,
            0,
            (long) -Errno.EBADF,
            (long) PollEvents.IN,
            0L,
            (long) PollEvents.NVAL);
    assertThat(fsnotify.unfreedMarksNow()).isZero();
  }

  @Test
  void inotify_mergesWithTheLastEventOnly() {
    Inotify inotify = new Inotify(fsnotify, process, "i", true);
    int mask = EventMask.ACCESS | EventMask.MODIFY;
    run(
        () -> {
          seen.add(inotify.addWatch("/mnt/a", mask));
          write("/mnt/a");
          write("/mnt/a");
          readFile("/mnt/a");
          write("/mnt/a");
          seen.addAll(drain(inotify));
        });
    assertThat(seen).containsExactly(1, "1 FS_MODIFY 0", "1 FS_ACCESS 0", "1 FS_MODIFY 0");
  }

  @Test
  void inotify_tellsParentWithTheNameAndChildWithout() {
    Inotify inotify = new Inotify(fsnotify, process, "i", true);
    run(
        () -> {
          inotify.addWatch("/mnt", EventMask.MODIFY);
          inotify.addWatch("/mnt/a", EventMask.MODIFY);
          write("/mnt/a");
          seen.addAll(drain(inotify));
        });
    assertThat(seen).containsExactly("1 FS_MODIFY a0", "2 FS_MODIFY 0");
  }

  @Test
  void inotify_pairsTheHalvesOfARename_andEndsWatchesWithIgnored() {
    Inotify inotify = new Inotify(fsnotify, process, "i", true);
    run(
        () -> {
          inotify.addWatch("/mnt", EventMask.MOVED_FROM | EventMask.MOVED_TO);
          inotify.addWatch("/mnt/a", EventMask.MOVE_SELF | EventMask.DELETE_SELF);
          process.rename("/mnt/a", "/mnt/c");
          process.unlink("/mnt/c");
          seen.addAll(drain(inotify));
          seen.add(inotify.removeWatch(2));
          seen.add(inotify.removeWatch(1));
          seen.addAll(drain(inotify));
          seen.add(inotify.close());
        });
    assertThat(seen)
        .containsExactly(
            "1 FS_MOVED_FROM a1",
            "1 FS_MOVED_TO c1",
            "2 FS_MOVE_SELF 0",
            "2 FS_DELETE_SELF 0",
            "2 FS_IN_IGNORED 0",
            -Errno.EINVAL,
            0,
            "1 FS_IN_IGNORED 0",
            0);
    assertThat(fsnotify.unfreedMarksNow()).isZero();
    assertThat(machine.reports()).isEmpty();
  }

  @Test
  void inotify_oneShot_endsWithItsFirstEvent() {
    Inotify inotify = new Inotify(fsnotify, process, "i", true);
    run(
        () -> {
          seen.add(inotify.addWatch("/mnt/a", 0));
          seen.add(inotify.addWatch("/mnt/nowhere", EventMask.MODIFY));
          seen.add(inotify.addWatch("/mnt/a", EventMask.MODIFY | Inotify.IN_ONLYDIR));
          inotify.addWatch("/mnt/a", EventMask.MODIFY | Inotify.IN_ONESHOT);
          seen.add(inotify.addWatch("/mnt/a", EventMask.MODIFY | Inotify.IN_MASK_CREATE));
          write("/mnt/a");
          write("/mnt/a");
          seen.addAll(drain(inotify));
        });
    assertThat(seen)
        .containsExactly(
            -Errno.EINVAL,
            -Errno.ENOENT,
            -Errno.ENOTDIR,
            -Errno.EEXIST,
            "1 FS_MODIFY 0",
            "1 FS_IN_IGNORED 0");
    assertThat(machine.reports()).isEmpty();
  }
}
