package org.vfslab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vfslab.report.ResultJson;

/** Files that a command is to write: looked at before the work begins, not after it. */
final class OutputFiles {

  private OutputFiles() {}

  /** Refuses the name of a file that cannot be written; an empty name is none. */
  static void requireWritable(String name) {
    if (name.isEmpty() || name.equals(ResultJson.STANDARD_OUTPUT)) {
      return;
    }
    Path path = ScenarioFiles.path(name);
    if (Files.isDirectory(path)) {
      throw new BadInputException(
          name + ": this is a directory; name a file that is to be written");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new BadInputException(
          name + ": the folder in which this file is to be written does not exist");
    }
    if (!Files.isWritable(Files.exists(path) ? path : folder)) {
      throw new BadInputException(name + ": you are not permitted to write this file");
    }
  }

  /** Makes a folder and those above it. */
  static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new BadInputException(
          folder + ": this folder for replay files can neither be used nor made");
    }
  }
}
