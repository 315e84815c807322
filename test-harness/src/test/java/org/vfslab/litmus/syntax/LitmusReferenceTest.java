package org.vfslab.litmus.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference of the language says what is true. */
final class LitmusReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "litmus.md");
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```litmus\n(.*?)```");

  @Test
  void examples_parse() throws IOException {
    List<String> examples =
        EXAMPLE
            .matcher(Files.readString(REFERENCE))
            .results()
            .map(MatchResult::group)
            .map(example -> example.replace("```litmus", "").replace("```", ""))
            .toList();

    assertThat(examples).hasSizeGreaterThan(3);
    assertThat(examples).allSatisfy(example -> LitmusParser.parse("litmus.md", example));
  }

  @Test
  void keywords_areAllExplained() throws IOException {
    String reference = Files.readString(REFERENCE);

    assertThat(Keywords.TOP_LEVEL).allSatisfy(word -> assertThat(reference).contains("\"" + word));
    assertThat(Keywords.RESERVED).allSatisfy(word -> assertThat(reference).contains("`" + word));
    assertThat(Spelled.spellings(Property.Outcome.values()))
        .allSatisfy(word -> assertThat(reference).contains("`" + word + "`"));
  }

  @Test
  void bounds_areNamed() throws IOException {
    assertThat(Files.readString(REFERENCE))
        .contains("at most " + Cursor.DEPTH_MAX + " deep")
        .contains("at most " + ExpressionParser.OPERANDS_MAX + " operands");
  }
}
