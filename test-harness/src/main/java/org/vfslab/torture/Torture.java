package org.vfslab.torture;

import org.vfslab.machine.MachineConfig;

/** A lock that can be tortured. */
public interface Torture {

  /** How the command line calls it ({@code torture_type}). */
  String name();

  /** What is done to it, in a line. */
  String about();

  /** The machine that it needs. */
  default MachineConfig machine(MachineConfig usual) {
    return usual;
  }

  /** Makes the lock, and the writers and readers that {@code torture} asks for. */
  void setUp(LockTorture torture);
}
