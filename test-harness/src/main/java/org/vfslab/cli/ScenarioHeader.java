package org.vfslab.cli;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Patch;

/** The first lines of a result: which question was asked, of which kernel, on which machine. */
final class ScenarioHeader {

  private ScenarioHeader() {}

  /**
   * The lines.
   *
   * @param schedules how schedules are picked, in words
   */
  static List<String> lines(LitmusScenario scenario, String schedules) {
    List<String> lines = new ArrayList<>();
    lines.add(scenario.name());
    lines.add("  scenario   " + scenario.file().source().fileName());
    if (scenario.patches().isEmpty()) {
      lines.add("  kernel     upstream");
    }
    for (Patch patch : scenario.patches()) {
      lines.add("  patch      " + patch.name() + ": " + patch.title());
    }
    lines.add("  machine    " + machine(scenario.machine()));
    lines.add("  schedules  " + schedules);
    return lines;
  }

  private static String machine(MachineConfig machine) {
    return Values.count(machine.cpus(), "CPU", "CPUs")
        + switch (machine.granularity()) {
          case CALL -> ", each operation of a lock is one step";
          case WORD -> ", each access to a shared word is one step";
        };
  }

  /** The names of the patches, as results have them. */
  static List<String> patches(LitmusScenario scenario) {
    return scenario.patches().stream().map(Patch::name).toList();
  }
}
