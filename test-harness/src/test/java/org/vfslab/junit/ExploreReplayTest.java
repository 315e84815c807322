package org.vfslab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfslab.report.ReplayFile;

/** A failure can be seen again, and only in the test that it was of. */
final class ExploreReplayTest {

  private static final Class<?> SAMPLE = Samples.Outcomes.class;

  @TempDir Path folder;

  /** Lets a sample fail and returns its replay file. */
  private Path failed(Class<?> sample, String method) {
    SampleRun.of(sample, method, folder).failure();
    return folder.resolve(sample.getName() + "." + method + ".json");
  }

  private String again(Class<?> sample, String method, Path file) {
    return SampleRun.replay(sample, method, folder, file.toString()).failure();
  }

  /** The refusal of a replay file of {@code deadlock} that was changed, without the file's name. */
  private String refusal(UnaryOperator<String> change) throws IOException {
    Path file = failed(SAMPLE, "deadlock");
    String before = Files.readString(file);
    String after = change.apply(before);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(file, after);
    String message = again(SAMPLE, "deadlock", file);
    assertThat(message).startsWith(file + ": ").doesNotContain("\n");
    return message.substring((file + ": ").length());
  }

  /** What a message tells between its head and its end. */
  private static List<String> story(String message) {
    List<String> lines = message.lines().toList();
    return lines.subList(lines.indexOf(""), lines.size()).stream()
        .filter(line -> !line.startsWith("To see it again") && !line.startsWith("  mvn"))
        .toList();
  }

  @Test
  void replay_tellsTheSameStory() {
    String first = SampleRun.of(SAMPLE, "deadlock", folder).failure();
    Path file = folder.resolve(SAMPLE.getName() + ".deadlock.json");
    String second = again(SAMPLE, "deadlock", file);

    assertThat(second)
        .startsWith("deadlock: deadlock of t1, t2\nin the schedule of " + file + "\n\n");
    assertThat(String.join("\n", story(first)).strip())
        .isEqualTo(String.join("\n", story(second)).strip());
  }

  @Test
  void replay_ofEverySampleThatFails_fits() {
    for (String method : List.of("violation", "livelock", "taskThrows")) {
      assertThat(again(SAMPLE, method, failed(SAMPLE, method)))
          .contains("in the schedule of ")
          .doesNotContain("not quite the recorded one");
    }
    Class<?> frozen = Samples.Frozen.class;
    assertThat(again(frozen, "before410AsIfItHeld", failed(frozen, "before410AsIfItHeld")))
        .startsWith("violation: nothing is written while frozen\nin the schedule of ");
    Class<?> inner = Samples.Surroundings.Inner.class;
    assertThat(again(inner, "deadlock", failed(inner, "deadlock")))
        .startsWith("deadlock: deadlock of t1, t2\nin the schedule of ");
  }

  @Test
  void replayFile_namesTheTest() {
    ReplayFile file = ReplayFile.read(failed(SAMPLE, "deadlock"));
    assertThat(file.scenario()).isEqualTo(SAMPLE.getName() + "#deadlock");
    assertThat(file.litmusText()).isEmpty();
    assertThat(file.strategy()).isEqualTo("dpor");
  }

  @Test
  void replayFile_thatCannotBeWritten_leavesTheStory() throws IOException {
    Path taken = Files.createFile(folder.resolve("file"));
    assertThat(SampleRun.of(SAMPLE, "deadlock", taken).failure())
        .startsWith("deadlock: deadlock of t1, t2\n")
        .contains("Circular wait", "The schedule could not be kept: ");
  }

  @Test
  void replay_inAnotherTest_isRefused() {
    Path file = failed(SAMPLE, "deadlock");
    assertThat(again(SAMPLE, "violation", file))
        .isEqualTo(
            "%s: this is a schedule of %s#deadlock, not of %s#violation"
                .formatted(file, SAMPLE.getName(), SAMPLE.getName()));
  }

