package org.vfslab.explore;

import java.util.function.Function;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Timer;

/**
 * A scenario of a few lines.
 *
 * @param name what the question is called
 * @param machine the machine that it needs
 * @param body makes the tasks and returns the properties
 */
public record Toy(String name, MachineConfig machine, Function<Machine, Properties> body)
    implements Scenario {

  /** Two CPUs; each access to a word is a step. */
  public static final MachineConfig WORD =
      MachineConfig.DEFAULT
          .withGranularity(MachineConfig.Granularity.WORD)
          .withStepsMax(20_000)
          .withHangAfterNs(5_000_000_000L);

  /** A scenario on two CPUs in which each access to a word is a step. */
  public static Toy word(String name, Function<Machine, Properties> body) {
    return new Toy(name, WORD, body);
  }

  @Override
  public Properties setUp(Machine on) {
    return body.apply(on);
  }

  /** Explores until the first finding. */
  public Exploration explore(Strategy strategy) {
    return new Explorer(this).explore(strategy);
  }

  /** Runs it once; who runs goes on, and otherwise the first that can. */
  public Execution once() {
    return Execution.run(this, first());
  }

  /** Lets who runs go on, and otherwise takes the first that can. */
  public static Chance first() {
    DepthFirst leftmost = new DepthFirst(0);
    leftmost.begin();
    return leftmost;
  }

  /**
   * Sleeps until so much virtual time has passed; so a script can say what comes after what, as
   * time passes only while everybody else sleeps too.
   */
  public static void sleepUntil(Machine machine, IrqLine line, long timeNs) {
    Completion over = new Completion(machine, "sleep");
    new Timer(machine, line, over::complete).start(timeNs - machine.nowNs());
    over.waitForCompletion();
  }
}
