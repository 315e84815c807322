package org.vfslab.litmus.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which words are taken for a misspelling of which. */
final class SpellingTest {

  private static final List<String> KNOWN = List.of("task", "irq", "rwsem", "down_read", "finally");

  @ParameterizedTest
  @CsvSource({
    "taks, task",
    "tasks, task",
    "TASK, task",
    "tsk, task",
    "irc, irq",
    "rw_sem, rwsem",
    "downread, down_read",
    "dwon_raed, down_read",
    "finaly, finally"
  })
  void nearWord_isGuessed(String word, String guess) {
    assertThat(Spelling.closest(word, KNOWN)).contains(guess);
  }

  @ParameterizedTest
  @ValueSource(strings = {"banana", "x", "", "up_write", "lock"})
  void farWord_isNotGuessed(String word) {
    assertThat(Spelling.closest(word, KNOWN)).isEmpty();
  }

  @Test
  void hint_fallsBackToAdvice() {
    assertThat(Spelling.hint("taks", KNOWN, "ask somebody")).isEqualTo("did you mean 'task'?");
    assertThat(Spelling.hint("banana", KNOWN, "ask somebody")).isEqualTo("ask somebody");
  }
}
