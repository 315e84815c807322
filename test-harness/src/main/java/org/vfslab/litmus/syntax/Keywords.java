package org.vfslab.litmus.syntax;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The words to which the grammar gives a meaning. */
final class Keywords {

  /** Words that begin a statement, and can therefore name nothing. */
  static final Set<String> RESERVED = Set.of("if", "else", "while", "do", "assert");

  /** Statements of C that the litmus language does without. */
  static final Set<String> FOREIGN = Set.of("for", "switch", "goto", "return", "break", "continue");

  /** Words that begin a declaration, a context or a property. */
  static final Set<String> TOP_LEVEL = topLevel();

  private Keywords() {}

  private static Set<String> topLevel() {
    Set<String> words = new TreeSet<>();
    words.addAll(
        List.of(
            "test", "machine", "disk", "fs", "file", "eventfd", "fanotify", "inotify", "object"));
    words.addAll(List.of("aio", "pipe", "socket", "binder"));
    words.addAll(Spelled.spellings(Declaration.PrimitiveKind.values()));
    words.addAll(Spelled.spellings(Declaration.VariableKind.values()));
    words.addAll(Spelled.spellings(Context.Kind.values()));
    words.addAll(Spelled.spellings(Property.Quantifier.values()));
    words.addAll(List.of("observe", "expect"));
    return Collections.unmodifiableSet(words);
  }
}
