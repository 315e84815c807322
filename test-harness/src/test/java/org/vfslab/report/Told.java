package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Replay;
import org.vfslab.explore.Scenario;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.trace.TraceEvent;

/** The first failure of a real scenario, found, shortened and run once more for its trace. */
final class Told implements Scenario {
  private final MachineConfig config;
  private final Function<Lockdep, Properties> setUp;
  private final FoundFailure failure;
  private final List<TraceEvent> trace = new ArrayList<>();
  private final Machine machine;
  private Lockdep lockdep;

  /** Finds the first failure of what {@code setUp} makes on the machine of the validator. */
  Told(MachineConfig config, Function<Lockdep, Properties> setUp) {
    this.config = config;
    this.setUp = setUp;
    this.lockdep = Lockdep.withoutProving(Machine.deterministic(config, new DepthFirst()));
    Explorer explorer = new Explorer(this);
    this.failure = explorer.shorten(explorer.explore(new DepthFirst()).failures().getFirst());
    this.machine = Execution.traced(this, new Replay(failure.recording()), trace).machine();
  }

  @Override
  public String name() {
    return "told";
  }

  @Override
  public MachineConfig machine() {
    return config;
  }

  @Override
  public Properties setUp(Machine newMachine) {
    lockdep = Lockdep.withoutProving(newMachine);
    return setUp.apply(lockdep);
  }

  FoundFailure failure() {
    return failure;
  }

  List<TraceEvent> trace() {
    return trace;
  }

  /** The table and the lines behind it, as a user gets them. */
  List<String> lines(int width, StoryTable.Detail detail) {
    List<String> lines =
        new ArrayList<>(
            StoryTable.of(machine)
                .withWidth(width)
                .withDetail(detail)
                .lines(trace, failure.finding().title()));
    lines.addAll(whoWaits(width));
    return lines;
  }

  List<String> whoWaits(int width) {
    return new WhoWaits(machine, trace, lockdep::heldBy).lines(width);
  }
}
