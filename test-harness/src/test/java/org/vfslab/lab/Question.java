package org.vfslab.lab;

import java.time.Duration;
import java.util.function.Function;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Scenario;
import org.vfslab.explore.Strategy;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Seams;

/**
 * A scenario in Java: the tasks of a kernel and what must hold.
 *
 * @param name what the question is called
 * @param machine the machine that it needs
 * @param seams the kernel's variant
 * @param body makes disks, files and tasks, and returns the properties
 */
record Question(String name, MachineConfig machine, Seams seams, Function<Lab, Properties> body)
    implements Scenario {

  /** No exploration of these tests takes longer, unless it went wrong. */
  private static final Limits PATIENCE =
      new Limits(Long.MAX_VALUE, Duration.ofSeconds(60), Integer.MAX_VALUE);

  /** A question about mainline, in which each call is a step. */
  static Question of(String name, Function<Lab, Properties> body) {
    return new Question(name, MachineConfig.DEFAULT, Seams.UPSTREAM, body);
  }

  /** The same about another kernel. */
  Question under(Seams others) {
    return new Question(name, machine, others, body);
  }

  /** The same with each access to a word as a step. */
  Question byWord() {
    return new Question(name, machine.withGranularity(MachineConfig.Granularity.WORD), seams, body);
  }

  @Override
  public Properties setUp(Machine on) {
    return body.apply(new Lab(on, seams));
  }

  /** Every way in which conflicting steps can be ordered. */
  Exploration dpor() {
    return explore(new OptimalDpor());
  }

  /** Every schedule. */
  Exploration dfs() {
    return explore(new DepthFirst());
  }

  private Exploration explore(Strategy strategy) {
    return new Explorer(this, PATIENCE, Observer.NONE).explore(strategy);
  }
}
