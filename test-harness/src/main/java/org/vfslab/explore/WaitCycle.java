package org.vfslab.explore;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.Cpu;
import org.vfslab.machine.IrqContext;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;

/**
 * Looks for contexts that wait for each other in a circle.
 *
 * <p>Who keeps a context waiting is what the object says that it waits for. Where the object names
 * no context, as an rwsem that knows only how many readers it has, it is who has the lock of that
 * name as far as the validator knows. A task that could run waits for its CPU while that is in an
 * interrupt's handler.
 */
public final class WaitCycle {
  private final List<Context> contexts;
  private final BiPredicate<Context, Blocker> holds;
  private final List<Context> way = new ArrayList<>();
  private final Set<Context> seen = new HashSet<>();

  private record Wait(String what, List<Context> holders) {}

  private WaitCycle(List<Context> contexts, BiPredicate<Context, Blocker> holds) {
    this.contexts = contexts;
    this.holds = holds;
  }

  /**
   * A sentence about the first circle, without a full stop, or null if there is none.
   *
   * @param contexts those that have not ended
   * @param holds whether the validator knows that a context has got a lock
   */
  public static @Nullable String find(List<Context> contexts, BiPredicate<Context, Blocker> holds) {
    for (Context context : contexts) {
      WaitCycle search = new WaitCycle(contexts, holds);
      List<Context> circle = search.from(context);
      if (circle != null) {
        return search.sentence(circle);
      }
    }
    return null;
  }

  /** All of {@code contexts} that are part of some circle. */
  static List<Context> members(List<Context> contexts, BiPredicate<Context, Blocker> holds) {
    List<Context> members = new ArrayList<>();
    for (Context context : contexts) {
      List<Context> circle = new WaitCycle(contexts, holds).from(context);
      if (circle != null && circle.contains(context)) {
        members.add(context);
      }
    }
    return members;
  }

  private @Nullable List<Context> from(Context context) {
    int at = way.indexOf(context);
    if (at >= 0) {
      return List.copyOf(way.subList(at, way.size()));
    }
    Wait wait = waitOf(context);
    if (wait == null || !seen.add(context)) {
      return null;
    }
    way.add(context);
    for (Context holder : wait.holders) {
      List<Context> circle = from(holder);
      if (circle != null) {
        return circle;
      }
    }
    way.removeLast();
    return null;
  }

  private @Nullable Wait waitOf(Context context) {
    Blocker blocker = context.waitsFor();
    if (blocker != null) {
      return new Wait(blocker.name(), holders(blocker));
    }
    IrqContext handler =
        context instanceof Task task && task.state() == TaskState.RUNNING
            ? handlerOn(task.cpu(), contexts)
            : null;
    return handler == null ? null : new Wait("cpu" + handler.cpu().number(), List.of(handler));
  }

  /** The interrupt of {@code unfinished} whose handler keeps tasks from {@code cpu}, or null. */
  public static @Nullable IrqContext handlerOn(Cpu cpu, List<Context> unfinished) {
    for (Context context : unfinished) {
      if (context instanceof IrqContext irq && irq.cpu() == cpu) {
        return irq;
      }
    }
    return null;
  }

  private List<Context> holders(Blocker blocker) {
    List<String> names = blocker.holders();
    List<Context> named =
        contexts.stream().filter(context -> names.contains(context.name())).toList();
    return named.isEmpty()
        ? contexts.stream().filter(context -> holds.test(context, blocker)).toList()
        : named;
  }

  private String sentence(List<Context> circle) {
    StringBuilder text = new StringBuilder(circle.getFirst().name());
    for (int i = 0; i < circle.size(); i++) {
      Wait wait = waitOf(circle.get(i));
      if (wait != null) {
        text.append(i == 0 ? " waits for " : ", which waits for ").append(wait.what);
      }
      text.append(", held by ").append(circle.get((i + 1) % circle.size()).name());
      if (circle.size() == 1) {
        text.append(" itself");
      }
    }
    return text.toString();
  }
}
