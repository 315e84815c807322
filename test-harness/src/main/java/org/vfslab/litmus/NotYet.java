package org.vfslab.litmus;

import java.util.Set;

/** Functions of the language that the model has no meaning for yet. */
final class NotYet {

  static final Set<String> FUNCTIONS =
      Set.of(
          "io_cancel",
          "poll",
          "read_event",
          "respond",
          "try_begin_read",
          "exit_reader",
          "reenter_reader",
          "end_read",
          "begin_write",
          "end_write",
          "abandon_write",
          "published",
          "unpublish",
          "kfree",
          "srcu_read_lock",
          "srcu_read_unlock",
          "srcu_down_read",
          "srcu_up_read",
          "synchronize_srcu",
          "active_readers_before",
          "mutex_lock",
          "mutex_unlock");

  private NotYet() {}
}
