package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class PlainTest {

  @Test
  void wrapped_breaksBetweenWords() {
    assertThat(Plain.wrapped("one two three four", 9))
        .containsExactly("one two", "  three", "  four");
  }

  @Test
  void wrapped_keepsBracketsTogether() {
    assertThat(Plain.wrapped("count 0x3 (WRITER | WAITERS), owner t1", 24))
        .containsExactly("count 0x3", "  (WRITER | WAITERS),", "  owner t1");
  }

  @Test
  void wrapped_breaksLongBrackets() {
    assertThat(Plain.wrapped("a (b c d e f)", 7)).containsExactly("a (b c", "  d e", "  f)");
  }

  @Test
  void wrapped_cutsLongWords() {
    assertThat(Plain.wrapped("abcdefghij", 4)).containsExactly("abcd", "  ef", "  gh", "  ij");
  }

  @Test
  void wrapped_countsCharactersNotUnits() {
    assertThat(Plain.wrapped("\ud83d\ude00\ud83d\ude00 \ud83d\ude00", 4)).hasSize(1);
    assertThat(Plain.wrapped("\ud83d\ude00".repeat(5), 4))
        .containsExactly("\ud83d\ude00".repeat(4), "  \ud83d\ude00");
  }

  @Test
  void wrapped_losesNothingAndStaysWithinTheWidth() {
    Random random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      String text =
          random
              .ints(random.nextInt(40), 0, 8)
              .mapToObj(i -> String.valueOf("ab ()[] ".charAt(i)))
              .reduce("", String::concat);
      int width = 3 + random.nextInt(20);

      assertThat(Plain.wrapped(text, width))
          .as(text)
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
      assertThat(String.join("", Plain.wrapped(text, width)).replace(" ", ""))
          .isEqualTo(text.replace(" ", ""));
    }
  }

  @Test
  void shortened_saysThatItIs() {
    assertThat(Plain.shortened("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Plain.shortened("abcdefg", 6)).isEqualTo("abc...");
  }
}
