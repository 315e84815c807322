package org.vfslab.litmus.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses what is asked about the executions. */
final class PropertyParser {

  private final Cursor cursor;
  private final ExpressionParser expressions;

  PropertyParser(Cursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  /** Parses a property, if this word, at which the cursor stands, begins one. */
  Optional<Property> parseAt(Token.Word keyword) {
    return switch (keyword.text()) {
      case "observe" -> Optional.of(observe());
      case "expect" -> Optional.of(expect());
      default -> Spelled.find(Property.Quantifier.values(), keyword.text()).map(this::claim);
    };
  }

  private Property claim(Property.Quantifier quantifier) {
    Position start = cursor.position();
    cursor.advance();
    return new Property.Claim(start, quantifier, expressions.parse());
  }

  private Property observe() {
    Position start = cursor.position();
    List<Expression> observed = new ArrayList<>();
    do {
      cursor.advance();
      observed.add(expressions.parse());
    } while (cursor.atSymbol(","));
    return new Property.Observe(start, observed);
  }

  private Property expect() {
    Position start = cursor.position();
    cursor.advance();
    Property.Outcome outcome = outcome();
    Optional<String> text = text(outcome);
    return new Property.Expect(start, outcome, text, patches());
  }

  private Property.Outcome outcome() {
    List<String> known = Spelled.spellings(Property.Outcome.values());
    if (!(cursor.current() instanceof Token.Word word)) {
      throw cursor.expected("an outcome, one of %s,".formatted(String.join(", ", known)));
    }
    Property.Outcome outcome =
        Spelled.find(Property.Outcome.values(), word.text())
            .orElseThrow(
                () ->
                    cursor.error(
                        word.position(),
                        "%s is no outcome; %s"
                            .formatted(
                                word.description(),
                                Spelling.hint(
                                    word.text(),
                                    known,
                                    "expect one of " + String.join(", ", known)))));
    cursor.advance();
    return outcome;
  }

  private Optional<String> text(Property.Outcome outcome) {
    if (!(cursor.current() instanceof Token.Text text)) {
      return Optional.empty();
    }
    if (outcome == Property.Outcome.HOLDS) {
      throw cursor.error(
          text.position(), "'expect holds' has no text, because nothing is reported");
    }
    cursor.advance();
    return Optional.of(text.value());
  }

  private List<String> patches() {
    List<String> patches = new ArrayList<>();
    if (cursor.atWord("under")) {
      do {
        patches.add(cursor.patchNameAfterCurrent());
      } while (cursor.atSymbol(","));
    }
    return patches;
  }
}
