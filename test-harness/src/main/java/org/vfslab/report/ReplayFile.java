package org.vfslab.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Recording;
import org.vfslab.machine.MachineConfig;

/**
 * All that is needed to see a failure again: the scenario, the machine and the answers of chance.
 *
 * @param model the version of the model that made the recording; see {@link ModelVersion}
 * @param scenario the scenario's name
 * @param litmusFile the name of the file from which the scenario came, or an empty string
 * @param litmusText the whole text of that file, or an empty string
 * @param patches the names of the patches
 * @param machine what the machine was like; the file keeps what a schedule depends on
 * @param strategy the name of the strategy that found the failure
 * @param kind the kind of the finding
 * @param title the title of the finding
 * @param answers what chance answered
 * @param fingerprint the {@link Fingerprint} of the trace
 */
public record ReplayFile(
    String model,
    String scenario,
    String litmusFile,
    String litmusText,
    List<String> patches,
    MachineConfig machine,
    String strategy,
    Finding.Kind kind,
    String title,
    Recording answers,
    String fingerprint) {

  /** The version of the file format that is written, and the newest that is read. */
  public static final int FORMAT = 1;

  /** The largest file that is written or read. */
  public static final int SIZE_BYTES_MAX = 16 << 20;

  private static final String SORT = "a replay file";

  /** Copies the list. */
  public ReplayFile {
    patches = List.copyOf(patches);
  }

  /** Whether the recording was made with the model of this program. */
  public boolean isOfThisModel() {
    return model.equals(ModelVersion.CURRENT);
  }

  /**
   * Writes {@code replay}; a file that is there already is replaced in one go.
   *
   * @throws ReportException if it cannot be written
   */
  public static void write(Path path, ReplayFile replay) {
    byte[] content = ReplayJson.text(replay).getBytes(StandardCharsets.UTF_8);
    if (content.length > SIZE_BYTES_MAX) {
      throw new ReportException(
          path.toString(),
          "the recording is too long for "
              + SORT
              + ", which has at most "
              + SIZE_BYTES_MAX
              + " bytes");
    }
    ReportFiles.write(path, content);
  }

  /**
   * Reads a replay file. Fields that are not known are ignored.
   *
   * @throws ReportException if it cannot be read, or is not a replay file of this format
   */
  public static ReplayFile read(Path path) {
    return ReplayJson.parse(path.toString(), ReportFiles.read(path, SIZE_BYTES_MAX, SORT));
  }
}
