package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqEvents;
import org.vfslab.machine.Task;

/** The text of one report, put together in the kernel's layout. */
final class Splat {

  /** The release that reports name, and whose behaviour the model follows. */
  static final String RELEASE = "7.2.0-vfslab Not tainted";

  private final String title;
  private final StringBuilder text = new StringBuilder(512);

  /** A report that begins with {@code title} between rules of this width. */
  Splat(String title, int width) {
    this.title = title;
    line("");
    line("=".repeat(width));
    line(title);
    line(RELEASE);
    line("-".repeat(width));
  }

  /** A report of one line that is no lockdep splat: {@code WARN}. */
  static Splat warning(String title) {
    Splat splat = new Splat(title);
    splat.line(title);
    return splat;
  }

  private Splat(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The whole text, without the end of its last line. */
  String text() {
    return text.toString().stripTrailing();
  }

  Splat line(String words) {
    text.append(words).append('\n');
    return this;
  }

  /** {@code print_lock}. */
  Splat lock(HeldLock held) {
    return line(held.map().address() + held.lockClass().described(held) + ", at: " + held.site());
  }

  Splat trace(@Nullable Trace trace, int spaces) {
    if (trace != null) {
      trace.print(text, spaces);
    }
    return this;
  }

  /** {@code lockdep_print_held_locks}. */
  Splat held(HeldStack stack) {
    String who = commPid(stack.context());
    int depth = stack.depth();
    if (depth == 0) {
      return line("no locks held by " + who + ".");
    }
    line(depth + (depth == 1 ? " lock" : " locks") + " held by " + who + ":");
    for (int i = 0; i < depth; i++) {
      text.append(" #").append(i).append(": ");
      lock(stack.get(i));
    }
    return this;
  }

  /** The end of nearly every report. */
  Splat backtrace(HeldStack stack, @Nullable String site) {
    return line("").line("stack backtrace:").trace(Trace.of(stack.context(), site), 0);
  }

  /** {@code print_irqtrace_events}. */
  Splat irqEvents(Context context) {
    IrqEvents events = context.irqEvents();
    line("irq event stamp: " + events.stamp());
    event("hardirqs last  enabled at ", events.hardirqsEnabled(), "local_irq_restore");
    event("hardirqs last disabled at ", events.hardirqsDisabled(), "local_irq_save");
    event("softirqs last  enabled at ", events.softirqsEnabled(), "local_bh_enable");
    return event("softirqs last disabled at ", events.softirqsDisabled(), "local_bh_disable");
  }

  private Splat event(String what, int stamp, String symbol) {
    return line(
        what + "(" + stamp + "): " + (stamp == 0 ? "[<0000000000000000>] 0x0" : ip(symbol)));
  }

  /** {@code print_ip_sym}: a place in the code, with a made-up address. */
  static String ip(String symbol) {
    return String.format(
        "[<%016x>] %s", 0xffffffff81000000L + (symbol.hashCode() & 0xffffff), symbol);
  }

  /** The name and number of a context: {@code comm/pid}. */
  static String commPid(Context context) {
    return context instanceof Task task ? task.commPid() : context.name() + "/0";
  }

  /** Who it is and the state of interrupts where it is. */
  static String commPidIrq(Context context) {
    int hard = context.inHardirq() ? 1 : 0;
    int soft = context.inSoftirq() ? 1 : 0;
    return commPid(context)
        + " [HC"
        + hard
        + "["
        + hard
        + "]:SC"
        + soft
        + "["
        + (soft + 2 * context.bhDisableDepth())
        + "]:HE"
        + (context.irqsDisabled() ? 0 : 1)
        + ":SE"
        + (soft == 1 || context.bhDisableDepth() > 0 ? 0 : 1)
        + "]";
  }
}
