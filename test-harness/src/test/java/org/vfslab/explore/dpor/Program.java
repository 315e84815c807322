package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Scenario;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;

/**
 * A random program.
 *
 * @param machine where it runs
 * @param lines the interrupt lines
 * @param tasks what the tasks do; at least one
 * @param works what the pieces of work do
 * @param raised what interrupts that are pending at the start do; on line 0
 * @param watched whether it is watched that words 0 and 1 are never both 1
 */
record Program(
    MachineConfig machine,
    List<Line> lines,
    List<Body> tasks,
    List<List<Statement>> works,
    List<List<Statement>> raised,
    boolean watched)
    implements Scenario {

  /** An interrupt line. */
  record Line(IrqLine.Kind kind, int cpu) {}

  /** A task and its CPU. */
  record Body(int cpu, List<Statement> statements) {}

  @Override
  public String name() {
    return "random";
  }

  @Override
  public Properties setUp(Machine on) {
    Bench bench = new Bench(this, on);
    for (int i = 0; i < tasks.size(); i++) {
      Body body = tasks.get(i);
      bench.task("t" + i, on.cpu(body.cpu), body.statements);
    }
    for (List<Statement> handler : raised) {
      bench.raise(0, handler);
    }
    return bench;
  }

  /** All programs that are a little smaller. */
  List<Program> smaller() {
    List<Program> all = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Body body = tasks.get(i);
      if (tasks.size() > 1) {
        List<Body> fewer = new ArrayList<>(tasks);
        fewer.remove(i);
        all.add(withTasks(fewer));
      }
      for (List<Statement> less : shorter(body.statements)) {
        List<Body> changed = new ArrayList<>(tasks);
        changed.set(i, new Body(body.cpu, less));
        all.add(withTasks(changed));
      }
    }
    for (int i = 0; i < works.size(); i++) {
      for (List<Statement> less : shorter(works.get(i))) {
        List<List<Statement>> changed = new ArrayList<>(works);
        changed.set(i, less);
        all.add(new Program(machine, lines, tasks, changed, raised, watched));
      }
    }
    for (int i = 0; i < raised.size(); i++) {
      List<List<Statement>> fewer = new ArrayList<>(raised);
      fewer.remove(i);
      all.add(new Program(machine, lines, tasks, works, fewer, watched));
      for (List<Statement> less : shorter(raised.get(i))) {
        List<List<Statement>> changed = new ArrayList<>(raised);
        changed.set(i, less);
        all.add(new Program(machine, lines, tasks, works, changed, watched));
      }
    }
    if (watched) {
      all.add(new Program(machine, lines, tasks, works, raised, false));
    }
    if (machine.raceDetection()) {
      all.add(new Program(machine.withRaceDetection(false), lines, tasks, works, raised, watched));
    }
    return all;
  }

  private Program withTasks(List<Body> changed) {
    return new Program(machine, lines, changed, works, raised, watched);
  }

  private static List<List<Statement>> shorter(List<Statement> statements) {
    List<List<Statement>> all = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      List<Statement> without = new ArrayList<>(statements);
      Statement gone = without.remove(i);
      all.add(without);
      List<Statement> body = body(gone);
      if (!(gone instanceof Statement.Later) && !body.isEmpty()) {
        List<Statement> bare = new ArrayList<>(without);
        bare.addAll(i, body);
        all.add(bare);
      }
      for (List<Statement> less : shorter(body)) {
        List<Statement> changed = new ArrayList<>(statements);
        changed.set(i, with(gone, less));
        all.add(changed);
      }
    }
    return all;
  }

  private static List<Statement> body(Statement statement) {
    return switch (statement) {
      case Statement.Op op -> List.of();
      case Statement.Branch branch -> branch.body();
      case Statement.Section section -> section.body();
      case Statement.Later later -> later.body();
    };
  }

  private static Statement with(Statement statement, List<Statement> body) {
    return switch (statement) {
      case Statement.Op op -> op;
      case Statement.Branch branch -> new Statement.Branch(branch.word(), branch.value(), body);
      case Statement.Section section ->
          new Statement.Section(section.lock(), section.number(), body);
      case Statement.Later later ->
          new Statement.Later(later.how(), later.number(), later.delay(), body);
    };
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(machine.cpus()).append(" cpus, ").append(machine.granularity());
    text.append(machine.raceDetection() ? ", races" : "").append(watched ? ", watched" : "");
    text.append('\n').append("lines ").append(lines).append('\n');
    for (int i = 0; i < tasks.size(); i++) {
      text.append("t").append(i).append(" on ").append(tasks.get(i).cpu).append('\n');
      append(text, tasks.get(i).statements, 1);
    }
    for (int i = 0; i < works.size(); i++) {
      text.append("work ").append(i).append('\n');
      append(text, works.get(i), 1);
    }
    for (List<Statement> handler : raised) {
      text.append("raised at the start\n");
      append(text, handler, 1);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, List<Statement> statements, int depth) {
    for (Statement statement : statements) {
      text.repeat("  ", depth);
      switch (statement) {
        case Statement.Op op ->
            text.append(op.kind()).append(' ').append(op.a()).append(' ').append(op.b());
        case Statement.Branch branch ->
            text.append("IF ").append(branch.word()).append(" == ").append(branch.value());
        case Statement.Section section ->
            text.append(section.lock()).append(' ').append(section.number());
        case Statement.Later later ->
            text.append(later.how())
                .append(' ')
                .append(later.number())
                .append(" after ")
                .append(later.delay());
      }
      text.append('\n');
      append(text, body(statement), depth + 1);
    }
  }
}
