package org.vfslab.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vfslab.litmus.syntax.LitmusFile;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;

/** Finds what the user names: scenarios and patches. */
final class ScenarioFiles {

  /** The name of mainline, which needs no patch. */
  private static final String UPSTREAM = "upstream";

  private ScenarioFiles() {}

  /**
   * The scenario that {@code argument} names: a file if there is one, or else a bundled scenario,
   * written {@code NAME}, {@code NAME.litmus} or {@code scenarios/NAME.litmus}.
   */
  static LitmusFile find(String argument) {
    if (Files.exists(path(argument))) {
      return LitmusParser.parse(path(argument));
    }
    return bundled(argument);
  }

  /** The path that the user named. */
  static Path path(String argument) {
    if (argument.isBlank()) {
      throw new BadInputException("the name of a file is empty");
    }
    try {
      return Path.of(argument);
    } catch (InvalidPathException e) {
      throw new BadInputException("'" + argument.strip() + "' is not the name of a file");
    }
  }

  /** The bundled scenario that {@code argument} names. */
  static LitmusFile bundled(String argument) {
    String name = bundledName(argument);
    return LitmusParser.parse(BundledScenarios.fileName(name), BundledScenarios.text(name));
  }

  /** The name of the bundled scenario that {@code argument} names. */
  static String bundledName(String argument) {
    String name = BundledScenarios.nameOf(argument);
    if (BundledScenarios.NAMES.contains(name)) {
      return name;
    }
    throw new BadInputException(
        "there is no file and no scenario '"
            + argument
            + "'; "
            + Spelling.hint(name, BundledScenarios.NAMES, "'vfslab list' lists the scenarios"));
  }

  /** The patches of these names, in their order. */
  static List<Patch> patches(List<String> names) {
    List<Patch> patches = new ArrayList<>();
    for (String name : names) {
      if (name.equals(UPSTREAM)) {
        continue;
      }
      Patch patch = Patches.find(name).orElseThrow(() -> noPatch(name));
      if (patches.contains(patch)) {
        throw new BadInputException("patch '" + name + "' is named twice");
      }
      patches.add(patch);
    }
    return List.copyOf(patches);
  }

  private static BadInputException noPatch(String name) {
    return new BadInputException(
        "there is no patch '"
            + name
            + "'; "
            + Spelling.hint(name, Patches.names(), "'vfslab patches' lists the patches"));
  }
}
