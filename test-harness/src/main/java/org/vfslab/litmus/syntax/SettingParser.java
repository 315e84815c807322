package org.vfslab.litmus.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses the {@code { key value ... }} of a machine, disk or filesystem. */
final class SettingParser {

  private final Cursor cursor;

  SettingParser(Cursor cursor) {
    this.cursor = cursor;
  }

  /** No settings at all, if there is no block. */
  List<Setting> optional(String owner) {
    return cursor.atSymbol("{") ? required(owner) : List.of();
  }

  List<Setting> required(String owner) {
    cursor.expectSymbol("{", "after " + owner);
    List<Setting> settings = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    while (!cursor.skipSymbol("}")) {
      Setting setting = setting(owner);
      if (!keys.add(setting.key())) {
        throw cursor.error(
            setting.position(), "%s is set twice".formatted(Printable.quoted(setting.key())));
      }
      settings.add(setting);
    }
    return settings;
  }

  private Setting setting(String owner) {
    Position start = cursor.position();
    String key = cursor.expectName("a setting of %s or '}'".formatted(owner));
    return new Setting(start, key, value(key));
  }

  private Setting.Value value(String key) {
    String what = "a number, a word or a string as the value of " + Printable.quoted(key);
    return switch (cursor.current()) {
      case Token.Numeral _ -> new Setting.Quantity(cursor.expectNumber(what));
      case Token.Text text -> new Setting.Text(text.position(), cursor.expectString(what));
      case Token.Word word -> choice(word);
      case Token.Symbol symbol when symbol.spelling().equals("=") ->
          throw cursor.error(symbol.position(), "a setting is written without '='");
      case Token.Symbol _, Token.End _ -> throw cursor.expected(what);
    };
  }

  private Setting.Choice choice(Token.Word word) {
    cursor.advance();
    List<Expression.IntegerLiteral> arguments = new ArrayList<>();
    while (cursor.current() instanceof Token.Numeral) {
      arguments.add(cursor.expectNumber("a number"));
    }
    return new Setting.Choice(word.position(), word.text(), arguments);
  }
}
