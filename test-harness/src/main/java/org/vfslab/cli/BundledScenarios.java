package org.vfslab.cli;

import java.util.List;
import org.vfslab.litmus.BundledText;

/** The litmus files that come with the program. */
final class BundledScenarios {

  /** The folder in which they are, here and in the file names that users write. */
  static final String FOLDER = "scenarios/";

  static final String SUFFIX = ".litmus";

  /** Their names, in the order in which a reader should meet them. */
  static final List<String> NAMES =
      List.of(
          "freeze-waits-for-aio",
          "fsync-then-power-cut",
          "write-barrier",
          "rwsem-released-by-irq",
          "rwsem-return-to-user",
          "rwsem-stale-owner",
          "rwsem-wait-killable",
          "rwsem-wait-then-writer",
          "map-walk",
          "subblock-dio",
          "truncate-vs-aio-dio",
          "hold-until-completion",
          "hold-until-completion-deadlock",
          "aio-poll-orders",
          "aio-poll-file-goes",
          "aio-poll-unwanted-wake",
          "aio-poll-lost-event",
          "aio-pollfree",
          "aio-cancel-vs-completion",
          "aio-destroy-vs-completion",
          "aio-file-pinned",
          "aio-freeze-opcodes",
          "aio-ring-full",
          "freeze-levels",
          "delegated-reader",
          "abandon-writer",
          "abandon-writer-broken",
          "srcu-across-contexts",
          "srcu-lock-across-contexts",
          "listener-meets-freeze",
          "aio-events",
          "listener-dies",
          "listener-fills-content",
          "listener-meets-truncating-open",
          "listener-overflow",
          "inotify-rename",
          "inotify-unlink",
          "mark-removal",
          "generic-068-freeze-under-load",
          "generic-085-device-freeze-meets-umount",
          "device-thaw-meets-mount",
          "umount-meets-thaw",
          "emergency-thaw",
          "freeze-for-suspend",
          "generic-114-subblock-appends",
          "generic-207-size-at-event",
          "generic-210-read-across-the-end",
          "generic-240-unaligned-in-a-hole",
          "generic-280-quota-on-frozen",
          "generic-280-broken",
          "generic-323-last-reference",
          "generic-390-concurrent-freezers",
          "generic-451-buffered-reads",
          "generic-465-size-and-data",
          "generic-491-open-while-frozen",
          "generic-538-unaligned-after-truncate",
          "generic-623-fault-on-a-dead-disk",
          "generic-738-eviction-while-frozen",
          "generic-738-broken",
          "xfs-297-nested-transaction",
          "xfs-297-broken",
          "xfs-731-kernel-freeze",
          "xfs-731-broken",
          "uring-freeze",
          "uring-nowait-start-write",
          "uring-owner-freezes",
          "uring-nowait-punt",
          "uring-linked-fsync",
          "uring-iopoll");

  private BundledScenarios() {}

  /** The name that an argument such as {@code scenarios/NAME.litmus} or {@code NAME} means. */
  static String nameOf(String argument) {
    String name = argument.startsWith("./") ? argument.substring(2) : argument;
    name = name.startsWith(FOLDER) ? name.substring(FOLDER.length()) : name;
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** The file name under which mistakes in a bundled scenario are reported. */
  static String fileName(String name) {
    return FOLDER + name + SUFFIX;
  }

  /** The text of a bundled scenario. */
  static String text(String name) {
    return BundledText.of("/" + fileName(name));
  }

  /** What a bundled scenario asks: the comment at its top, on one line. */
  static String question(String name) {
    return BundledText.question(text(name));
  }
}
