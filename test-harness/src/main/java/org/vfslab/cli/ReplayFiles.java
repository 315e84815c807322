package org.vfslab.cli;

import java.nio.file.Path;
import org.vfslab.explore.FoundFailure;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.report.FindingStory;
import org.vfslab.report.ModelVersion;
import org.vfslab.report.ReplayFile;

/** Where the recordings of findings go. */
final class ReplayFiles {

  /** The folder of the current directory that takes them if nothing is said. */
  static final String FOLDER = "replays";

  private static final String SUFFIX = ".json";

  /** What the user typed to start the program; set by the launcher. */
  private static final String PROGRAM_PROPERTY = "vfslab.program";

  private ReplayFiles() {}

  /**
   * The file of one finding: the scenario, the patches, and a number from the second finding on.
   *
   * @param number counted from 0
   */
  static Path path(Path folder, LitmusScenario scenario, int number) {
    Path file = Path.of(scenario.file().source().fileName()).getFileName();
    StringBuilder name =
        new StringBuilder(BundledScenarios.nameOf(file == null ? "scenario" : file.toString()));
    for (String patch : ScenarioHeader.patches(scenario)) {
      name.append('+').append(patch);
    }
    if (number > 0) {
      name.append('.').append(number + 1);
    }
    return folder.resolve(name.append(SUFFIX).toString());
  }

  /** Writes the recording of {@code failure}, which {@code story} tells. */
  static void write(
      Path path,
      LitmusScenario scenario,
      String strategy,
      FoundFailure failure,
      FindingStory story) {
    ReplayFile.write(
        path,
        new ReplayFile(
            ModelVersion.CURRENT,
            scenario.name(),
            scenario.file().source().fileName(),
            scenario.file().source().text(),
            ScenarioHeader.patches(scenario),
            scenario.machine(),
            strategy,
            failure.finding().kind(),
            failure.finding().title(),
            failure.recording(),
            story.fingerprint()));
  }

  /** The command that shows a recording again, to be pasted into a shell. */
  static String command(Path path) {
    return quoted(System.getProperty(PROGRAM_PROPERTY, "vfslab")) + " replay " + quoted(path + "");
  }

  private static String quoted(String word) {
    boolean plain =
        word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "+-_./=,".indexOf(c) >= 0);
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
