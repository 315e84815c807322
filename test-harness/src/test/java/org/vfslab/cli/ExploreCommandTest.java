package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.cli.Vfslab.Outcome;

final class ExploreCommandTest {

  private static final String FREEZE = "freeze-waits-for-aio";
  private static final String OLD_AIO = "pre-4.10-aio-freeze";

  private static final String TWO_FINDINGS =
      """
      test "two findings"
      machine { cpus 2 }
      int x = 0
      rwsem a
      rwsem b
      task one { down_write(a)  down_write(b)  up_write(b)  up_write(a) }
      task two { x = 1  down_write(b)  down_write(a)  up_write(a)  up_write(b)  x = 2 }
      never x == 2
      """;

  private static final String OBSERVED =
      """
      test "who is first"
      machine { cpus 2 }
      atomic x = 0
      task one { xchg(x, 1) }
      task two { xchg(x, 2) }
      sometimes x == 1
      sometimes x == 3
      observe x
      """;

  @TempDir private Path folder;

  private Outcome explore(String... args) {
    String[] all =
        Stream.concat(
                Stream.of("explore"),
                Stream.concat(
                    Stream.of(args),
                    Stream.of(args).anyMatch("--out"::equals)
                        ? Stream.of()
                        : Stream.of("--replay-dir", folder.resolve("replays").toString())))
            .toArray(String[]::new);
    return Vfslab.run(all);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("test.litmus"), text).toString();
  }

  @Test
  void firstLesson_upstream_holdsCompletely() {
    Outcome outcome = explore("scenarios/freeze-waits-for-aio.litmus");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains("scenario   scenarios/freeze-waits-for-aio.litmus")
        .contains("kernel     upstream")
        .containsPattern("holds \\(complete\\): [0-9,]+ executions, [0-9,]+ steps, .*, dpor\n");
  }

  @Test
  void firstLesson_beforeTheRepair_showsTheWriteOnTheFrozenDisk() {
    Outcome outcome = explore(FREEZE, "--patch", OLD_AIO);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("patch      pre-4.10-aio-freeze: ")
        .contains("VIOLATED: ")
        .contains("Found: violation: never frozen(\"/mnt\") && in_flight(d, write) > 0")
        .contains("| writer")
        .contains("| freezer")
        .contains("At the end:")
        .contains("freezer holds sb_writers (exclusive)")
        .contains("To see it again: vfslab replay ");
    assertThat(folder.resolve("replays").resolve(FREEZE + "+" + OLD_AIO + ".json")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rwsem-released-by-irq",
        "rwsem-released-by-irq.litmus",
        "scenarios/rwsem-released-by-irq",
        "scenarios/rwsem-released-by-irq.litmus",
        "./scenarios/rwsem-released-by-irq.litmus"
      })
  void bundledScenario_isFoundByEachOfItsNames(String name) {
    assertThat(explore(name).status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpor", "dfs"})
  void completeStrategy_says_soInTheVerdict(String strategy) {
    assertThat(explore("rwsem-released-by-irq", "--strategy", strategy).out())
        .contains("holds (complete): ")
        .contains(", " + strategy + "\n");
  }

  @Test
  void random_neverClaimsMoreThanItDid() {
    Outcome outcome = explore(FREEZE, "--strategy", "random", "--seed", "7", "-n", "50");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("no violation found: 50 executions")
        .contains("not every schedule was tried");
  }

  @Test
  void executions_limitTheExploration() {
    Outcome outcome = explore(FREEZE, "--strategy", "dfs", "--executions", "5");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("no violation found: 5 executions")
        .contains("ended by the limit of 5 executions");
  }

  @Test
  void expectation_met_isSaid() {
    Outcome outcome = explore("rwsem-return-to-user");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("WARNING: lock held when returning to user space!")
        .contains("submitter/100 is leaving the kernel with locks still held!")
        .contains("As expected: the file says 'expect splat");
  }

  @Test
  void expectation_missed_fails() throws IOException {
    Outcome outcome =
        explore(file("test \"x\"\nrwsem s\ntask a { down_read(s) up_read(s) }\nexpect deadlock"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("holds (complete)")
        .contains("NOT as expected: the file says 'expect deadlock', and nothing was found.");
  }

  @Test
  void expectation_ofSomethingElseThanTheFirstFinding_isLookedFor() throws IOException {
    Outcome outcome = explore(file(TWO_FINDINGS + "expect deadlock\n"));

    assertThat(outcome.status()).as(outcome.out()).isZero();
    assertThat(outcome.out()).contains("deadlock of one, two").contains("Circular wait: ");
  }

  @Test
  void all_collectsEveryFinding() throws IOException {
    Outcome outcome = explore(file(TWO_FINDINGS), "--all");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("Finding 1: ").contains("Finding 2: ");
    assertThat(folder.resolve("replays").resolve("test.json")).exists();
    assertThat(folder.resolve("replays").resolve("test.2.json")).exists();
  }

  @Test
  void sometimesAndObserve_areTold() throws IOException {
    Outcome outcome = explore(file(OBSERVED));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .containsPattern("sometimes x == 1\n  seen in \\d+ executions")
        .contains("sometimes x == 3\n  not seen in any execution")
        .contains("NOT as demanded: sometimes x == 3 was never seen.")
        .contains("States 2")
        .contains("*> x=1")
        .contains("*> x=2");
  }

  @Test
  void json_onStandardOutput_isAlone() throws IOException {
    Outcome outcome = explore(FREEZE, "--patch", OLD_AIO, "--json", "-");

    assertThat(outcome.status()).isEqualTo(1);
    JsonNode tree = new JsonMapper().readTree(outcome.out());
    assertThat(tree.path("verdict").asText()).isEqualTo("violated");
    assertThat(tree.path("as_expected").asBoolean()).isFalse();
    assertThat(tree.path("patches").path(0).asText()).isEqualTo(OLD_AIO);
    assertThat(Path.of(tree.path("findings").path(0).path("replay").asText())).exists();
  }

  @Test
  void json_inAFile_leavesTheTextAlone() throws IOException {
    Path json = folder.resolve("result.json");
    Outcome outcome = explore("rwsem-released-by-irq", "--json", json.toString());

    assertThat(outcome.out()).contains("holds (complete)");
    assertThat(new JsonMapper().readTree(Files.readString(json)).path("complete").asBoolean())
        .isTrue();
  }

  @Test
  void out_namesTheReplayFile() {
    Path file = folder.resolve("mine.json");

    assertThat(explore("write-barrier", "--out", file.toString()).status()).isZero();
    assertThat(file).exists();
  }

  @Test
  void verbose_tellsEveryEvent() {
    List<String> brief = explore(FREEZE, "--patch", OLD_AIO).story();
    List<String> full = explore(FREEZE, "--patch", OLD_AIO, "--verbose").story();

    assertThat(full).hasSizeGreaterThan(brief.size());
  }

  @Test
  void width_isKept() {
    List<String> table =
        explore(FREEZE, "--patch", OLD_AIO, "--width", "70").story().stream()
            .takeWhile(line -> !line.startsWith("***"))
            .toList();

    assertThat(table).isNotEmpty().allMatch(line -> line.length() <= 70);
  }

  @Test
  void livelock_isToldWithoutBeingShortened() throws IOException {
    Outcome outcome =
        explore(
            file("test \"x\"\natomic x = 0\ntask a { while (x == 0) { xchg(x, 0) } }"),
            "--steps-max",
            "5000");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains(
            "livelock: livelock of a",
            "No end after 5,000 steps",
            "a repeats: READ_ONCE x, xchg x");
    assertThat(outcome.story().size()).isLessThan(200);
  }

  @Test
  void interrupt_endsWithWhatThereIs() {
    Interruption interruption = new Interruption();
    interruption.request();
    Outcome outcome = Vfslab.run(interruption, "explore", FREEZE);

    assertThat(outcome.status()).isEqualTo(130);
    assertThat(outcome.out())
        .contains("no violation found: 1 execution,")
        .contains("ended by an interrupt; not every schedule was tried");
  }

  @Test
  void chance_thatDporRefuses_isExploredDepthFirst() throws IOException {
    String file =
        file(
            """
            test "chance"
            disk d { latency uniform 1us 2us }
            fs "/m" on d
            file "/m/a" size 4k
            task t { fd = open("/m/a", O_RDONLY | O_DIRECT)  pread(fd, 0, 512) == 512 }
            """);

    Outcome fallenBack = explore(file);
    assertThat(fallenBack.status()).as(fallenBack.err()).isZero();
    assertThat(fallenBack.out()).contains("Explored with dfs: ").contains(", dfs\n");

    Outcome refused = explore(file, "--strategy", "dpor");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("the strategy 'dpor' cannot");
  }

  private static final String THREE_ADD =
      """
      test "three add"
      atomic x = 0
      task a { v = x  x = v + 1 }
      task b { v = x  x = v + 1 }
      task c { v = x  x = v + 1 }
      observe x
      """;

  @Test
  void checkpoint_goesOnWithTheSameCommand_andComesToTheSame() throws IOException {
    Path scenario = Files.writeString(folder.resolve("add.litmus"), THREE_ADD);
    String state = folder.resolve("add.state").toString();
    String atOnce = explore(scenario.toString(), "--strategy", "dfs").out();
    Outcome part =
        explore(
            scenario.toString(),
            "-n",
            "1000",
            "--workers",
            "2",
            "-s",
            "dfs",
            "--checkpoint",
            state);
    assertThat(part.out())
        .contains("every one (dfs)", "no violation found: 1,0", "repeat the command");
    Outcome rest =
        explore(scenario.toString(), "--workers", "1", "-s", "dfs", "--checkpoint", state);
    assertThat(rest.out()).contains("Going on after 1,0", "holds (complete): 1,680 executions");
    assertThat(states(rest.out())).isEqualTo(states(atOnce)).hasSize(4);
    assertThat(explore(scenario.toString(), "-s", "dfs", "--checkpoint", state).out())
        .contains("Going on after 1,680 executions", "holds (complete): 1,680 executions");
  }

  private static List<String> states(String out) {
    return out.lines().dropWhile(line -> !line.startsWith("States ")).toList();
  }

  @Test
  void checkpointThatDoesNotFit_isRefusedInASentence() throws IOException {
    Path scenario = Files.writeString(folder.resolve("add.litmus"), THREE_ADD);
    String state = folder.resolve("add.state").toString();
    explore(scenario.toString(), "-n", "10", "-s", "dfs", "--checkpoint", state);
    String saved = Files.readString(Path.of(state));
    assertMisfit("the scenario is another one", FREEZE, "-s", "dfs", "--checkpoint", state);
    assertMisfit("its schedules are", scenario.toString(), "-s", "delays", "--checkpoint", state);
    assertMisfit(
        "it ends at the first", scenario.toString(), "--all", "-s", "dfs", "--checkpoint", state);
    assertMisfit(
        "another machine",
        scenario.toString(),
        "--granularity",
        "word",
        "-s",
        "dfs",
        "--checkpoint",
        state);
    assertMisfit(
        "not with " + OLD_AIO,
        scenario.toString(),
        "-p",
        OLD_AIO,
        "-s",
        "dfs",
        "--checkpoint",
        state);
    assertMisfit(
        "'coverage' cannot be kept", scenario.toString(), "-s", "coverage", "--checkpoint", state);
    assertThat(Path.of(state)).hasContent(saved);

    Files.writeString(Path.of(state), saved.replace("\"model\":\"", "\"model\":\"9"));
    assertMisfit(
        "it was made with model 9", scenario.toString(), "-s", "dfs", "--checkpoint", state);
    Files.writeString(Path.of(state), saved.replace("\"format\":1", "\"format\":2"));
    assertMisfit("goes on from format 1", scenario.toString(), "-s", "dfs", "--checkpoint", state);
    Files.writeString(Path.of(state), saved.replace("\"taken\":[", "\"taken\":[9,"));
    assertMisfit("is damaged", scenario.toString(), "-s", "dfs", "--checkpoint", state);
    Files.writeString(Path.of(state), "no checkpoint");
    assertMisfit("not JSON", scenario.toString(), "-s", "dfs", "--checkpoint", state);
  }

  @Test
  void checkpoint_ofTheReduction_goesOnToo() throws IOException {
    Path scenario = Files.writeString(folder.resolve("add.litmus"), THREE_ADD);
    String state = folder.resolve("dpor.state").toString();
    String atOnce = explore(scenario.toString()).out();
    Outcome part = explore(scenario.toString(), "-n", "10", "-w", "1", "--checkpoint", state);
    assertThat(part.out()).contains("(dpor)", "repeat the command");
    Outcome rest = explore(scenario.toString(), "-w", "1", "--checkpoint", state);
    assertThat(rest.out()).contains("Going on after ", "holds (complete): 36 executions");
    assertThat(states(rest.out())).isEqualTo(states(atOnce)).hasSizeGreaterThan(1);
  }

  private void assertMisfit(String why, String... args) {
    Outcome outcome = explore(args);
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(why).hasLineCount(1);
  }

  @Test
  void all_listsEachDifferentFinding_withHowManyShowedIt() throws IOException {
    Path scenario = Files.writeString(folder.resolve("two.litmus"), TWO_FINDINGS);
    String out = explore(scenario.toString(), "--all", "--strategy", "dfs").out();
    assertThat(out)
        .contains("Finding 1: ", "Finding 2: ", "Finding 3: ")
        .doesNotContain("Finding 4: ");
    assertThat(out.lines().filter(line -> line.startsWith("in execution")))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains("first, shown by "));
    assertThat(out).contains("Inevitable since step ", "--- from here on nothing avoids it ---");
  }
}
