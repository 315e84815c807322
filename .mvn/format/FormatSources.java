import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs google-java-format over every Java source of the tree; the build starts it as a source file.
 *
 * <p>Arguments: {@code check} (list the badly formatted files) or {@code fix} (rewrite them), the
 * root of the checkout, and the file that takes the list. That file exists afterwards only if
 * something is wrong.
 */
final class FormatSources {
  public static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    Path list = Path.of(args[2]);
    Files.deleteIfExists(list);
    List<String> files = sources(Path.of(args[1]));
    if (files.isEmpty()) {
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(fix ? "--replace" : "--dry-run");
    command.addAll(files);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        new Main(new PrintWriter(out), new PrintWriter(err), InputStream.nullInputStream())
            .format(command.toArray(String[]::new));
    String report = err + (fix ? "" : out.toString());
    if (status != 0 || !report.isEmpty()) {
      System.err.print(report);
      Files.writeString(list, report);
    }
  }

  private static List<String> sources(Path root) throws IOException {
    List<String> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = String.valueOf(dir.getFileName());
            boolean hidden = name.startsWith(".") && !name.equals(".mvn");
            return !dir.equals(root) && (hidden || name.equals("target"))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files);
    return files;
  }
}
