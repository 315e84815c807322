package org.vfslab.bench;

import java.util.function.Consumer;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Scenario;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;

/**
 * A scenario without properties: only how it is explored is of interest.
 *
 * @param name how it is called
 * @param machine the machine that it needs
 * @param body makes objects and tasks
 */
record Program(String name, MachineConfig machine, Consumer<Machine> body) implements Scenario {

  @Override
  public Properties setUp(Machine on) {
    body.accept(on);
    return Properties.NONE;
  }
}
