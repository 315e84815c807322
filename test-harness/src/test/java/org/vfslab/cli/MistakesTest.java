package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.cli.Vfslab.Outcome;

/** Bad input: status 2, one sentence on the standard error, nothing of Java in it. */
final class MistakesTest {

  @TempDir private Path folder;

  private static String refused(String... args) {
    Outcome outcome = Vfslab.run(args);
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err())
        .doesNotContain("Exception")
        .doesNotContain("\tat ")
        .doesNotContain("internal error");
    return outcome.err().stripTrailing();
  }

  private static String refusedInOneLine(String... args) {
    String message = refused(args);
    assertThat(message.lines()).hasSize(1);
    return message;
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  // ---- the command line

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          explroe                              | there is no command 'explroe'; did you mean 'explore'?
          explore                              | missing required parameter: 'SCENARIO'
          explore a b                          | 'b' is one argument too many
          explore a --ptach b                  | there is no option '--ptach'; did you mean '--patch'?
          --frobnicate                         | there is no option '--frobnicate'
          explore a --json                     | missing required parameter for option '--json' (FILE)
          explore a --executions many          | invalid value for option '--executions': 'many' is not a whole number
          explore a --width 1e9                | invalid value for option '--width': '1e9' is not a whole number
          explore a --time-limit 30            | '30' is no time; write for example 500ms, 30s, 5m or 1h
          explore a --granularity bit          | 'bit' is neither call nor word
          explore a --executions -1            | --executions is at least 1, not -1
          explore a --steps-max 0              | --steps-max is at least 1, not 0
          explore a --width 10                 | --width is from 40 to 1000, not 10
          explore a --strategy dsf             | there is no strategy 'dsf'; did you mean 'dfs'?
          explore a --strategy best            | there is no strategy 'best'; there are dpor, dfs, preemptions, delays, fair, random, pct, pos, coverage
          explore a --out b.json --all         | --out takes the recording of one finding
          explore a --out b.json --replay-dir . | --out and --replay-dir say both
          run a --times 0                      | --times is at least 1, not 0
          run a --engine lvie                  | there is no engine 'lvie'; did you mean 'live'?
          run a --hang-after soon              | 'soon' is no time
          show nothing                         | there is no file and no scenario 'nothing'
          check                                | missing required parameter: 'FILE|DIR'
          replay                               | missing required parameter: 'FILE'
          bench -l                             | the benchmarks are started by the launcher: ./vfslab bench -l
          """)
  void commandLine_isRefused(String line, String sentence) {
    assertThat(refusedInOneLine(line.split(" ", -1))).contains(sentence);
  }

  @Test
  void patch_unknown_isGuessed() {
    assertThat(refusedInOneLine("explore", "write-barrier", "-p", "pre-4.10-aio-freez"))
        .endsWith("there is no patch 'pre-4.10-aio-freez'; did you mean 'pre-4.10-aio-freeze'?");
  }

  @Test
  void patch_unlikeAny_isListed() {
    assertThat(refusedInOneLine("explore", "write-barrier", "-p", "mine"))
        .endsWith("there is no patch 'mine'; 'vfslab patches' lists the patches");
  }

  @Test
  void patch_twice_isRefused() {
    String patch = "pre-4.10-aio-freeze";
    assertThat(refusedInOneLine("explore", "write-barrier", "-p", patch + "," + patch))
        .endsWith("is named twice");
  }

  // ---- scenarios

  @Test
  void scenario_unknown_isGuessed() {
    assertThat(refusedInOneLine("explore", "scenarios/write-barier.litmus"))
        .isEqualTo(
            "vfslab: there is no file and no scenario 'scenarios/write-barier.litmus'; did you mean"
                + " 'write-barrier'?");
  }

  @Test
  void scenario_namedByNonsense_isRefused() {
    assertThat(refusedInOneLine("explore", "")).endsWith("the name of a file is empty");
    assertThat(refusedInOneLine("explore", "a\0b")).endsWith("is not the name of a file");
    assertThat(refusedInOneLine("explore", "a\u001bb")).contains("'a?b'");
  }

  @Test
  void scenario_empty_isRefused() throws IOException {
    assertThat(refused("explore", file("a.litmus", "")))
        .contains("a.litmus:1:1: this file is empty; a litmus file begins with test");
  }

  @Test
  void scenario_binary_isRefused() throws IOException {
    Path file = Files.write(folder.resolve("a.litmus"), new byte[] {0x7f, 'E', 'L', 'F', 0, 1});

    assertThat(refusedInOneLine("explore", file.toString())).contains("this is not a text file");
  }

  @Test
  void scenario_directory_isRefused() {
    assertThat(refusedInOneLine("explore", folder.toString())).contains("this is a directory");
  }

  @Test
  void scenario_huge_isRefused() throws IOException {
    assertThat(refusedInOneLine("explore", file("a.litmus", "#".repeat((1 << 20) + 1))))
        .contains("this file is too large");
  }

  @Test
  void scenario_withMistake_isRefusedWithItsPlace() throws IOException {
    String file = file("a.litmus", "test \"x\"\n  taks a { }\n");

    assertThat(refused("explore", file).lines())
        .containsExactly(
            file + ":2:3: 'taks' begins no declaration and no property; did you mean 'task'?",
            "  taks a { }",
            "  ^");
  }

  @Test
  void scenario_withoutMeaning_isRefusedWithItsPlace() throws IOException {
    String file = file("a.litmus", "test \"x\"\ntask a { down_raed(s) }\n");

    assertThat(refused("run", file))
        .contains(file + ":2:10: there is no step 'down_raed'; did you");
  }

  @Test
  void scenario_notSupportedYet_isRefused() throws IOException {
    String file =
        file(
            "a.litmus",
            "test \"x\"\ntask a { io_submit(w, preadv(3))\nio_submit(w, sendmsg(3)) }\n");

    assertThat(refusedInOneLine("explore", file))
        .isEqualTo(
            "vfslab: "
                + file
                + ": not supported yet: io_submit of preadv() (line 2), io_submit of sendmsg()"
                + " (line 3)");
  }

  // ---- files that are written and read

  @Test
  void json_unwritable_isRefusedBeforeTheWork() {
    String missing = folder.resolve("no").resolve("a.json").toString();
    for (String command : new String[] {"explore", "run"}) {
      Outcome outcome = Vfslab.run(command, "write-barrier", "--json", missing);
      assertThat(outcome.status()).isEqualTo(2);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err()).contains("the folder in which this file is to be written does not");
    }
    assertThat(refusedInOneLine("list", "--json", folder.toString())).contains("is a directory");
  }

  @Test
  void replayFolder_thatCannotBeMade_isRefused() throws IOException {
    String file = file("a", "");

    assertThat(refusedInOneLine("explore", "write-barrier", "--replay-dir", file + "/b"))
        .endsWith("this folder for replay files can neither be used nor made");
  }

  @Test
  void replayFile_bad_isRefused() throws IOException {
    assertThat(refusedInOneLine("replay", folder.resolve("no.json").toString()))
        .endsWith("there is no such file");
    assertThat(refusedInOneLine("replay", folder.toString())).contains("this is a directory");
    assertThat(refusedInOneLine("replay", file("a.json", ""))).contains("a.json: ");
    assertThat(refusedInOneLine("replay", file("b.json", "{}"))).contains("not a replay file");
    assertThat(refusedInOneLine("replay", file("c.json", "{\"kind\": "))).contains("not JSON");
  }

  @Test
  void internalError_isOneLineToo() {
    Outcome outcome = Vfslab.run();
    assertThat(outcome.status()).isZero();

    java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
    int status =
        Mistakes.internal(
            new java.io.PrintStream(err, true, java.nio.charset.StandardCharsets.UTF_8),
            new IllegalStateException("one\ntwo"));
    assertThat(status).isEqualTo(2);
    assertThat(err.toString(java.nio.charset.StandardCharsets.UTF_8).lines()).hasSize(1);
  }
}
