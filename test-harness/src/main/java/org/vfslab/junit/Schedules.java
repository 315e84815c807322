package org.vfslab.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Replay;
import org.vfslab.report.FindingStory;
import org.vfslab.report.ModelVersion;
import org.vfslab.report.ReplayFile;
import org.vfslab.report.ReportException;

/**
 * The replay files of tests, and the commands that show them again. Such a file is a {@link
 * ReplayFile} without a litmus text, whose scenario is the class and the method.
 *
 * @param folder takes the files; made when it is needed
 */
record Schedules(Path folder) {

  /** The folder below that of the build. */
  static final Path FOLDER_DEFAULT = Path.of("target", "vfslab-replays");

  private static final String BUILD_FILE = "pom.xml";

  /** A schedule that was read and fits. */
  record Again(ReplayFile file, Finding finding, FindingStory story) {}

  // ---- writing

  /** Writes {@code failure}, and returns the lines that say how to see it again. */
  List<String> write(
      ExploredMethod test, Exploration exploration, FoundFailure failure, FindingStory story) {
    Path path = folder.resolve(test.name().replace('#', '.') + ".json").toAbsolutePath();
    try {
      Files.createDirectories(path.getParent() == null ? folder : path.getParent());
      ReplayFile.write(
          path,
          new ReplayFile(
              ModelVersion.CURRENT,
              test.name(),
              "",
              "",
              test.patches(),
              test.machine(),
              exploration.strategy(),
              failure.finding().kind(),
              failure.finding().title(),
              failure.recording(),
              story.fingerprint()));
    } catch (IOException e) {
      return List.of("The schedule could not be kept: " + e);
    } catch (ReportException e) {
      return List.of("The schedule could not be kept: " + e.getMessage());
    }
    return command(Path.of("").toAbsolutePath(), test.name(), path);
  }

  /** How to see the schedule in {@code file} again, for a JVM that works in {@code module}. */
  static List<String> command(Path module, String test, Path file) {
    String replay = "-D" + ExploreExtension.REPLAY + "=" + file;
    if (!Files.exists(module.resolve(BUILD_FILE))) {
      return List.of("To see it again, run the test with " + quoted(replay));
    }
    Path root = module;
    for (Path above = root.getParent();
        above != null && Files.exists(above.resolve(BUILD_FILE));
        above = above.getParent()) {
      root = above;
    }
    // The modules below are built along, and have no such test.
    String of =
        root.equals(module)
            ? ""
            : " -pl "
                + quoted(root.relativize(module).toString())
                + " -am -Dsurefire.failIfNoSpecifiedTests=false";
    return List.of(
        "To see it again, in " + root + ":",
        "  mvn" + of + " test " + quoted("-Dtest=" + test) + " " + quoted(replay));
  }

  private static String quoted(String word) {
    boolean plain =
        word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "+-_./=,#".indexOf(c) >= 0);
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  // ---- reading

  /**
   * Runs {@code test} as {@code fileName} has it.
   *
   * @throws AssertionError if the file is no good or does not fit the test, in a sentence
   */
  static Again again(ExploredMethod test, String fileName) {
    ReplayFile file;
    try {
      file = ReplayFile.read(Path.of(fileName));
    } catch (ReportException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    String misfit = misfit(test, file);
    if (!misfit.isEmpty()) {
      throw new AssertionError(fileName + ": " + misfit);
    }
    FindingStory story;
    try {
      story = FindingStory.of(test, file.answers());
    } catch (Replay.DivergedException e) {
      throw new AssertionError(
          fileName + ": the schedule does not fit the test any more: " + e.getMessage(), e);
    }
    if (story.unused() > 0) {
      throw new AssertionError(
          fileName
              + ": the schedule does not fit the test any more: the run has ended and "
              + story.unused()
              + " of its choices are left");
    }
    Finding finding =
        story
            .finding(file.kind(), file.title())
            .orElseThrow(
                () ->
                    new AssertionError(
                        fileName
                            + ": this schedule does not show '"
                            + file.title()
                            + "' any more; run the test without "
                            + ExploreExtension.REPLAY
                            + " to see whether another one does"));
    return new Again(file, finding, story);
  }

  /** Why {@code file} is none for {@code test}, in a sentence, or an empty string. */
  private static String misfit(ExploredMethod test, ReplayFile file) {
    if (!file.scenario().equals(test.name())) {
      return "this is a schedule of " + file.scenario() + ", not of " + test.name();
    }
    if (!file.isOfThisModel()) {
      return "this was recorded with model "
          + file.model()
          + " and does not fit model "
          + ModelVersion.CURRENT
          + "; explore the test again";
    }
    if (!file.machine().equals(test.machine()) || !file.patches().equals(test.patches())) {
      return "this was recorded when the test had another machine or other patches; explore it"
          + " again";
    }
    return "";
  }
}
