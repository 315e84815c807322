package org.vfslab.litmus.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** However a file is damaged, it parses or there is a sentence with a place in the file. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LitmusMutationTest {

  private static final int MUTATIONS_PER_QUESTION = 1_000;

  private static final List<String> SCRAPS =
      List.of(
          "(",
          ")",
          "{",
          "}",
          "\"",
          "#",
          "//",
          ",",
          ";",
          ".",
          "=",
          "==",
          "-",
          "!",
          "&",
          "&&",
          "|",
          "0",
          "0x",
          "09",
          "1.5",
          "4kb",
          "99999999999999999999",
          "9223372036854775807k",
          "if",
          "else",
          "while",
          "do",
          "assert",
          "task",
          "irq",
          "never",
          "expect",
          "under",
          "test",
          "on",
          "\\",
          "\t",
          "\n",
          "\r",
          "\0",
          "\uFEFF",
          "é",
          "😀",
          "\u202e",
          "'",
          "\ud800",
          "[",
          "a.b.c");

  @SuppressWarnings("unused") // named by @FieldSource
  private static final List<String> NAMES = Questions.NAMES;

  @ParameterizedTest
  @FieldSource("NAMES")
  void damagedText_parsesOrGivesSentence(String name) {
    String text = Questions.text(name);
    for (int seed = 0; seed < MUTATIONS_PER_QUESTION; seed++) {
      Random random = new Random(seed * 31L + name.hashCode());
      String damaged = text;
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged = damage(damaged, random);
      }
      requireSentence(damaged);
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void truncatedText_parsesOrGivesSentence(String name) {
    String text = Questions.text(name);
    for (int length = 0; length < text.length(); length++) {
      requireSentence(text.substring(0, length));
    }
  }

  @Test
  void damagedBytes_parseOrGiveSentence() {
    byte[] bytes = Questions.text("write-barrier").getBytes(StandardCharsets.UTF_8);
    for (int seed = 0; seed < MUTATIONS_PER_QUESTION; seed++) {
      Random random = new Random(seed);
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      try {
        LitmusParser.parse("t.litmus", damaged);
      } catch (LitmusException e) {
        assertThat(e.sentence()).isNotBlank();
      }
    }
  }

  private static String damage(String text, Random random) {
    if (text.isEmpty()) {
      return "test";
    }
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + random.nextInt(12));
    String scrap = SCRAPS.get(random.nextInt(SCRAPS.size()));
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, from) + text.substring(to);
      case 1 -> text.substring(0, from) + scrap + text.substring(from);
      case 2 -> text.substring(0, from) + scrap + text.substring(to);
      case 3 -> text.substring(0, to) + text.substring(from);
      default -> text.substring(0, from) + (char) random.nextInt(0x10000) + text.substring(to);
    };
  }

  private static void requireSentence(String text) {
    try {
      LitmusFile file = LitmusParser.parse("t.litmus", text);
      assertThat(LitmusParser.parse("t.litmus", LitmusPrinter.print(file)).test())
          .isEqualTo(file.test());
    } catch (LitmusSyntaxException e) {
      LitmusSource source = LitmusSource.of("t.litmus", text);
      assertThat(e.sentence()).isNotBlank().doesNotContain("\n");
      assertThat(e.line()).isBetween(1, (int) Math.max(1, source.text().lines().count()));
      String line = source.line(e.line());
      assertThat(e.column()).isBetween(1, line.codePointCount(0, line.length()) + 1);
      assertThat(e.rendered().lines()).hasSize(3);
    } catch (LitmusSourceException e) {
      assertThat(text).contains("\0");
    }
  }
}
