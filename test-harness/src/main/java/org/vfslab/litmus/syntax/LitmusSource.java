package org.vfslab.litmus.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** The text of one litmus file, with the name under which mistakes in it are reported. */
public final class LitmusSource {

  /** The largest file that is read. */
  public static final int SIZE_BYTES_MAX = 1 << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final String fileName;
  private final String text;

  private LitmusSource(String fileName, String text) {
    this.fileName = fileName;
    this.text = text;
  }

  /**
   * Reads a file, and never more than one byte beyond {@link #SIZE_BYTES_MAX} of it.
   *
   * @throws LitmusSourceException if it does not exist, is a directory, cannot be read, is too
   *     large or is not UTF-8 text
   */
  public static LitmusSource load(Path path) {
    String fileName = path.toString();
    if (Files.isDirectory(path)) {
      throw new LitmusSourceException(
          fileName, "this is a directory; name one of the .litmus files in it");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return of(fileName, in.readNBytes(SIZE_BYTES_MAX + 1));
    } catch (NoSuchFileException e) {
      throw unreadable(fileName, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw unreadable(fileName, "you are not permitted to read this file", e);
    } catch (IOException e) {
      throw unreadable(fileName, "this file cannot be read: " + reason(e), e);
    }
  }

  /**
   * Takes bytes for the content of a file.
   *
   * @throws LitmusSourceException if they are too many or are not UTF-8 text
   */
  public static LitmusSource of(String fileName, byte[] content) {
    requireSize(fileName, content.length);
    ByteBuffer bytes = ByteBuffer.wrap(content);
    CharBuffer characters = CharBuffer.allocate(content.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CoderResult result = decoder.decode(bytes, characters, true);
    if (result.isError()) {
      throw new LitmusSourceException(
          fileName,
          "this is not a text file: byte %d is not UTF-8; a litmus file is UTF-8 text"
              .formatted(bytes.position()));
    }
    return of(fileName, characters.flip().toString());
  }

  /**
   * Takes a string for the content of a file. Line ends become line feeds, and a byte order mark
   * disappears.
   *
   * @throws LitmusSourceException if it is too long or contains a NUL character
   */
  public static LitmusSource of(String fileName, String content) {
    requireSize(fileName, content.length());
    int nul = content.indexOf('\0');
    if (nul >= 0) {
      throw new LitmusSourceException(
          fileName,
          "this is not a text file: character %d is NUL; a litmus file is UTF-8 text"
              .formatted(nul));
    }
    String text = content.replace("\r\n", "\n").replace('\r', '\n');
    if (text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(BYTE_ORDER_MARK.length());
    }
    return new LitmusSource(fileName, text);
  }

  /** The file as the user named it. */
  public String fileName() {
    return fileName;
  }

  /** The text; its lines end in line feeds. */
  public String text() {
    return text;
  }

  /** The text of a line, without its end; empty for a line that the file does not have. */
  public String line(int number) {
    return text.lines().skip(number - 1L).findFirst().orElse("");
  }

  /**
   * Describes a mistake in this file.
   *
   * @param sentence one sentence that says what is wrong and what would be right
   */
  public LitmusSyntaxException error(Position position, String sentence) {
    return new LitmusSyntaxException(this, position, sentence);
  }

  private static void requireSize(String fileName, int size) {
    if (size > SIZE_BYTES_MAX) {
      throw new LitmusSourceException(
          fileName,
          "this file is too large; a litmus file has at most %d bytes".formatted(SIZE_BYTES_MAX));
    }
  }

  private static LitmusSourceException unreadable(
      String fileName, String sentence, IOException cause) {
    LitmusSourceException exception = new LitmusSourceException(fileName, sentence);
    exception.initCause(cause);
    return exception;
  }

  private static String reason(IOException e) {
    String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return Objects.requireNonNullElse(said, e.getClass().getSimpleName());
  }
}
