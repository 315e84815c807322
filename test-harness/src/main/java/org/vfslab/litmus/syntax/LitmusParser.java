package org.vfslab.litmus.syntax;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses litmus files. What it accepts is in {@code docs/litmus.md}; whether names and calls make
 * sense is for others to say.
 */
public final class LitmusParser {

  private final Cursor cursor;
  private final LitmusSource source;
  private final DeclarationParser declarationParser;
  private final ContextParser contextParser;
  private final PropertyParser propertyParser;

  private final List<Declaration> declarations = new ArrayList<>();
  private final List<Context> contexts = new ArrayList<>();
  private final List<Property> properties = new ArrayList<>();

  private LitmusParser(LitmusSource source) {
    this.source = source;
    this.cursor = new Cursor(source);
    ExpressionParser expressions = new ExpressionParser(cursor);
    this.declarationParser = new DeclarationParser(cursor, expressions);
    this.contextParser = new ContextParser(cursor, expressions);
    this.propertyParser = new PropertyParser(cursor, expressions);
  }

  /**
   * Reads and parses a file.
   *
   * @throws LitmusSourceException if it cannot be read or is not text
   * @throws LitmusSyntaxException at the first mistake
   */
  public static LitmusFile parse(Path path) {
    return parse(LitmusSource.load(path));
  }

  /**
   * Parses the content of a file.
   *
   * @param fileName the name under which mistakes are reported
   * @throws LitmusSourceException if it is too large or is not text
   * @throws LitmusSyntaxException at the first mistake
   */
  public static LitmusFile parse(String fileName, byte[] content) {
    return parse(LitmusSource.of(fileName, content));
  }

  /**
   * Parses the content of a file.
   *
   * @param fileName the name under which mistakes are reported
   * @throws LitmusSourceException if it is too large or is not text
   * @throws LitmusSyntaxException at the first mistake
   */
  public static LitmusFile parse(String fileName, String content) {
    return parse(LitmusSource.of(fileName, content));
  }

  /**
   * Parses a text.
   *
   * @throws LitmusSyntaxException at the first mistake
   */
  public static LitmusFile parse(LitmusSource source) {
    return new LitmusParser(source).file();
  }

  private LitmusFile file() {
    String test = test();
    while (!cursor.atEnd()) {
      topLevel();
    }
    return new LitmusFile(source, test, declarations, contexts, properties);
  }

  private String test() {
    if (cursor.atEnd()) {
      String what = source.text().isBlank() ? "this file is empty" : "this file has only comments";
      throw cursor.error(
          cursor.position(), what + "; a litmus file begins with test and a name in quotes");
    }
    if (!cursor.skipWord("test")) {
      throw cursor.error(
          cursor.position(),
          "a litmus file begins with test and a name in quotes, not with %s"
              .formatted(cursor.current().description()));
    }
    return cursor.expectString("the name of the test, in quotes,");
  }

  private void topLevel() {
    if (!(cursor.current() instanceof Token.Word word)) {
      throw notTopLevel();
    }
    Optional<Declaration> declaration = declarationParser.parseAt(word);
    if (declaration.isPresent()) {
      declarations.add(declaration.get());
      return;
    }
    Optional<Context> context = contextParser.parseAt(word);
    if (context.isPresent()) {
      contexts.add(context.get());
      return;
    }
    properties.add(propertyParser.parseAt(word).orElseThrow(() -> unknown(word)));
  }

  private LitmusSyntaxException notTopLevel() {
    if (cursor.atSymbol("}")) {
      return cursor.error(cursor.position(), "this '}' closes nothing; remove it");
    }
    if (cursor.atSymbol(";")) {
      return cursor.error(cursor.position(), "';' stands only between statements; remove it");
    }
    return cursor.expectedAfterExpression(
        "a declaration such as 'task' or a property such as 'never'");
  }

  private LitmusSyntaxException unknown(Token.Word word) {
    if (word.text().equals("test")) {
      return cursor.error(
          word.position(), "this file already has a test; give it a file of its own");
    }
    cursor.advance();
    boolean statement =
        Keywords.RESERVED.contains(word.text())
            || cursor.atSymbol("(")
            || cursor.atSymbol("=")
            || cursor.atSymbol(".");
    if (statement) {
      return cursor.error(
          word.position(), "a statement stands only in the body of a task, irq, work or timer");
    }
    return cursor.error(
        word.position(),
        "%s begins no declaration and no property; %s"
            .formatted(
                word.description(),
                Spelling.hint(
                    word.text(),
                    Keywords.TOP_LEVEL,
                    "expected a word such as 'task', 'rwsem' or 'never'")));
  }
}
