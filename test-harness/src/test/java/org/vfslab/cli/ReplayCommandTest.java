package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfslab.cli.Vfslab.Outcome;

final class ReplayCommandTest {

  @TempDir private Path folder;

  private String file;
  private Outcome explored;

  @BeforeEach
  void explore() {
    file = folder.resolve("finding.json").toString();
    explored =
        Vfslab.run("explore", "freeze-waits-for-aio", "-p", "pre-4.10-aio-freeze", "--out", file);
  }

  private Outcome refusedAfter(String from, String to) throws IOException {
    Path changed = folder.resolve("changed.json");
    String text = Files.readString(Path.of(file));
    assertThat(text).containsPattern(from);
    Files.writeString(changed, text.replaceFirst(from, to));
    Outcome outcome = Vfslab.run("replay", changed.toString());
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    return outcome;
  }

  @Test
  void replay_tellsTheSameStory() {
    Outcome outcome = Vfslab.run("replay", file);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.story()).hasSizeGreaterThan(20).isEqualTo(explored.story());
  }

  @Test
  void replay_ofAnyWidth_tellsWhatExploreTellsInIt() {
    Outcome wide =
        Vfslab.run(
            "explore",
            "freeze-waits-for-aio",
            "-p",
            "pre-4.10-aio-freeze",
            "--out",
            file,
            "--width",
            "150",
            "--verbose");

    assertThat(Vfslab.run("replay", file, "--width", "150", "--verbose").story())
        .isEqualTo(wide.story())
        .isNotEqualTo(explored.story());
  }

  @Test
  void replay_ofASplat_repeatsItsText() {
    Outcome outcome = Vfslab.run("explore", "rwsem-return-to-user", "--out", file);

    assertThat(outcome.story())
        .anyMatch(line -> line.contains("is leaving the kernel with locks still held!"));
    Outcome replayed = Vfslab.run("replay", file);
    assertThat(replayed.out()).contains("is leaving the kernel with locks still held!");
    assertThat(outcome.story()).containsAll(replayed.story());
  }

  @Test
  void json_saysWhetherItShowsAgain() throws IOException {
    JsonNode tree = new JsonMapper().readTree(Vfslab.run("replay", file, "--json", "-").out());

    assertThat(tree.path("verdict").asText()).isEqualTo("violated");
    assertThat(tree.path("findings")).hasSize(1);
  }

  @Test
  void otherTitle_isNotFoundAgain() throws IOException {
    Path changed = folder.resolve("changed.json");
    Files.writeString(
        changed,
        Files.readString(Path.of(file)).replaceFirst("\"title\": \"", "\"title\": \"not "));

    Outcome outcome = Vfslab.run("replay", changed.toString());

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("Not found again: violation: not never frozen");
  }

  @Test
  void otherModel_isRefused() throws IOException {
    assertThat(refusedAfter("\"model\": \"[^\"]*\"", "\"model\": \"0.0.7\"").err())
        .contains("this was recorded with model 0.0.7 and does not fit model");
  }

  @Test
  void otherFingerprint_isRefused() throws IOException {
    assertThat(refusedAfter("\"fingerprint\": \"....", "\"fingerprint\": \"zzzz").err())
        .contains("the recording does not fit any more: the run went another way");
  }

  @Test
  void missingAnswers_areRefused() throws IOException {
    assertThat(refusedAfter("(?s)\"answers\": \\[.*\\]", "\"answers\": [0]").err())
        .contains("the recording does not fit any more: the recording has 1 choices");
  }

  @Test
  void otherScenario_isRefused() throws IOException {
    assertThat(refusedAfter("io_getevents\\(w\\)", "io_getvents(w)").err())
        .contains("there is no step 'io_getvents'");
  }

  @Test
  void otherPatch_isRefused() throws IOException {
    assertThat(refusedAfter("pre-4.10-aio-freeze", "gone").err())
        .contains("there is no patch 'gone'");
  }
}
