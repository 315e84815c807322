package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Recording;
import org.vfslab.explore.Replay;
import org.vfslab.machine.MachineConfig;
import org.vfslab.trace.TraceEvent;

/** Writing, reading, and every sentence about a file that cannot be read. */
final class ReplayFileTest {

  private static final MachineConfig MACHINE =
      MachineConfig.DEFAULT
          .withCpus(3)
          .withGranularity(MachineConfig.Granularity.WORD)
          .withRaceDetection(false)
          .withStepsMax(5_000);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("a.replay.json");
  }

  // ---- round trips

  @Test
  void everything_survives() {
    ReplayFile written = replay(0, 1, 2, 0, Integer.MAX_VALUE);
    ReplayFile.write(file, written);

    assertSame(ReplayFile.read(file), written);
  }

  @Test
  void manyAnswers_surviveOnFewLines() throws IOException {
    ReplayFile written = replay(new Random(1).ints(100_000, 0, 12).toArray());
    ReplayFile.write(file, written);

    assertSame(ReplayFile.read(file), written);
    assertThat(Files.readAllLines(file))
        .hasSizeLessThan(3_000)
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
  }

  @Test
  void noAnswers_survive() {
    ReplayFile.write(file, replay());

    assertThat(ReplayFile.read(file).answers().size()).isZero();
  }

  @Test
  void text_isWhatIsExpected() throws IOException {
    ReplayFile.write(file, replay(0, 1, 12));

    Golden.requireSame("replay.json", Files.readAllLines(file));
  }

  @Test
  void unknownFields_areIgnored() throws IOException {
    ReplayFile written = replay(1);
    ReplayFile.write(file, written);
    change("\"model\"", "\"colour\": {\"of\": [1, null]}, \"model\"");

    assertSame(ReplayFile.read(file), written);
  }

  @Test
  void model_isCompared() throws IOException {
    ReplayFile.write(file, replay(1));
    assertThat(ReplayFile.read(file).isOfThisModel()).isTrue();

    change("\"model\": \"" + ModelVersion.CURRENT, "\"model\": \"0.0");
    assertThat(ReplayFile.read(file).isOfThisModel()).isFalse();
  }

  @Test
  void failure_isSeenAgain() {
    Told told = Deadlocks.abba(MachineConfig.DEFAULT);
    Finding finding = told.failure().finding();
    ReplayFile.write(
        file,
        new ReplayFile(
            ModelVersion.CURRENT,
            told.name(),
            "",
            "",
            List.of(),
            told.machine(),
            "dfs",
            finding.kind(),
            finding.title(),
            told.failure().recording(),
            Fingerprint.of(told.trace())));

    ReplayFile read = ReplayFile.read(file);
    List<TraceEvent> trace = new ArrayList<>();
    Execution execution = Execution.traced(told, new Replay(read.answers()), trace);

    assertThat(execution.findings()).contains(finding);
    assertThat(Fingerprint.of(trace)).isEqualTo(read.fingerprint());
  }

  // ---- writing

  @Test
  void fileThatIsThere_isReplacedAndNothingElseStays() throws IOException {
    Files.writeString(file, "old");
    ReplayFile.write(file, replay(1));

    assertThat(ReplayFile.read(file).answers().size()).isEqualTo(1);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void link_staysALink() throws IOException {
    Path real = directory.resolve("real.json");
    Files.writeString(real, "old");
    Files.createSymbolicLink(file, real);
    ReplayFile.write(file, replay(1));

    assertThat(file).isSymbolicLink();
    assertThat(ReplayFile.read(real).answers().size()).isEqualTo(1);
  }

  @Test
  void device_isWrittenTo() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "there is no /dev/null");
    ReplayFile.write(device, replay(1));

    assertThat(Files.isRegularFile(device)).isFalse();
  }

  @Test
  void missingFolder_isASentence() {
    Path missing = directory.resolve("no/such/a.json");

    assertThat(
            catchThrowableOfType(ReportException.class, () -> ReplayFile.write(missing, replay(1))))
        .hasMessage(missing + ": the folder in which this file is to be written does not exist");
  }

  @Test
  void directoryToWrite_isASentence() {
    assertThat(
            catchThrowableOfType(
                ReportException.class, () -> ReplayFile.write(directory, replay(1))))
        .hasMessage(directory + ": this is a directory; name a file that is to be written");
  }

  @Test
  void recordingTooLong_isASentence() {
    ReplayFile replay = replay(new int[ReplayFile.SIZE_BYTES_MAX / 2]);

    assertThat(catchThrowableOfType(ReportException.class, () -> ReplayFile.write(file, replay)))
        .hasMessage(
            file
                + ": the recording is too long for a replay file, which has at most 16777216"
                + " bytes");
    assertThat(file).doesNotExist();
  }

  // ---- reading what is no replay file

  @Test
  void missingFile_isASentence() {
    assertRefused("there is no such file");
  }

  @Test
  void directory_isASentence() throws IOException {
    Files.createDirectory(file);

    assertRefused("this is a directory, not a replay file");
  }

  @Test
  void endlessFile_isReadOnlyToTheLimit() {
    file = Path.of("/dev/zero");
    assumeTrue(Files.isReadable(file), "there is no /dev/zero");

    assertRefused("this is too large for a replay file, which has at most 16777216 bytes");
  }

  @Test
  void linkToItself_isASentence() throws IOException {
    Files.createSymbolicLink(file, file);

    assertThat(refusal().sentence()).startsWith("this file cannot be read: ").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "test \"t\"       | this is not JSON (line 1, column 1)",
        "{\"kind\": 1     | this is not JSON (line 1, column 11)",
        "{} {}            | this is not JSON (line 1, column 4)",
        "{\"a\":1,\"a\":2} | this is not JSON (line 1, column 11)",
      })
  void otherText_isNotJson(String content, String sentence) throws IOException {
    Files.writeString(file, content);

    assertRefused(sentence);
  }

  @Test
  void bytes_areNotJson() throws IOException {
    Files.write(file, new byte[] {'{', '"', (byte) 0xff, (byte) 0xff, 0, 1});

    assertThat(refusal().sentence()).startsWith("this is not JSON").hasLineCount(1);
  }

  @Test
  void deepNesting_isNotJson() throws IOException {
    Files.writeString(file, "[".repeat(1_000_000));

    assertThat(refusal().sentence()).startsWith("this is not JSON").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "7",
        "null",
        "{\"kind\": 7}",
        "{\"kind\": \"song\", \"format\": 1}"
      })
  void otherJson_isNotAReplayFile(String content) throws IOException {
    Files.writeString(file, content);

    assertRefused("this is JSON, but not a replay file of vfslab");
  }

  @Test
  void newerFormat_isASentence() throws IOException {
    Files.writeString(file, "{\"kind\": \"vfslab replay\", \"format\": 2, \"answers\": \"new\"}");

    assertRefused("written by a newer vfslab (format 2; this one reads up to 1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format\": 1           | \"formed\": 1         | format is missing",
        "\"format\": 1           | \"format\": 0         | format must be a whole number from 1 to"
            + " 2147483647, not 0",
        "\"format\": 1           | \"format\": \"1\"     | format must be a whole number from 1 to"
            + " 2147483647, not \"1\"",
        "\"model\": \"0.3\"      | \"model\": 0.3        | model must be a text, not 0.3",
        "\"scenario\":           | \"scene\":            | scenario is missing",
        "\"litmus_text\":        | \"text\":             | litmus_text is missing",
        "\"srcu-barrier\"        | 7                     | patches[1] must be a text, not 7",
        "\"patches\":            | \"patches\": 7, \"x\": | patches must be a list of texts, not 7",
        "\"machine\":            | \"machine\": [], \"x\": | machine must be an object, not a list",
        "\"cpus\": 3             | \"cpu\": 3            | machine.cpus is missing",
        "\"cpus\": 3             | \"cpus\": 65          | machine.cpus must be a whole number from"
            + " 1 to 64, not 65",
        "\"cpus\": 3             | \"cpus\": 3.0         | machine.cpus must be a whole number from"
            + " 1 to 64, not 3.0",
        "\"cpus\": 3             | \"cpus\": {}          | machine.cpus must be a whole number from"
            + " 1 to 64, not an object",
        "\"word\"                | \"letter\"            | machine.granularity must be one of word,"
            + " call, not \"letter\"",
        "\"race_detection\": false | \"race_detection\": null | machine.race_detection must be true"
            + " or false, not null",
        "\"steps_max\": 5000     | \"steps_max\": 1e99   | machine.steps_max must be a whole number"
            + " from 1 to 9223372036854775807, not 1.0E99",
        "\"deadlock\"            | \"bad luck\"          | finding.kind must be one of violation,"
            + " deadlock, splat, race, use_after_free, atomic_sleep, bug, livelock, not \"bad"
            + " luck\"",
        "\"title\":              | \"titel\":            | finding.title is missing",
        "0,1,12                  | 0,1,2147483648        | answers[2] must be a whole number from 0"
            + " to 2147483647, not 2147483648",
        "0,1,12                  | 0,-1,12               | answers[1] must be a whole number from 0"
            + " to 2147483647, not -1",
        "0,1,12                  | 0,1.5,12              | answers[1] must be a whole number from 0"
            + " to 2147483647, not 1.5",
        "0,1,12                  | null                  | answers[0] must be a whole number from 0"
            + " to 2147483647, not null",
        "\"answers\":            | \"answer\":           | answers is missing",
        "\"fingerprint\":        | \"finger\":           | fingerprint is missing",
      })
  void wrongField_isNamed(String was, String is, String sentence) throws IOException {
    ReplayFile.write(file, replay(0, 1, 12));
    change(was, is);

    assertRefused(sentence);
  }

  @Test
  void longValue_isShortenedInTheSentence() throws IOException {
    ReplayFile.write(file, replay(1));
    change("\"cpus\": 3", "\"cpus\": \"" + "long\\n".repeat(1_000) + "\"");

    assertThat(refusal().sentence()).hasLineCount(1).hasSizeLessThan(120).endsWith("...");
  }

  private void change(String was, String is) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(was);
    Files.writeString(file, text.replace(was, is));
  }

  private static void assertSame(ReplayFile read, ReplayFile written) {
    assertThat(read).usingRecursiveComparison().ignoringFields("answers").isEqualTo(written);
    assertThat(read.answers().toArray()).isEqualTo(written.answers().toArray());
  }

  private void assertRefused(String sentence) {
    ReportException refusal = refusal();
    assertThat(refusal.sentence()).isEqualTo(sentence);
    assertThat(refusal.file()).isEqualTo(file.toString());
    assertThat(refusal).hasMessage(file + ": " + sentence);
  }

  private ReportException refusal() {
    return catchThrowableOfType(ReportException.class, () -> ReplayFile.read(file));
  }

  private static ReplayFile replay(int... answers) {
    return new ReplayFile(
        ModelVersion.CURRENT,
        "freeze waits for \"aio\"",
        "lessons/freeze.litmus",
        "test \"\u00fc\"\n\nrwsem s\n",
        List.of("upstream", "srcu-barrier"),
        MACHINE,
        "dfs",
        Finding.Kind.DEADLOCK,
        "deadlock of a, b",
        new Recording(answers),
        "0123456789abcdef");
  }
}
