package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.cli.Vfslab.Outcome;
import org.vfslab.patch.Patches;

/** {@code list}, {@code show} and {@code patches}, and what they list. */
final class ListingCommandsTest {

  private static final Path FOLDER = Path.of("src", "main", "resources", "scenarios");

  static List<String> names() {
    return BundledScenarios.NAMES;
  }

  @Test
  void list_hasEveryScenarioWithItsQuestion() {
    Outcome outcome = Vfslab.run("list");

    assertThat(outcome.status()).isZero();
    assertThat(BundledScenarios.NAMES)
        .allSatisfy(name -> assertThat(outcome.out()).contains(name + ": "))
        .hasSizeGreaterThan(4);
    assertThat(outcome.out()).contains("A freeze between the two has to wait.");
  }

  @Test
  void names_areThoseOfTheFolder() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> BundledScenarios.nameOf(String.valueOf(file.getFileName()))))
          .containsExactlyInAnyOrderElementsOf(BundledScenarios.NAMES);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void scenario_saysWhatItAsks_andCanBeRun(String name) {
    assertThat(BundledScenarios.question(name)).matches(".+[.?]");
    assertThat(Vfslab.run("check", name).out()).startsWith("ok ");
  }

  @ParameterizedTest
  @MethodSource("names")
  void show_printsTheFile(String name) throws IOException {
    assertThat(Vfslab.run("show", name).out())
        .isEqualTo(Files.readString(FOLDER.resolve(name + ".litmus")));
  }

  @Test
  void patches_areTold() {
    Outcome outcome = Vfslab.run("patches");

    assertThat(outcome.status()).isZero();
    assertThat(Patches.ALL)
        .allSatisfy(
            patch ->
                assertThat(outcome.out())
                    .contains(patch.name() + ": " + patch.title())
                    .contains("claim: " + patch.claim())
                    .contains("source: "));
  }

  @Test
  void json_listsTheSame() throws IOException {
    JsonMapper mapper = new JsonMapper();

    assertThat(mapper.readTree(Vfslab.run("list", "--json", "-").out()))
        .hasSize(BundledScenarios.NAMES.size());
    assertThat(mapper.readTree(Vfslab.run("patches", "--json", "-").out()))
        .hasSize(Patches.ALL.size());
  }
}
