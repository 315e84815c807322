package org.vfslab.cli;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.MachineConfig.Granularity;
import org.vfslab.report.ResultJson;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of all commands that run a scenario. */
final class ScenarioOptions {

  @Parameters(
      paramLabel = "SCENARIO",
      description =
          "A litmus file, or the name of a bundled scenario: NAME, NAME.litmus or"
              + " scenarios/NAME.litmus. A file of that name goes first.")
  private String scenario;

  @Option(
      names = {"-p", "--patch"},
      paramLabel = "PATCH",
      split = ",",
      description =
          "Apply a patch to mainline; may be repeated. 'vfslab patches' lists them, 'upstream' is"
              + " none.")
  private List<String> patches = new ArrayList<>();

  @Option(
      names = "--granularity",
      paramLabel = "call|word",
      description =
          "What one step is: an operation of a lock (call, the default), for questions about what"
              + " is built from locks; or an access to one shared word (word), for questions about"
              + " a lock.")
  private Granularity granularity = Granularity.CALL;

  @Option(
      names = "--steps-max",
      paramLabel = "N",
      description =
          "Take an execution for a livelock after so many steps (default: ${DEFAULT-VALUE}).")
  private long stepsMax = MachineConfig.DEFAULT.stepsMax();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write the result as JSON to FILE; '-' is the standard output, on which then nothing else"
              + " is printed.")
  private String json = "";

  /** The scenario, compiled for {@code machine}. */
  LitmusScenario compile(MachineConfig machine) {
    Values.require("--steps-max", stepsMax, 1, Long.MAX_VALUE);
    OutputFiles.requireWritable(json);
    return LitmusScenario.compile(
        ScenarioFiles.find(scenario),
        ScenarioFiles.patches(patches),
        machine.withGranularity(granularity).withStepsMax(stepsMax));
  }

  /** The name of the file for the result, {@value ResultJson#STANDARD_OUTPUT}, or empty. */
  String json() {
    return json;
  }
}
