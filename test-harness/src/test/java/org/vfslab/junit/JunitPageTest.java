package org.vfslab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/junit.md shows what compiles, and what is printed. */
final class JunitPageTest {

  private static final Path PAGE = Path.of("..", "docs", "junit.md");
  private static final Path EXAMPLE =
      Path.of("src", "test", "java", "org", "vfslab", "junit", "TwoRenamesTest.java");

  @Test
  void example_isTheCompiledTest() throws IOException {
    String source = Files.readString(EXAMPLE).lines().skip(1).reduce("", (a, b) -> a + b + "\n");
    String imports =
        source.replaceFirst(
            "import java.util.List;\n",
            """
            import java.util.List;
            import org.vfslab.junit.Demands;
            import org.vfslab.junit.Expected;
            import org.vfslab.junit.Explore;
            """);
    assertThat(Files.readString(PAGE)).contains("```java" + imports + "```");
  }

  @Test
  void story_isTheOneThatIsPrinted(@TempDir Path folder) throws IOException {
    String failure = SampleRun.of(Samples.TwoRenames.class, "lockedAsNamed", folder).failure();
    String story =
        failure.substring(failure.indexOf("step |"), failure.indexOf("To see it again")).strip();
    assertThat(Files.readString(PAGE)).contains("\n\n" + story + "\n\n");
  }

  @Test
  void names_areAllExplained() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(Explore.class.getDeclaredMethods())
        .filteredOn(method -> !method.isSynthetic())
        .allSatisfy(attribute -> assertThat(page).contains("`" + attribute.getName() + "`"));
    assertThat(Arrays.asList(ExploreBy.values()))
        .allSatisfy(strategy -> assertThat(page).contains("`" + strategy + "`"));
    assertThat(Arrays.asList(Expected.values()))
        .allSatisfy(expected -> assertThat(page).contains("`" + expected + "`"));
    assertThat(page).contains(ExploreExtension.REPLAY, ExploreExtension.REPLAY_FOLDER);
  }
}
