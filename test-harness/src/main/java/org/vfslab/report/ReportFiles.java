package org.vfslab.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Reads and writes whole files. Every failure is a {@link ReportException}. */
final class ReportFiles {

  private ReportFiles() {}

  /** The path that a user named. */
  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new ReportException(name, "this is not the name of a file", e);
    }
  }

  /**
   * The content of {@code path}, of which never more than one byte beyond {@code bytesMax} is read.
   *
   * @param sort what the file should be, with its article
   */
  static byte[] read(Path path, int bytesMax, String sort) {
    if (Files.isDirectory(path)) {
      throw new ReportException(path.toString(), "this is a directory, not " + sort);
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(bytesMax + 1);
      if (content.length > bytesMax) {
        throw new ReportException(
            path.toString(),
            "this is too large for " + sort + ", which has at most " + bytesMax + " bytes");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new ReportException(path.toString(), "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new ReportException(path.toString(), "you are not permitted to read this file", e);
    } catch (IOException e) {
      throw new ReportException(
          path.toString(), "this file cannot be read: " + ReportException.reason(e), e);
    }
  }

  /**
   * Writes {@code content} to {@code path}: a reader sees all of it or what was there before. What
   * is no ordinary file, such as a pipe, is written to directly.
   */
  static void write(Path path, byte[] content) {
    if (Files.isDirectory(path)) {
      throw new ReportException(
          path.toString(), "this is a directory; name a file that is to be written");
    }
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        Files.write(path, content, StandardOpenOption.WRITE);
      } else {
        replace(Files.exists(path) ? path.toRealPath() : path.toAbsolutePath(), content);
      }
    } catch (NoSuchFileException e) {
      throw new ReportException(
          path.toString(), "the folder in which this file is to be written does not exist", e);
    } catch (AccessDeniedException e) {
      throw new ReportException(path.toString(), "you are not permitted to write this file", e);
    } catch (IOException e) {
      throw new ReportException(
          path.toString(), "this file cannot be written: " + ReportException.reason(e), e);
    }
  }

  private static void replace(Path target, byte[] content) throws IOException {
    // Not a file of Files.createTempFile, which nobody but its owner could read later.
    Path draft =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      Files.write(draft, content);
      try {
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
