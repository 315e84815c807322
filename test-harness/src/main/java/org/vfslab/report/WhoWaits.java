package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.WaitCycle;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqContext;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.trace.TraceEvent;

/**
 * The lines behind a story's table: for each context that has not ended, where it is, what it waits
 * for and what it holds; and the circle in which they wait, if there is one.
 *
 * <pre>
 * At the end:
 *   t1 [D uninterruptible] waits for b since step 4
 *       b: count 0x3 (WRITER | WAITERS), owner t2, queue [t1 W]
 *       b is held by t2
 *       t1 holds a (write)
 * </pre>
 *
 * <p>Kernel threads that have nothing to do are not mentioned.
 */
public final class WhoWaits {

  private static final String BELOW = "      ";

  private final LastEvents events;
  private final HeldLocks held;
  private final List<Context> unfinished;

  /**
   * Looks at {@code machine} after its run.
   *
   * @param trace the whole trace of the run
   * @param heldLocks the names of the locks that a context holds, oldest first, as {@code
   *     Lockdep.heldBy} has them
   */
  public WhoWaits(
      Machine machine, List<TraceEvent> trace, Function<Context, List<String>> heldLocks) {
    this.events = new LastEvents(trace);
    this.held = new HeldLocks(heldLocks, events);
    this.unfinished = machine.contexts().stream().filter(this::isUnfinished).toList();
  }

  /** The lines, wrapped to {@code width}; at least one. */
  public List<String> lines(int width) {
    if (unfinished.isEmpty()) {
      return List.of("At the end every task has ended.");
    }
    List<String> lines = new ArrayList<>();
    lines.add("At the end:");
    for (Context context : unfinished) {
      add(lines, "  ", where(context), width);
      Blocker blocker = context.waitsFor();
      if (blocker != null) {
        add(lines, BELOW, blocker.name() + ": " + blocker.describe(), width);
        if (!blocker.holders().isEmpty()) {
          String holders = String.join(" and ", blocker.holders());
          add(lines, BELOW, blocker.name() + " is held by " + holders, width);
        }
      }
      List<String> locks = held.of(context);
      if (!locks.isEmpty()) {
        add(lines, BELOW, context.name() + " holds " + String.join(", ", locks), width);
      }
    }
    String circle = WaitCycle.find(unfinished, held::holds);
    if (circle != null) {
      add(lines, "", "Circular wait: " + circle + ".", width);
    }
    return lines;
  }

  private static void add(List<String> lines, String indent, String text, int width) {
    int room = Math.max(width, StoryTable.WIDTH_MIN) - indent.length();
    Plain.wrapped(Plain.line(text), room).forEach(line -> lines.add(indent + line));
  }

  private boolean isUnfinished(Context context) {
    return switch (context) {
      case Task task -> !task.isDead() && !(task.isKernelThread() && isIdle(task));
      case IrqContext irq -> events.isInHandler(irq.name());
    };
  }

  private static boolean isIdle(Task task) {
    return task.state() == TaskState.IDLE && task.waitsFor() == null;
  }

  private String where(Context context) {
    return switch (context) {
      case Task task -> where(task);
      case IrqContext irq ->
          irq.name() + " in its handler on cpu" + irq.cpu().number() + wait(irq, false) + last(irq);
    };
  }

  private String where(Task task) {
    StringBuilder text = new StringBuilder(task.name());
    text.append(" [").append(TaskState.name(task.state())).append(']');
    if (task.inUser()) {
      text.append(" in user space");
    } else if (task.syscall() != null) {
      text.append(" in ").append(task.syscall());
    }
    boolean sleeps = task.state() != TaskState.RUNNING;
    text.append(wait(task, sleeps));
    if (!sleeps) {
      IrqContext handler = WaitCycle.handlerOn(task.cpu(), unfinished);
      if (handler != null) {
        text.append(" under the handler of ").append(handler.name());
      }
      text.append(last(task));
    }
    return text.toString();
  }

  private String wait(Context context, boolean sleeps) {
    Blocker blocker = context.waitsFor();
    if (!sleeps && blocker == null) {
      return "";
    }
    String what =
        blocker == null
            ? " sleeps"
            : sleeps
                ? " waits for " + blocker.name()
                : blocker instanceof RawLock
                    ? " spins for " + blocker.name()
                    : " is awake and about to look again at " + blocker.name();
    TraceEvent since = sleeps ? events.lastWait(context.name()) : null;
    return what + (since == null ? "" : " since " + Moment.withTime(since));
  }

  private String last(Context context) {
    @Nullable TraceEvent event = events.last(context.name());
    return event == null
        ? "; the trace tells nothing of it"
        : "; last, in " + Moment.of(event) + ": " + event.happening().words();
  }
}
