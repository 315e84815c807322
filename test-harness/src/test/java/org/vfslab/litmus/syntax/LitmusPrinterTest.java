package org.vfslab.litmus.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What is printed parses to the tree that was printed. */
final class LitmusPrinterTest {

  private static final int TREE_COUNT = 2_000;

  @SuppressWarnings("unused") // named by @FieldSource
  private static final List<String> NAMES = Questions.NAMES;

  @ParameterizedTest
  @FieldSource("NAMES")
  void question_survives(String name) {
    requireSurvival(LitmusParser.parse(name, Questions.text(name)));
  }

  @Test
  void randomTree_survives() {
    for (long seed = 0; seed < TREE_COUNT; seed++) {
      requireSurvival(new RandomLitmus(seed).file());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a + b * c,       a + b * c",
    "(a + b) * c,     (a + b) * c",
    "(a * b) + (c),   a * b + c",
    "a - (b - c),     a - (b - c)",
    "(a - b) - c,     a - b - c",
    "(a == b) == c,   (a == b) == c",
    "a && (b || c),   a && (b || c)",
    "-(-a),           -(-a)",
    "!(a && b),       !(a && b)",
    "(!a) && b,       !a && b",
    "f((a)) == (4k),  f(a) == 4k",
    "a & (b == c),    a & b == c",
    "(a & b) == c,    (a & b) == c",
  })
  void expression_keepsOnlyNeededParentheses(String written, String printed) {
    LitmusFile file = LitmusParser.parse("t", "test \"t\" never " + written);

    assertThat(LitmusPrinter.print(file)).isEqualTo("test \"t\"\nnever " + printed + "\n");
  }

  private static void requireSurvival(LitmusFile file) {
    String printed = LitmusPrinter.print(file);

    LitmusFile again = LitmusParser.parse("printed", printed);

    assertThat(Shape.of(again)).as(printed).isEqualTo(Shape.of(file));
    assertThat(LitmusPrinter.print(again)).isEqualTo(printed);
  }
}
