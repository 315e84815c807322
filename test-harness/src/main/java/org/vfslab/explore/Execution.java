package org.vfslab.explore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Report;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.trace.TraceEvent;

/**
 * One run of a scenario and what it showed.
 *
 * @param result how the run ended
 * @param findings what was wrong, in the order of finding
 * @param properties the scenario's properties, which can still be asked about the final state
 * @param machine the machine that ran
 */
public record Execution(
    RunResult result, List<Finding> findings, Properties properties, Machine machine) {

  /** Runs {@code scenario} on a deterministic machine, as {@code chance} has it. */
  public static Execution run(Scenario scenario, Chance chance) {
    return run(scenario, Machine.deterministic(scenario.machine(), chance), null, null);
  }

  /** The same, but ends as soon as the machine has reported {@code finding}. */
  static Execution until(Finding finding, Scenario scenario, Chance chance) {
    return run(scenario, Machine.deterministic(scenario.machine(), chance), null, finding);
  }

  /** Runs {@code scenario} as {@code chance} has it, and adds what happens to {@code trace}. */
  public static Execution traced(Scenario scenario, Chance chance, List<TraceEvent> trace) {
    return run(scenario, Machine.deterministic(scenario.machine(), chance), trace, null);
  }

  /** Runs {@code scenario} on real threads. */
  public static Execution live(Scenario scenario) {
    return run(scenario, Machine.live(scenario.machine()), null, null);
  }

  private static Execution run(
      Scenario scenario,
      Machine machine,
      @Nullable List<TraceEvent> trace,
      @Nullable Finding until) {
    Properties properties = scenario.setUp(machine);
    List<Finding> broken = new ArrayList<>(0);
    if (properties.watchesSteps() || until != null) {
      machine.afterEachStep(
          () -> {
            if (until != null && isReported(until, machine)) {
              machine.stop();
            }
            if (!properties.watchesSteps() || !properties.visibleChange()) {
              return;
            }
            machine.visibleChange();
            String sentence = properties.afterStep();
            if (sentence != null && broken.isEmpty()) {
              broken.add(new Finding(Finding.Kind.VIOLATION, sentence, sentence));
              machine.stop();
            }
          });
    }
    if (trace != null) {
      machine.traceTo(trace::add);
    }
    RunResult result = machine.run();
    return new Execution(
        result, findings(machine, properties, result, broken), properties, machine);
  }

  private static List<Finding> findings(
      Machine machine, Properties properties, RunResult result, List<Finding> broken) {
    List<Finding> findings = broken;
    for (Report report : machine.reports()) {
      findings.add(finding(report));
    }
    switch (result.outcome()) {
      case DEADLOCK -> findings.add(deadlock(machine, result.hung()));
      case STEP_LIMIT ->
          findings.add(
              new Finding(
                  Finding.Kind.LIVELOCK,
                  "no end after " + machine.config().stepsMax() + " steps",
                  "The run was given up after "
                      + machine.config().stepsMax()
                      + " steps: most likely a context loops without waiting for anything."));
      case DONE -> {
        String sentence = properties.atEnd(result);
        if (sentence != null) {
          findings.add(new Finding(Finding.Kind.VIOLATION, sentence, sentence));
        }
      }
      case FAULT, STOPPED -> {}
    }
    return findings;
  }

  private static boolean isReported(Finding finding, Machine machine) {
    for (Report report : machine.reports()) {
      if (finding(report).sameAs(finding)) {
        return true;
      }
    }
    return false;
  }

  private static Finding finding(Report report) {
    return new Finding(kindOf(report), report.title(), report.text());
  }

  private static Finding.Kind kindOf(Report report) {
    return switch (report.kind()) {
      case LOCKDEP -> Finding.Kind.SPLAT;
      case DATA_RACE -> Finding.Kind.RACE;
      case USE_AFTER_FREE -> Finding.Kind.USE_AFTER_FREE;
      case ATOMIC_SLEEP -> Finding.Kind.ATOMIC_SLEEP;
      case BUG, MODEL_ERROR -> Finding.Kind.BUG;
      case PROPERTY -> Finding.Kind.VIOLATION;
    };
  }

  private static Finding deadlock(Machine machine, List<Task> hung) {
    StringBuilder text = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (Task task : hung) {
      names.add(task.name());
      Blocker blocker = task.waitsFor();
      text.append(text.isEmpty() ? "" : "\n").append(task.name());
      if (task.syscall() != null) {
        text.append(" in ").append(task.syscall());
      }
      if (blocker == null) {
        text.append(" sleeps");
      } else {
        text.append(" waits for ").append(blocker.name());
        List<String> holders = blocker.holders();
        if (!holders.isEmpty()) {
          text.append(", held by ").append(String.join(" and ", holders));
        }
        text.append("  [").append(blocker.describe()).append(']');
      }
    }
    return new Finding(
        Finding.Kind.DEADLOCK,
        "deadlock of " + String.join(", ", names),
        text.toString(),
        Essence.ofHang(machine, hung));
  }
}
