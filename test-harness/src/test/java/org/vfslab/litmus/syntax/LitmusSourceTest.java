package org.vfslab.litmus.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens before the first token. */
final class LitmusSourceTest {

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("a.litmus");
  }

  @Test
  void textFile_isLoaded() throws IOException {
    Files.writeString(file, "\uFEFFtest \"ü\"\r\nrwsem s");

    LitmusSource source = LitmusSource.load(file);

    assertThat(source.fileName()).isEqualTo(file.toString());
    assertThat(source.text()).isEqualTo("test \"ü\"\nrwsem s");
    assertThat(source.line(2)).isEqualTo("rwsem s");
    assertThat(source.line(3)).isEmpty();
    assertThat(LitmusParser.parse(file).test()).isEqualTo("ü");
  }

  @Test
  void missingFile_isASentence() {
    assertRefused("there is no such file");
  }

  @Test
  void directory_isASentence() throws IOException {
    Files.createDirectory(file);

    assertRefused("this is a directory; name one of the .litmus files in it");
  }

  @Test
  void forbiddenFile_isASentence() throws IOException {
    Files.writeString(file, "test \"t\"");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "the user is root");

    assertRefused("you are not permitted to read this file");
  }

  @Test
  void linkToItself_isASentence() throws IOException {
    Files.createSymbolicLink(file, file);

    assertThat(refusal().sentence())
        .startsWith("this file cannot be read: ")
        .hasSizeGreaterThan(30);
  }

  @Test
  void nulByte_isASentence() throws IOException {
    Files.write(file, "test\0".getBytes(StandardCharsets.UTF_8));

    assertRefused("this is not a text file: character 4 is NUL; a litmus file is UTF-8 text");
  }

  @Test
  void malformedByte_isASentence() throws IOException {
    Files.write(file, new byte[] {'t', 'e', (byte) 0xff, 'x'});

    assertRefused("this is not a text file: byte 2 is not UTF-8; a litmus file is UTF-8 text");
  }

  @Test
  void truncatedCharacter_isASentence() throws IOException {
    Files.write(file, new byte[] {'#', (byte) 0xe2, (byte) 0x82});

    assertRefused("this is not a text file: byte 1 is not UTF-8; a litmus file is UTF-8 text");
  }

  @Test
  void largestFile_isLoaded() throws IOException {
    Files.write(file, blanks(LitmusSource.SIZE_BYTES_MAX));

    assertThat(LitmusSource.load(file).text()).isBlank();
  }

  @Test
  void largerFile_isASentence() throws IOException {
    Files.write(file, blanks(LitmusSource.SIZE_BYTES_MAX + 1));

    assertRefused("this file is too large; a litmus file has at most 1048576 bytes");
  }

  @Test
  void endlessFile_isReadOnlyToTheLimit() {
    file = Path.of("/dev/zero");
    assumeTrue(Files.isReadable(file), "there is no /dev/zero");

    assertRefused("this file is too large; a litmus file has at most 1048576 bytes");
  }

  @Test
  void oddFileName_isShownHarmlessly() {
    LitmusException refusal =
        catchThrowableOfType(
            LitmusException.class, () -> LitmusParser.parse("a\u001b[31m\n.litmus", "\0"));

    assertThat(refusal.rendered()).startsWith("a?[31m?.litmus: this is not a text file");
    assertThat(refusal.file()).isEqualTo("a\u001b[31m\n.litmus");
  }

  private void assertRefused(String sentence) {
    LitmusSourceException refusal = refusal();
    assertThat(refusal.sentence()).isEqualTo(sentence);
    assertThat(refusal.rendered()).isEqualTo(file + ": " + sentence);
    assertThat(refusal).hasMessage(refusal.rendered());
  }

  private LitmusSourceException refusal() {
    return catchThrowableOfType(LitmusSourceException.class, () -> LitmusSource.load(file));
  }

  private static byte[] blanks(int size) {
    return " ".repeat(size).getBytes(StandardCharsets.UTF_8);
  }
}
