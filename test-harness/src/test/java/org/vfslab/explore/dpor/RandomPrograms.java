package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.vfslab.explore.dpor.Statement.How;
import org.vfslab.explore.dpor.Statement.Kind;
import org.vfslab.explore.dpor.Statement.Lock;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.MachineConfig.Granularity;

/** Makes small programs that are likely to quarrel: each keeps to a few kinds of statements. */
final class RandomPrograms {

  /** What a program is about. */
  enum Theme {
    WORDS,
    BRANCHES,
    PLAIN,
    SPIN,
    RWSEM,
    PERCPU,
    WAIT,
    IRQ,
    GATES,
    WORK,
    TIMER,
    SIGNAL,
    FREE,
    TASKS
  }

  private final Random random;
  private final List<Theme> themes = new ArrayList<>();
  private int lines;
  private int cpus;
  private int words;

  private final int larger;

  private RandomPrograms(long seed, int larger) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.larger = larger;
  }

  /** The program with this number. */
  static Program of(long seed) {
    return new RandomPrograms(seed, 0).program(List.of());
  }

  /** The program with this number among those with so many more tasks. */
  static Program larger(long seed, int tasks) {
    return new RandomPrograms(seed, tasks).program(List.of());
  }

  /** The program with this number among those of one theme. */
  static Program of(long seed, Theme theme) {
    return new RandomPrograms(seed, 0).program(List.of(theme));
  }

  private Program program(List<Theme> wanted) {
    for (int i = 0; i < 10; i++) {
      random.nextInt(); // the first numbers of near seeds are alike
    }
    themes.addAll(wanted);
    if (wanted.isEmpty()) {
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        themes.add(any(Theme.values()));
      }
    }
    boolean single = themes.size() == 1 && themes.getFirst() == Theme.WORDS;
    cpus = 1 + random.nextInt(3);
    words = 1 + random.nextInt(Bench.WORDS);
    boolean interrupts =
        themes.contains(Theme.IRQ) || themes.contains(Theme.TIMER) || themes.contains(Theme.GATES);
    List<Program.Line> irqs = new ArrayList<>();
    lines = interrupts ? 1 + random.nextInt(2) : 0;
    for (int i = 0; i < lines; i++) {
      irqs.add(
          new Program.Line(
              random.nextBoolean() ? IrqLine.Kind.HARD : IrqLine.Kind.SOFT, random.nextInt(cpus)));
    }
    List<Program.Body> tasks = new ArrayList<>();
    int count = single ? 2 + random.nextInt(3) : 2 + random.nextInt(5) / 4 + larger;
    for (int i = 0; i < count; i++) {
      tasks.add(
          new Program.Body(
              random.nextInt(cpus), body(1 + random.nextInt(single ? 4 : 3), 0, false, true)));
    }
    List<List<Statement>> works = new ArrayList<>();
    if (themes.contains(Theme.WORK)) {
      works.add(body(1 + random.nextInt(2), 1, false, false));
      works.add(body(1, 1, false, false));
    }
    List<List<Statement>> raised = new ArrayList<>();
    if (lines > 0 && random.nextInt(8) == 0) {
      raised.add(body(1 + random.nextInt(2), 1, true, false));
    }
    MachineConfig machine =
        MachineConfig.DEFAULT
            .withCpus(cpus)
            .withGranularity(random.nextInt(3) == 0 ? Granularity.WORD : Granularity.CALL)
            .withRaceDetection(themes.contains(Theme.PLAIN) || random.nextInt(4) == 0)
            .withStepsMax(2_000);
    return new Program(machine, irqs, tasks, works, raised, !single && random.nextInt(5) == 0);
  }

  private <T> T any(T[] of) {
    return of[random.nextInt(of.length)];
  }

  private List<Statement> body(int length, int depth, boolean atomic, boolean task) {
    List<Statement> statements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      statements.add(statement(depth, atomic, task));
    }
    return statements;
  }

  private Statement statement(int depth, boolean atomic, boolean task) {
    boolean shallow = depth < 2;
    Theme theme = themes.get(random.nextInt(themes.size()));
    int kind = random.nextInt(6);
    boolean maySleep = !atomic || random.nextInt(60) == 0;
    return switch (theme) {
      case WORDS -> op(Kind.READ, Kind.WRITE, Kind.ADD, Kind.CAS);
      case BRANCHES -> shallow && kind < 3 ? branch(depth, atomic, task) : word();
      case PLAIN ->
          kind < 2
              ? word()
              : op(Kind.PLAIN_READ, Kind.PLAIN_WRITE, Kind.MARKED_READ, Kind.MARKED_WRITE);
      case SPIN ->
          shallow && kind < 4
              ? section(depth, task, Lock.SPIN, Lock.SPIN_IRQ, Lock.SPIN_BH)
              : word();
      case RWSEM ->
          shallow && kind < 4 && maySleep
              ? section(
                  depth,
                  task,
                  Lock.RW_READ,
                  Lock.RW_WRITE,
                  Lock.RW_TRY_READ,
                  Lock.RW_TRY_WRITE,
                  Lock.RW_DOWNGRADE)
              : shallow && kind < 4
                  ? section(depth, task, Lock.RW_TRY_READ, Lock.RW_TRY_WRITE)
                  : word();
      case PERCPU ->
          shallow && kind < 4 && maySleep
              ? section(depth, task, Lock.PERCPU_READ, Lock.PERCPU_TRY_READ, Lock.PERCPU_WRITE)
              : shallow && kind < 3 ? section(depth, task, Lock.PERCPU_TRY_READ) : word();
      case WAIT ->
          maySleep && kind < 3
              ? op(Kind.WAIT_COMPLETION, Kind.WAIT_EVENT)
              : kind < 5
                  ? op(Kind.COMPLETE, Kind.COMPLETE_ALL, Kind.WAKE_UP, Kind.WAKE_UP_ALL)
                  : word();
      case IRQ ->
          lines > 0 && kind < (depth == 0 ? 3 : depth == 1 ? 1 : 0)
              ? later(How.RAISE, depth)
              : word();
      case GATES ->
          shallow && kind < 3
              ? section(depth, task, Lock.PREEMPT, Lock.IRQ, Lock.BH)
              : kind == 3 ? op(Kind.SPIN_UNTIL) : word();
      case WORK ->
          task && kind < 2 ? new Statement.Op(Kind.QUEUE_WORK, random.nextInt(2), 0) : word();
      case TIMER -> shallow && kind < 4 && lines > 0 ? later(How.TIMER, depth) : word();
      case SIGNAL ->
          maySleep && kind < 3
              ? op(Kind.WAIT_INTERRUPTIBLE)
              : kind < 5 ? op(Kind.SIGNAL, Kind.KILL, Kind.WAKE_UP) : word();
      case FREE -> kind < 3 ? op(Kind.USE, Kind.USE, Kind.FREE) : word();
      case TASKS ->
          task && shallow && kind < 2
              ? later(How.TASK, depth)
              : kind == 2 && maySleep ? op(Kind.RETURN) : word();
    };
  }

  private Statement word() {
    return op(Kind.READ, Kind.WRITE, Kind.ADD, Kind.CAS);
  }

  private Statement op(Kind... kinds) {
    Kind kind = any(kinds);
    return new Statement.Op(kind, random.nextInt(words), kind == Kind.CAS ? 0 : 1);
  }

  private Statement branch(int depth, boolean atomic, boolean task) {
    return new Statement.Branch(
        random.nextInt(words), random.nextInt(2), body(1, depth + 1, atomic, task));
  }

  private Statement section(int depth, boolean task, Lock... locks) {
    Lock lock = any(locks);
    return new Statement.Section(
        lock,
        random.nextInt(random.nextInt(2) + 1),
        body(1 + random.nextInt(2), depth + 1, lock.atomic || !task, task));
  }

  private Statement later(How how, int depth) {
    int number = random.nextInt(how == How.TASK ? cpus : lines);
    return new Statement.Later(
        how,
        number,
        random.nextInt(2) * 5,
        body(1 + random.nextInt(2), depth + 1, how != How.TASK, how == How.TASK));
  }
}
