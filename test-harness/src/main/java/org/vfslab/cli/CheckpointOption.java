package org.vfslab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Checkpoint;
import org.vfslab.explore.Saved;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.report.CheckpointFile;
import org.vfslab.report.ModelVersion;

/** The file of {@code --checkpoint}: read at the beginning, written every minute and at the end. */
final class CheckpointOption implements Checkpoint {

  private static final long EVERY_NS = 60_000_000_000L;

  private final Path path;
  private final Function<Saved, CheckpointFile> file;
  private final @Nullable Saved before;
  private volatile long dueNs = System.nanoTime() + EVERY_NS;

  private CheckpointOption(
      Path path, Function<Saved, CheckpointFile> file, @Nullable Saved before) {
    this.path = path;
    this.file = file;
    this.before = before;
  }

  /**
   * Reads the file if it is there.
   *
   * @param strategy the strategy in words
   * @param collects whether every finding is collected
   * @throws BadInputException if the file is of another exploration
   */
  static CheckpointOption of(
      String name, LitmusScenario scenario, String strategy, boolean collects) {
    Path path = ScenarioFiles.path(name);
    Function<Saved, CheckpointFile> file =
        state ->
            new CheckpointFile(
                ModelVersion.CURRENT,
                scenario.file().source().text(),
                ScenarioHeader.patches(scenario),
                scenario.machine(),
                strategy,
                collects,
                state);
    if (!Files.exists(path)) {
      return new CheckpointOption(path, file, null);
    }
    CheckpointFile before = CheckpointFile.read(path);
    String misfit = before.misfit(file.apply(new Saved()));
    if (!misfit.isEmpty()) {
      throw new BadInputException(
          name + ": this exploration cannot go on from there: " + misfit + "; name another file");
    }
    return new CheckpointOption(path, file, before.state());
  }

  /** What is said at the beginning, or an empty string. */
  String goesOn() {
    return before == null
        ? ""
        : "Going on after "
            + Values.count(before.state("progress").number("executions"), "execution", "executions")
            + ", from "
            + path
            + ".";
  }

  @Override
  public @Nullable Saved load() {
    return before;
  }

  @Override
  public boolean isDue() {
    return System.nanoTime() - dueNs >= 0;
  }

  @Override
  public void save(Saved state) {
    CheckpointFile.write(path, file.apply(state));
    dueNs = System.nanoTime() + EVERY_NS;
  }
}
