package org.vfslab.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.vfslab.report.ResultJson;

/**
 * Where a command prints, and who may interrupt it.
 *
 * @param out the standard output
 * @param err the standard error
 * @param errIsTerminal whether somebody watches the standard error
 * @param interruption what Ctrl-C sets
 */
record Streams(PrintStream out, PrintStream err, boolean errIsTerminal, Interruption interruption) {

  /** The launcher sets this property to {@code true} if the standard error is a terminal. */
  private static final String TERMINAL_PROPERTY = "vfslab.stderr.terminal";

  /** Those of the process. */
  static Streams ofProcess(Interruption interruption) {
    return new Streams(System.out, System.err, Boolean.getBoolean(TERMINAL_PROPERTY), interruption);
  }

  /** Where text goes: nowhere when the standard output is asked for JSON. */
  PrintStream text(String jsonFile) {
    return jsonFile.equals(ResultJson.STANDARD_OUTPUT)
        ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)
        : out;
  }
}
