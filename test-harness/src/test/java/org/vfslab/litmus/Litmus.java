package org.vfslab.litmus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Strategy;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;

/** Litmus files from text and from the collection, compiled and explored. */
final class Litmus {

  private static final Limits PATIENCE = new Limits(Long.MAX_VALUE, Duration.ofSeconds(60), 1);

  private Litmus() {}

  /** The text of a question that comes with the program. */
  static String bundled(String name) {
    return resource("/scenarios/" + name + ".litmus");
  }

  static String resource(String path) {
    try (InputStream in = Litmus.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LitmusScenario compile(String text, MachineConfig machine, String... patches) {
    List<Patch> named = new ArrayList<>();
    for (String patch : patches) {
      named.add(Patches.find(patch).orElseThrow());
    }
    return LitmusScenario.compile(LitmusParser.parse("t.litmus", text), named, machine);
  }

  static LitmusScenario compile(String text, String... patches) {
    return compile(text, MachineConfig.DEFAULT, patches);
  }

  /** A test with this text after its name. */
  static LitmusScenario test(String text) {
    return compile("test \"t\"\n" + text);
  }

  static Exploration explore(LitmusScenario scenario, Strategy strategy) {
    return new Explorer(scenario, PATIENCE, Observer.NONE).explore(strategy);
  }

  static Exploration dpor(LitmusScenario scenario) {
    return explore(scenario, new OptimalDpor());
  }

  static Exploration dfs(LitmusScenario scenario) {
    return explore(scenario, new DepthFirst());
  }

  /** What was found, as kind and title. */
  static List<String> findings(Exploration exploration) {
    return exploration.failures().stream()
        .map(failure -> failure.finding().kind() + " " + failure.finding().title())
        .toList();
  }
}
