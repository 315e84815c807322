package org.vfslab.explore;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;

/**
 * What a finding tells of, whatever the schedule was that showed it: the property that is broken;
 * who waits for what; the classes of the locks in a splat; who shares the data of a race. Numbers
 * of tasks, addresses, steps, and the order in which things are listed do not count.
 */
final class Essence {

  /** As the kernel names a task: {@code writer/1234}. A number alone tells tasks apart. */
  private static final Pattern PID = Pattern.compile("(?<=[\\w\\])])/\\d+(?!:)\\b");

  /** The worker of a work: which one of them it is depends on who was idle. */
  private static final Pattern WORKER = Pattern.compile("\\bkworker/\\d+:\\d+\\b");

  private static final Pattern ADDRESS =
      Pattern.compile("\\b(?:0x[0-9a-f]+|(?=[a-f]*\\d)[0-9a-f]{12,16})\\b");
  private static final Pattern STEP = Pattern.compile("\\bstep \\d+\\b");

  /** What is added to the title of a bug to say how a lock looked at that moment. */
  private static final Pattern STATE = Pattern.compile(", whose state is .*");

  /** As lockdep names the class of a lock: {@code (i_rwsem){++++}-{4:4}}. */
  private static final Pattern LOCK_CLASS = Pattern.compile("\\(([^()]+)\\)\\{");

  /** A line of a list of held locks, many of which have nothing to do with the matter. */
  private static final Predicate<String> IS_HELD_LOCK =
      Pattern.compile("^\\s*#\\d+: ").asPredicate();

  private static final Pattern RACE =
      Pattern.compile("(data race on .*): (.*) (?:reads|writes) it, and .* its use by (.*)");

  private Essence() {}

  /** The essence of what the machine reported, or of a broken property. */
  static String of(Finding.Kind kind, String title, String text) {
    return switch (kind) {
      case VIOLATION -> title;
      case SPLAT -> plain(title) + lockClasses(text);
      case RACE -> race(title, text);
      case USE_AFTER_FREE, ATOMIC_SLEEP, BUG, DEADLOCK, LIVELOCK -> plain(title);
    };
  }

  /** {@code text} without the numbers that depend on the schedule. */
  static String plain(String text) {
    String named = WORKER.matcher(text).replaceAll("kworker");
    named = PID.matcher(named).replaceAll("");
    named = ADDRESS.matcher(named).replaceAll("*");
    named = STATE.matcher(named).replaceAll("");
    return STEP.matcher(named).replaceAll("step *");
  }

  private static String lockClasses(String text) {
    List<String> lines = text.lines().toList();
    SortedSet<String> classes = lockClasses(lines.stream().filter(IS_HELD_LOCK.negate()));
    return " " + (classes.isEmpty() ? lockClasses(lines.stream()) : classes);
  }

  private static SortedSet<String> lockClasses(Stream<String> lines) {
    return lines
        .flatMap(line -> LOCK_CLASS.matcher(line).results())
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String race(String title, String text) {
    Matcher race = RACE.matcher(plain(text));
    return race.matches()
        ? race.group(1) + " " + new TreeSet<>(List.of(race.group(2), race.group(3)))
        : plain(title);
  }

  /**
   * The essence of a hang: who waits for what. If some wait in a circle, only they count, and not
   * those who came later and wait for them.
   */
  static String ofHang(Machine machine, List<Task> hung) {
    Lockdep lockdep = Lockdep.off(machine);
    List<Context> unfinished =
        machine.contexts().stream()
            .filter(context -> hung.contains(context) || context.waitsFor() != null)
            .toList();
    List<Context> circle =
        WaitCycle.members(unfinished, (context, blocker) -> holds(lockdep, context, blocker));
    return (circle.isEmpty() ? List.<Context>copyOf(hung) : circle)
        .stream().map(Essence::wait).sorted().collect(Collectors.joining("; "));
  }

  private static String wait(Context context) {
    Blocker blocker = context.waitsFor();
    String call =
        context instanceof Task task && task.syscall() != null ? " in " + task.syscall() : "";
    return plain(
        context.name() + call + (blocker == null ? " sleeps" : " waits for " + blocker.name()));
  }

  /** Whether {@code context} has got the lock; the validator is told before it is got. */
  private static boolean holds(Lockdep lockdep, Context context, Blocker blocker) {
    Predicate<String> isOfLock =
        name -> name.equals(blocker.name()) || name.startsWith(blocker.name() + " (");
    List<String> names = lockdep.heldBy(context);
    long holds = names.stream().filter(isOfLock).count();
    Blocker awaited = context.waitsFor();
    boolean isAwaited =
        awaited != null
            && awaited.name().equals(blocker.name())
            && !names.isEmpty()
            && isOfLock.test(names.getLast());
    return holds > (isAwaited ? 1 : 0);
  }
}
