package org.vfslab.explore;

import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;

/**
 * A question about some contexts on a machine. It is set up afresh for every execution, and must do
 * the same each time: everything that varies is asked of the machine.
 */
public interface Scenario {

  /** What the question is called. */
  String name();

  /** The machine that it needs. */
  MachineConfig machine();

  /** Makes objects and tasks on {@code machine} and returns the properties that are to hold. */
  Properties setUp(Machine machine);
}