  @Test
  void replay_ofNoFile_isRefused() {
    assertThat(again(SAMPLE, "deadlock", folder.resolve("none.json")))
        .isEqualTo(folder.resolve("none.json") + ": there is no such file");
  }

  @Test
  void replay_ofANewerFormat_isRefused() throws IOException {
    assertThat(refusal(json -> json.replace("\"format\": 1", "\"format\": 99")))
        .startsWith("written by a newer vfslab (format 99;");
  }

  @Test
  void replay_ofAnotherModel_isRefused() throws IOException {
    assertThat(refusal(json -> json.replaceFirst("\"model\": \"[^\"]*\"", "\"model\": \"0.0\"")))
        .startsWith("this was recorded with model 0.0 and does not fit model ");
  }

  @Test
  void replay_onAnotherMachine_isRefused() throws IOException {
    assertThat(refusal(json -> json.replace("\"cpus\": 2", "\"cpus\": 3")))
        .startsWith("this was recorded when the test had another machine or other patches;");
  }

  @Test
  void replay_ofTooFewChoices_isRefused() throws IOException {
    assertThat(refusal(json -> json.replaceFirst("(?s)\"answers\": \\[.*]", "\"answers\": []")))
        .isEqualTo(
            "the schedule does not fit the test any more: the recording has 0 choices and the run"
                + " asks for another one");
  }

  @Test
  void replay_ofTooManyChoices_isRefused() throws IOException {
    assertThat(refusal(json -> json.replaceFirst("\"answers\": \\[", "\"answers\": [0,0,0,0,0,")))
        .startsWith("the schedule does not fit the test any more: the run has ended and ");
  }

  @Test
  void replay_thatNoLongerShowsTheFinding_isRefused() throws IOException {
    assertThat(refusal(json -> json.replace("deadlock of t1, t2", "deadlock of t1, t3")))
        .isEqualTo(
            "this schedule does not show 'deadlock of t1, t3' any more; run the test without"
                + " vfslab.replay to see whether another one does");
  }

  @Test
  void replay_ofAnotherTrace_saysSo() throws IOException {
    Path file = failed(SAMPLE, "deadlock");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceFirst("\"fingerprint\": \"[^\"]*\"", "\"fingerprint\": \"0\""));
    assertThat(again(SAMPLE, "deadlock", file)).contains("not quite the recorded one");
  }

  // ---- the command

  private static final Path FILE = Path.of("/tmp/my replays/X.json");

  @Test
  void command_ofAModule_buildsWhatIsBelow() throws IOException {
    Path module = Files.createDirectories(folder.resolve("root/parts/module"));
    Files.createFile(folder.resolve("root/pom.xml"));
    Files.createFile(folder.resolve("root/parts/pom.xml"));
    Files.createFile(module.resolve("pom.xml"));
    assertThat(Schedules.command(module, "org.X$Inner#test", FILE))
        .containsExactly(
            "To see it again, in " + folder.resolve("root") + ":",
            "  mvn -pl parts/module -am -Dsurefire.failIfNoSpecifiedTests=false test"
                + " '-Dtest=org.X$Inner#test' '-Dvfslab.replay=/tmp/my replays/X.json'");
  }

  @Test
  void command_ofAProjectWithoutModules_isPlain() throws IOException {
    Files.createFile(folder.resolve("pom.xml"));
    assertThat(Schedules.command(folder, "org.X#test", Path.of("/tmp/X.json")))
        .containsExactly(
            "To see it again, in " + folder + ":",
            "  mvn test -Dtest=org.X#test -Dvfslab.replay=/tmp/X.json");
  }

  @Test
  void command_withoutMaven_namesTheParameter() {
    assertThat(Schedules.command(folder, "org.X#test", FILE))
        .containsExactly(
            "To see it again, run the test with '-Dvfslab.replay=/tmp/my replays/X.json'");
  }
}
