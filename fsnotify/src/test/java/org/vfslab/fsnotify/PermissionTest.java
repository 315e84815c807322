package org.vfslab.fsnotify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Task;
import org.vfslab.vfs.OpenFlags;

/** Permission events: who is asked, what the answers mean, and what becomes of unanswered ones. */
final class PermissionTest extends Bench {

  private static final int PRE = FanotifyFile.FAN_CLASS_PRE_CONTENT;
  private static final int CONTENT = FanotifyFile.FAN_CLASS_CONTENT;

  private Task write(String name) {
    return machine.task(
        name, () -> seen.add(name + " " + process.pwrite(open("/mnt/a"), new byte[9], 10)));
  }

  /** Sleeps until the group has an event, and reads it. */
  private FanotifyEvent await(FanotifyFile group) {
    while (!group.isReadable()) {
      nap();
    }
    return Objects.requireNonNull(read(group));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 9", // FAN_ALLOW
    "2, -1", // FAN_DENY: EPERM
    "0x1000002, -1", // FAN_DENY with EPERM
    "0x5000002, -5",
    "0x10000002, -16",
    "0x1a000002, -26",
    "0xb000002, -11",
    "0x1c000002, -28",
    "0x7a000002, -122",
  })
  void answer_isTheResultOfTheWrite(String response, long result) {
    FanotifyFile group = group("g", PRE, "/mnt/a", EventMask.PRE_ACCESS);
    write("writer");
    machine.task(
        "listener",
        () -> {
          FanotifyEvent event = await(group);
          seen.add(event.pos() + "+" + event.bytes());
          seen.add(group.respond(event.fd(), Integer.decode(response)));
        });
    run();
    assertThat(seen).containsExactly("0+4096", 0, "writer " + result);
  }

  @Test
  void answersThatMakeNoSense_areRefused() {
    FanotifyFile pre = group("pre", PRE, "/mnt/a", EventMask.PRE_ACCESS);
    FanotifyFile content = group("content", CONTENT, "/mnt/a", EventMask.ACCESS_PERM);
    FanotifyFile audited =
        group("audited", PRE | FanotifyFile.FAN_ENABLE_AUDIT, "/mnt/b", EventMask.PRE_ACCESS);
    run(
        () -> {
          seen.add(pre.respond(99, FanotifyFile.FAN_ALLOW));
          seen.add(pre.respond(-1, FanotifyFile.FAN_ALLOW));
          seen.add(pre.respond(99, 0));
          seen.add(pre.respond(99, FanotifyFile.FAN_ALLOW | Errno.EIO << 24));
          seen.add(pre.respond(99, FanotifyFile.FAN_DENY | Errno.ENOENT << 24));
          seen.add(content.respond(99, FanotifyFile.FAN_DENY | Errno.EIO << 24));
          seen.add(pre.respond(99, FanotifyFile.FAN_ALLOW | FanotifyFile.FAN_AUDIT));
          seen.add(audited.respond(99, FanotifyFile.FAN_ALLOW | FanotifyFile.FAN_AUDIT));
          seen.add(pre.close());
          seen.add(pre.respond(99, FanotifyFile.FAN_ALLOW));
          seen.add(pre.close());
        });
    assertThat(seen)
        .containsExactly(
            -Errno.ENOENT,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.ENOENT,
            0,
            -Errno.EBADF,
            -Errno.EBADF);
  }

  @Test
  void marksAndGroupsThatMakeNoSense_areRefused() {
    FanotifyFile notif = group("notif", 0, "/mnt/a", EventMask.MODIFY);
    FanotifyFile content = group("content", CONTENT, "/mnt/a", EventMask.OPEN_PERM);
    int add = FanotifyFile.FAN_MARK_ADD;
    run(
        () -> {
          seen.add(notif.mark(add, EventMask.OPEN_PERM, "/mnt/a"));
          seen.add(content.mark(add, EventMask.PRE_ACCESS, "/mnt/a"));
          seen.add(notif.mark(add, EventMask.CREATE, "/mnt"));
          seen.add(notif.mark(add, 0, "/mnt/a"));
          seen.add(notif.mark(0, EventMask.MODIFY, "/mnt/a"));
          seen.add(notif.mark(add, EventMask.Q_OVERFLOW, "/mnt/a"));
          seen.add(notif.mark(add, EventMask.MODIFY, "/mnt/nowhere"));
          seen.add(notif.mark(add | FanotifyFile.FAN_MARK_EVICTABLE, EventMask.MODIFY, "/mnt/a"));
          seen.add(
              FanotifyFile.init(
                  fsnotify,
                  process,
                  "x",
                  CONTENT | FanotifyFile.FAN_REPORT_FID,
                  0,
                  new FanotifyFile[1]));
        });
    assertThat(seen)
        .containsExactly(
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.EINVAL,
            -Errno.ENOENT,
            -Errno.EEXIST,
            -Errno.EINVAL);
  }

  /** The highest priority is asked first, and who denies keeps the others from being asked. */
  @Test
  void denial_endsTheWalk_whichBeginsAtTheHighestPriority() {
    FanotifyFile content = group("content", CONTENT, "/mnt/a", EventMask.OPEN_PERM);
    FanotifyFile pre = group("pre", PRE, "/mnt/a", EventMask.OPEN_PERM);
    machine.task("opener", () -> seen.add(open("/mnt/a")));
    machine.task(
        "listener",
        () -> {
          FanotifyEvent event = await(pre);
          seen.add("content has " + content.queuedNow());
          pre.respond(event.fd(), FanotifyFile.FAN_DENY);
        });
    run();
    assertThat(seen).containsExactly("content has 0", (long) -Errno.EPERM);
    assertThat(content.queuedNow()).isZero();
  }

  @Test
  void permission_isAskedOfEachGroupInTurn() {
    FanotifyFile content = group("content", CONTENT, "/mnt/a", EventMask.OPEN_PERM);
    FanotifyFile pre = group("pre", PRE, "/mnt/a", EventMask.OPEN_PERM);
    machine.task("opener", () -> seen.add(open("/mnt/a") >= 0));
    machine.task(
        "listener",
        () -> {
          pre.respond(await(pre).fd(), FanotifyFile.FAN_ALLOW);
          seen.add("pre");
          content.respond(await(content).fd(), FanotifyFile.FAN_ALLOW);
          seen.add("content");
        });
    run();
    assertThat(seen).containsExactly("pre", "content", true);
  }

  /** Queued or read: a listener that goes lets everybody go on. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void listenerThatDies_allowsAll(boolean readsFirst) {
    FanotifyFile group = group("g", PRE, "/mnt/a", EventMask.PRE_ACCESS);
    write("one");
    write("two");
    machine.task(
        "listener",
        () -> {
          if (readsFirst) {
            await(group);
          }
          while (group.queuedNow() + group.unansweredNow() < 2) {
            nap();
          }
          seen.add(group.close());
        });
    run();
    assertThat(seen).containsExactlyInAnyOrder(0, "one 9", "two 9");
    assertThat(fsnotify.unfreedMarksNow()).isZero();
    assertThat(sb.watchers(0).peek()).isZero();
  }

  /** Killed before it was read, after it was read, and after it was answered. */
  @ParameterizedTest
  @CsvSource({"queued", "reported", "answered"})
  void killedWaiter(String state) {
    FanotifyFile group = group("g", PRE, "/mnt/a", EventMask.PRE_ACCESS);
    Task writer = write("writer");
    machine.task(
        "listener",
        () -> {
          while (!group.isReadable()) {
            nap();
          }
          if (state.equals("queued")) {
            writer.sendSignal(true);
            return;
          }
          FanotifyEvent event = Objects.requireNonNull(read(group));
          if (state.equals("answered")) {
            seen.add(group.respond(event.fd(), FanotifyFile.FAN_ALLOW));
            writer.sendSignal(true);
            return;
          }
          writer.sendSignal(true);
          while (seen.isEmpty()) {
            nap();
          }
          seen.add(group.respond(event.fd(), FanotifyFile.FAN_ALLOW)); // frees the event
          seen.add(group.respond(event.fd(), FanotifyFile.FAN_ALLOW));
        });
    run();
    switch (state) {
      case "queued" -> {
        assertThat(seen).containsExactly("writer " + -Errno.ERESTARTSYS);
        assertThat(group.queuedNow()).isZero();
      }
      case "reported" ->
          assertThat(seen).containsExactly("writer " + -Errno.ERESTARTSYS, 0, -Errno.ENOENT);
      default -> assertThat(seen).containsExactly(0, "writer 9");
    }
    assertThat(machine.reports()).isEmpty();
  }

  private void nap() {
    new Completion(machine, "nap").waitForCompletionTimeout(1000);
  }

  /** Another listener's marks can be freed while this one lets a task wait. */
  @Test
  void waitForAnAnswer_keepsNoMarkFromBeingFreed() {
    FanotifyFile slow = group("slow", PRE, "/mnt/a", EventMask.PRE_ACCESS);
    FanotifyFile other = group("other", 0, "/mnt/b", EventMask.MODIFY);
    write("writer");
    machine.task(
        "listener",
        () -> {
          FanotifyEvent event = await(slow);
          other.close(); // waits until its marks are freed
          seen.add("freed");
          slow.respond(event.fd(), FanotifyFile.FAN_ALLOW);
        });
    run();
    assertThat(seen).containsExactly("freed", "writer 9");
  }

  /** What the listener does with the event's file is told to nobody, nor asked. */
  @Test
  void eventFile_isUnwatched() {
    FanotifyFile group =
        group("g", PRE, "/mnt/a", EventMask.PRE_ACCESS | EventMask.MODIFY | EventMask.CLOSE_WRITE);
    write("writer");
    machine.task(
        "listener",
        () -> {
          FanotifyEvent event = await(group);
          seen.add(process.pwrite(event.fd(), new byte[5], 0));
          seen.add(process.close(event.fd()));
          seen.add(group.queuedNow());
          group.respond(event.fd(), FanotifyFile.FAN_ALLOW);
        });
    run();
    assertThat(seen).containsExactly(5L, 0L, 0L, "writer 9");
  }

  /** Which hooks a file has is decided when it is opened. */
  @Test
  void marksThatComeAfterTheOpen_areMissedByPreContentHooks() {
    FanotifyFile group = group("g", PRE, "/mnt/b", EventMask.PRE_ACCESS);
    run(
        () -> {
          long early = open("/mnt/a");
          group.mark(FanotifyFile.FAN_MARK_ADD, EventMask.PRE_ACCESS, "/mnt/a");
          seen.add(process.pwrite(early, new byte[3], 0));
        });
    assertThat(seen).containsExactly(3L);
  }

  @Test
  void readMapAndTruncate_askWithTheirRanges() {
    FanotifyFile group = group("g", PRE, "/mnt/a", EventMask.PRE_ACCESS | EventMask.ACCESS_PERM);
    machine.task(
        "user",
        () -> {
          process.pread(process.open("/mnt/a", OpenFlags.O_RDONLY), new byte[10], 4090);
          seen.add(process.mmap(open("/mnt/a"), 4096, 100, 1, 1));
          process.truncate("/mnt/a", 5000);
        });
    machine.task(
        "listener",
        () -> {
          for (int i = 0; i < 4; i++) {
            FanotifyEvent event = await(group);
            seen.add(EventMask.name(event.mask()) + " " + event.pos() + "+" + event.bytes());
            boolean map = i == 2;
            group.respond(event.fd(), map ? FanotifyFile.FAN_DENY : FanotifyFile.FAN_ALLOW);
          }
        });
    run();
    assertThat(seen)
        .containsExactly(
            "FS_PRE_ACCESS 0+8192",
            "FS_ACCESS_PERM -1+0",
            "FS_PRE_ACCESS 4096+4096",
            (long) -Errno.EPERM,
            "FS_PRE_ACCESS 4096+4096");
  }
}
