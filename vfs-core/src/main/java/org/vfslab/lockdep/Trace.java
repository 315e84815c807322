package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.Task;

/**
 * A back trace of model calls: the operation, the system call or interrupt in which it was made,
 * and by whom. Cheap to take, because it is text only when printed.
 *
 * @param site the operation
 * @param syscall the system call in progress, if any
 * @param context who made it
 */
record Trace(@Nullable String site, @Nullable String syscall, Context context) {

  /** What {@code context} does now at {@code site}. */
  static Trace of(Context context, @Nullable String site) {
    return new Trace(site, context instanceof Task task ? task.syscall() : null, context);
  }

  /** Adds the trace line by line, each after {@code spaces} spaces and one more. */
  void print(StringBuilder text, int spaces) {
    String indent = " ".repeat(spaces + 1);
    if (site != null) {
      text.append(indent).append(site).append('\n');
    }
    if (syscall != null) {
      text.append(indent).append(syscall).append('\n');
    }
    text.append(indent).append(context.name()).append('\n');
  }

  /** The innermost call that is known. */
  String top() {
    return site != null ? site : syscall != null ? syscall : context.name();
  }
}
