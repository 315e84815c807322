package org.vfslab.litmus.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mistake, by the sentence it earns. */
final class LitmusMistakesTest {

  /** The text stands on line 2, after the name of the test; a bar in it is a line end. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          taks a { } @ 2:1 @ 'taks' begins no declaration and no property; did you mean 'task'?
          nevr x @ 2:1 @ 'nevr' begins no declaration and no property; did you mean 'never'?
          foo bar @ 2:1 @ 'foo' begins no declaration and no property; expected a word such as 'task', 'rwsem' or 'never'
          down_read(s) @ 2:1 @ a statement stands only in the body of a task, irq, work or timer
          x = 1 @ 2:1 @ a statement stands only in the body of a task, irq, work or timer
          if (x) { } @ 2:1 @ a statement stands only in the body of a task, irq, work or timer
          } @ 2:1 @ this '}' closes nothing; remove it
          ; @ 2:1 @ ';' stands only between statements; remove it
          4k @ 2:1 @ expected a declaration such as 'task' or a property such as 'never' but found '4k'
          test "again" @ 2:1 @ this file already has a test; give it a file of its own
          machine cpus 2 @ 2:9 @ expected '{' after 'machine' but found 'cpus'
          machine { cpus } @ 2:16 @ expected a number, a word or a string as the value of 'cpus' but found '}'
          machine { cpus = 2 } @ 2:16 @ a setting is written without '='
          machine { cpus 2|cpus 3 } @ 3:1 @ 'cpus' is set twice
          machine { 2 } @ 2:11 @ expected a setting of 'machine' or '}' but found '2'
          disk @ 2:5 @ expected the name of a disk but found the end of the file
          disk d { latency uniform 10us @ 2:30 @ expected a setting of a disk or '}' but found the end of the file
          fs mnt on d @ 2:4 @ expected the mount point of a filesystem, such as "/mnt", but found 'mnt'
          fs "/mnt" d @ 2:11 @ expected 'on' and a disk after a mount point but found 'd'
          file "/a" @ 2:10 @ expected 'size' and a number after the path of a file but found the end of the file
          file "/a" size big @ 2:16 @ expected the size of a file but found 'big'
          file "/a" size 64kb @ 2:16 @ '64kb' has the unknown unit 'kb'; the units are k, M, G, ns, us, ms and s
          file "/a" size 64K @ 2:16 @ '64K' has the unknown unit 'K'; the units are k, M, G, ns, us, ms and s
          rwsem @ 2:6 @ expected a name after 'rwsem' but found the end of the file
          rwsem s rwsem 3 @ 2:15 @ expected a name after 'rwsem' but found '3'
          rwsem if @ 2:7 @ 'if' is a keyword and cannot be a name
          int x = y @ 2:9 @ expected a number to begin with but found 'y'
          int x = 010 @ 2:9 @ '010' begins with a zero, which C reads as octal; write it without
          int x = 1.5 @ 2:9 @ a number has no fraction; use a smaller unit, such as 1500us for 1.5ms
          int x = 0xfg @ 2:9 @ '0xfg' is not a hexadecimal number; write 0x and digits 0 to 9 or a to f, no unit
          int x = 0x @ 2:9 @ '0x' is not a hexadecimal number; write 0x and digits 0 to 9 or a to f, no unit
          int x = 99999999999999999999 @ 2:9 @ '99999999999999999999' is too large; the largest number is 9223372036854775807
          int x = 9223372036854775807k @ 2:9 @ '9223372036854775807k' is too large; the largest number is 9223372036854775807
          int x = 0x11112222333344445 @ 2:9 @ '0x11112222333344445' is too large; a hexadecimal number has at most 64 bits
          object o { rwsm s } @ 2:12 @ 'rwsm' is no kind of field; did you mean 'rwsem'?
          object o { banana s } @ 2:12 @ 'banana' is no kind of field; a field is a lock such as 'rwsem g' or a number such as 'int refs = 1'
          object o { int x @ 2:17 @ expected a field of an object or '}' but found the end of the file
          fanotify f { mark "/a" FAN_X } @ 2:14 @ expected 'class' as the first entry of a fanotify group but found 'mark'
          fanotify f { class notif mrk "/a" FAN_X } @ 2:26 @ expected 'mark' or '}' in a fanotify group but found 'mrk'
          task @ 2:5 @ expected a name after 'task' but found the end of the file
          task a @ 2:7 @ expected '{' before the body of task 'a' but found the end of the file
          task a(x) { } @ 2:7 @ a task has no parameters, because it starts by itself
          task a on 1 { } @ 2:11 @ expected 'cpu' and a number after 'on' but found '1'
          irq a(1) { } @ 2:7 @ expected a parameter but found '1'
          irq a(x y) { } @ 2:9 @ expected ')' or ',' after a parameter but found 'y'
          task a {|  down_read(s)|task b { } @ 4:1 @ 'task' cannot begin a statement; is a '}' missing before it?
          task a {|  down_read(s)|never x @ 4:1 @ 'never' cannot begin a statement; is a '}' missing before it?
          task a { int x = 0 } @ 2:10 @ 'int' cannot begin a statement; a local variable is not declared, only assigned
          task a {|  if (x) {|    f()|} @ 5:2 @ the file ends before a '}' closes the '{' at 2:8
          task a { f(s } @ 2:14 @ expected ')' or ',' after an argument of 'f' but found '}'
          task a { f(s @ 2:13 @ expected ')' or ',' after an argument of 'f' but found the end of the file
          task a { open("/a" O_RDWR) } @ 2:20 @ expected ')' or ',' after an argument of 'open' but found 'O_RDWR'
          task a { pwrite(fd 0, 4k) } @ 2:23 @ this argument must stand before the named argument 'fd'; or is a ',' missing after 'fd'?
          task a { pwrite(fill 1, fill 2) } @ 2:25 @ the argument 'fill' is given twice
          task a { if (x = 1) exit } @ 2:16 @ expected ')' after the condition of 'if' but found '='; to compare, write '=='
          task a { if x exit } @ 2:13 @ expected '(' after 'if' but found 'x'
          task a { f() = 1 } @ 2:14 @ only a variable or a field can stand before '='; to compare, write '=='
          task a { a + b = c } @ 2:16 @ only a variable or a field can stand before '='; to compare, write '=='
          task a { 4k } @ 2:10 @ nobody uses this value; a statement is a call, an assignment or a comparison
          task a { "text" } @ 2:10 @ nobody uses this value; a statement is a call, an assignment or a comparison
          task a { o.refs } @ 2:10 @ nobody uses this value; a statement is a call, an assignment or a comparison
          task a { a + b } @ 2:10 @ nobody uses this value; a statement is a call, an assignment or a comparison
          task a { a == b == c } @ 2:17 @ comparisons do not chain; join two of them with '&&', or add parentheses
          task a { a < b < c } @ 2:16 @ comparisons do not chain; join two of them with '&&', or add parentheses
          task a { for (i = 0; i < 4; i = i + 1) { } } @ 2:10 @ there is no 'for'; use 'if', 'while' and 'do'
          task a { return } @ 2:10 @ there is no 'return'; use 'if', 'while' and 'do'
          task a { else { } } @ 2:10 @ this 'else' belongs to no 'if'
          task a { while (x); } @ 2:19 @ this body is empty; if that is meant, write { }
          task a { do { } } @ 2:17 @ expected 'while' after the body of the 'do' at 2:10 but found '}'
          task a { { } } @ 2:10 @ a block stands only after 'if', 'else', 'while' or 'do'
          task a { ) } @ 2:10 @ expected a statement but found ')'
          task a { assert } @ 2:17 @ expected a value but found '}'
          task a { x = } @ 2:14 @ expected a value but found '}'
          task a { x = while (1) { } } @ 2:14 @ 'while' is a keyword and cannot be a name
          task a { o.a.b = 1 } @ 2:13 @ a field has no fields of its own; write o.field
          task a { o. = 1 } @ 2:13 @ expected the name of a field after '.' but found '='
          task a { x += 1 } @ 2:12 @ there is no '+='; write x = x + 1
          task a { x++ } @ 2:11 @ there is no '++'; write x = x + 1
          task a { o->refs = 1 } @ 2:11 @ there is no '->'; a field is written with '.'
          task a { mutex_lock(&m) } @ 2:21 @ there is no address operator; write the name without '&'
          task a { a[0] = 1 } @ 2:11 @ there is no '['; there are no arrays
          task a { x = y ? 1 : 2 } @ 2:16 @ there is no '?'; use 'if' and 'else'
          task a { mark('x') } @ 2:15 @ there is no single quote; a string stands in double quotes
          task a { mark("x) } @ 2:15 @ this string has no end; a '"' is missing in its line
          task a { mark("a\\q") } @ 2:17 @ after a backslash in a string comes one of " \\ n t, and nothing else
          task a { mark(“x”) } @ 2:15 @ there is no '“' (U+201C); a string stands in straight double quotes
          task a { é() } @ 2:10 @ the character 'é' (U+00E9) has no meaning outside strings and comments
          task a { $x = 1 } @ 2:10 @ the character '$' has no meaning outside strings and comments
          /* comment */ @ 2:1 @ there is no '/*'; a comment begins with '#' and ends with its line
          never @ 2:6 @ expected a value but found the end of the file
          never a = b @ 2:9 @ expected a declaration such as 'task' or a property such as 'never' but found '='; to compare, write '=='
          never a b @ 2:9 @ 'b' begins no declaration and no property; expected a word such as 'task', 'rwsem' or 'never'
          observe @ 2:8 @ expected a value but found the end of the file
          observe a, @ 2:11 @ expected a value but found the end of the file
          expect @ 2:7 @ expected an outcome, one of holds, deadlock, splat, violation, race, use_after_free, livelock, atomic_sleep, but found the end of the file
          expect deadlok @ 2:8 @ 'deadlok' is no outcome; did you mean 'deadlock'?
          expect banana @ 2:8 @ 'banana' is no outcome; expect one of holds, deadlock, splat, violation, race, use_after_free, livelock, atomic_sleep
          expect holds "text" @ 2:14 @ 'expect holds' has no text, because nothing is reported
          expect splat under @ 2:19 @ expected the name of a patch but found the end of the file
          expect splat under pre-4.10, @ 2:29 @ expected the name of a patch but found the end of the file
          expect "text" @ 2:8 @ expected an outcome, one of holds, deadlock, splat, violation, race, use_after_free, livelock, atomic_sleep, but found the string 'text'
          """)
  void mistake_hasPlaceAndSentence(String text, String place, String sentence) {
    LitmusSyntaxException mistake = mistakeIn("test \"t\"\n" + text.replace('|', '\n'));

    assertThat(mistake.sentence()).isEqualTo(sentence);
    assertThat(mistake.line() + ":" + mistake.column()).isEqualTo(place);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          rwsem s  @ 1:1 @ a litmus file begins with test and a name in quotes, not with 'rwsem'
          test x   @ 1:6 @ expected the name of the test, in quotes, but found 'x'
          test     @ 1:5 @ expected the name of the test, in quotes, but found the end of the file
          test "t  @ 1:6 @ this string has no end; a '"' is missing in its line
          """)
  void beginning_isTheNameOfTheTest(String text, String place, String sentence) {
    LitmusSyntaxException mistake = mistakeIn(text);

    assertThat(mistake.sentence()).isEqualTo(sentence);
    assertThat(mistake.line() + ":" + mistake.column()).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t\n", "\uFEFF"})
  void emptyFile_saysWhatToBeginWith(String text) {
    assertThat(mistakeIn(text).getMessage())
        .isEqualTo(
            "t.litmus:1:1: this file is empty; a litmus file begins with test and a name in"
                + " quotes");
  }

  @Test
  void fileOfComments_saysWhatToBeginWith() {
    assertThat(mistakeIn("# one\n// two\n").sentence())
        .isEqualTo(
            "this file has only comments; a litmus file begins with test and a name in quotes");
  }

  @Test
  void rendered_showsTheLineAndACaret() {
    LitmusSyntaxException mistake = mistakeIn("test \"t\"\ntask a {\n\tf(x y z) # note\n}");

    assertThat(mistake.rendered())
        .isEqualToNormalizingNewlines(
            """
            t.litmus:3:8: expected ')' or ',' after an argument of 'f' but found 'z'
            \tf(x y z) # note
            \t      ^\
            """);
    assertThat(mistake.file()).isEqualTo("t.litmus");
  }

  @Test
  void rendered_cutsALongLineAroundTheCaret() {
    String text = "test \"t\" never " + "a + ".repeat(200) + "@" + " + b".repeat(200);

    String excerpt = mistakeIn(text).rendered().lines().skip(1).findFirst().orElseThrow();

    assertThat(excerpt).startsWith("...").endsWith("...").contains("@").hasSizeLessThan(120);
    assertThat(mistakeIn(text).rendered().lines().toList().get(2))
        .hasSize(excerpt.indexOf('@') + 1);
  }

  @Test
  void rendered_sendsNoEscapeToTheTerminal() {
    LitmusSyntaxException mistake = mistakeIn("test \"t\" \u001b[31m # \u202e");

    assertThat(mistake.rendered()).doesNotContain("\u001b").doesNotContain("\u202e");
    assertThat(mistake.sentence()).contains("U+001B");
  }

  @Test
  void longWord_isShortenedInTheSentence() {
    assertThat(mistakeIn("test \"t\" " + "x".repeat(100_000)).rendered()).hasSizeLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "f(",
        "- ",
        "!",
        "if (x) ",
        "if (x) { ",
        "do ",
        "while (x) { if (y) { } else "
      })
  void deepNesting_isASentence(String piece) {
    assertThat(mistakeIn("test \"t\" task a { " + piece.repeat(10_000)).sentence())
        .isEqualTo("this is nested more than 100 levels deep");
  }

  @Test
  void hundredThousandParentheses_areASentence() {
    LitmusSyntaxException mistake = mistakeIn("test \"t\" never " + "(".repeat(100_000));

    assertThat(mistake.sentence()).isEqualTo("this is nested more than 100 levels deep");
    assertThat(mistake.column()).isEqualTo(116);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a + ", "a && b || ", "a, ", "f(1) - "})
  void longExpression_isASentence(String piece) {
    assertThat(mistakeIn("test \"t\" never g(" + piece.repeat(100_000)).sentence())
        .isEqualTo("this expression has more than 1000 operands; split it");
  }

  @Test
  void manyStatements_areFine() {
    LitmusFile file = LitmusParser.parse("t", "test \"t\" task a { " + "f()".repeat(100_000) + "}");

    assertThat(file.contexts().getFirst().body().statements()).hasSize(100_000);
  }

  private static LitmusSyntaxException mistakeIn(String text) {
    return catchThrowableOfType(
        LitmusSyntaxException.class, () -> LitmusParser.parse("t.litmus", text));
  }
}
