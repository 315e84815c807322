package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.Pct;
import org.vfslab.explore.Verdict;

/**
 * The scenarios after fstests: each shows what it expects on mainline, and under the patch with the
 * bug for which the fstest was written.
 */
final class FstestsScenariosTest {

  /** Lockdep may speak before the deadlock shows that a file is about. */
  private static final Limits LIMITS = new Limits(Long.MAX_VALUE, Duration.ofSeconds(60), 2);

  private static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src", "main", "resources", "scenarios"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".litmus", ""))
          .filter(
              name ->
                  name.matches(
                      "(generic|xfs)-.*|.*-meets-(mount|thaw)|emergency-thaw|freeze-for-suspend"))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** Each scenario without a patch, and with each patch of which it says something. */
  private static Stream<Arguments> each() throws IOException {
    return names()
        .flatMap(
            name -> {
              Set<String> patches = new TreeSet<>(Set.of(""));
              Litmus.bundled(name)
                  .lines()
                  .filter(line -> line.startsWith("expect") && line.contains(" under "))
                  .map(line -> line.replaceAll(".* under ", ""))
                  .forEach(line -> patches.addAll(Arrays.asList(line.split(", *", -1))));
              return patches.stream().map(patch -> Arguments.of(name, patch));
            });
  }

  @ParameterizedTest
  @MethodSource("each")
  void scenario_showsWhatItExpects(String name, String patch) {
    LitmusScenario scenario =
        patch.isEmpty()
            ? Litmus.compile(Litmus.bundled(name))
            : Litmus.compile(Litmus.bundled(name), patch);
    Exploration exploration =
        new Explorer(scenario, LIMITS, Observer.NONE).explore(new Pct(1, 300, 3));
    assertThat(scenario.expectation().isMetBy(exploration, scenario.missed(exploration)))
        .as("%s, found: %s", scenario.expectation().words(), Litmus.findings(exploration))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generic-207-size-at-event",
        "generic-210-read-across-the-end",
        "generic-280-quota-on-frozen",
        "generic-390-concurrent-freezers",
        "generic-491-open-while-frozen",
        "generic-538-unaligned-after-truncate",
        "generic-623-fault-on-a-dead-disk",
        "generic-738-eviction-while-frozen"
      })
  void smallScenario_holdsInEverySchedule(String name) {
    Exploration exploration = Litmus.dpor(Litmus.compile(Litmus.bundled(name)));
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }
}
