package org.vfslab.litmus.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Parses what exists before the first context runs. */
final class DeclarationParser {

  private static final List<String> FIELD_KEYWORDS =
      Stream.of(
              Spelled.spellings(Declaration.PrimitiveKind.values()),
              Spelled.spellings(Declaration.VariableKind.values()))
          .flatMap(List::stream)
          .toList();

  private final Cursor cursor;
  private final ExpressionParser expressions;
  private final SettingParser settings;

  DeclarationParser(Cursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
    this.settings = new SettingParser(cursor);
  }

  /** Parses a declaration, if this word, at which the cursor stands, begins one. */
  Optional<Declaration> parseAt(Token.Word keyword) {
    return switch (keyword.text()) {
      case "machine" -> Optional.of(machine());
      case "disk" -> Optional.of(disk());
      case "fs" -> Optional.of(filesystem());
      case "file" -> Optional.of(dataFile());
      case "eventfd" -> Optional.of(eventCounter());
      case "aio" -> Optional.of(aioContext());
      case "pipe" -> Optional.of(pipe());
      case "socket" -> Optional.of(new Declaration.Socket(begin(), nameAfter("socket")));
      case "binder" -> Optional.of(new Declaration.Binder(begin(), nameAfter("binder")));
      case "fanotify" -> Optional.of(fanotifyGroup());
      case "inotify" -> Optional.of(inotifyInstance());
      case "object" -> Optional.of(kernelObject());
      default -> fieldAt(keyword).map(field -> field);
    };
  }

  private Declaration machine() {
    Position start = begin();
    return new Declaration.Machine(start, settings.required("'machine'"));
  }

  private Declaration disk() {
    Position start = begin();
    String name = cursor.expectName("the name of a disk");
    return new Declaration.Disk(start, name, settings.optional("a disk"));
  }

  private Declaration filesystem() {
    Position start = begin();
    String mountPoint = cursor.expectString("the mount point of a filesystem, such as \"/mnt\",");
    cursor.expectWord("on", "and a disk after a mount point");
    String disk = cursor.expectName("the name of a disk");
    return new Declaration.Filesystem(start, mountPoint, disk, settings.optional("a filesystem"));
  }

  private Declaration dataFile() {
    Position start = begin();
    String path = cursor.expectString("the path of a file, such as \"/mnt/a\",");
    cursor.expectWord("size", "and a number after the path of a file");
    return new Declaration.DataFile(start, path, cursor.expectNumber("the size of a file"));
  }

  private Declaration eventCounter() {
    Position start = begin();
    String name = cursor.expectName("the name of an eventfd");
    return new Declaration.EventCounter(start, name, initial());
  }

  private Declaration aioContext() {
    Position start = begin();
    String name = nameAfter("aio");
    cursor.expectSymbol("=", "and how many events it holds after the name of an aio context");
    long events = cursor.expectNumber("the number of events of an aio context").scaled();
    return new Declaration.AioContext(start, name, events);
  }

  private Declaration pipe() {
    Position start = begin();
    String readEnd = nameAfter("pipe");
    return new Declaration.Pipe(
        start, readEnd, cursor.expectName("a name for the end of a pipe that is written to"));
  }

  private String nameAfter(String keyword) {
    return cursor.expectName("a name after '%s'".formatted(keyword));
  }

  private Declaration fanotifyGroup() {
    Position start = begin();
    String name = cursor.expectName("the name of a fanotify group");
    cursor.expectSymbol("{", "after the name of a fanotify group");
    cursor.expectWord("class", "as the first entry of a fanotify group");
    String notificationClass = cursor.expectName("a class, such as notif, content or pre_content,");
    List<Declaration.Mark> marks = new ArrayList<>();
    while (!cursor.skipSymbol("}")) {
      marks.add(mark("mark", "a fanotify group"));
    }
    return new Declaration.FanotifyGroup(start, name, notificationClass, marks);
  }

  private Declaration inotifyInstance() {
    Position start = begin();
    String name = cursor.expectName("the name of an inotify instance");
    cursor.expectSymbol("{", "after the name of an inotify instance");
    List<Declaration.Mark> watches = new ArrayList<>();
    while (!cursor.skipSymbol("}")) {
      watches.add(mark("watch", "an inotify instance"));
    }
    return new Declaration.InotifyInstance(start, name, watches);
  }

  private Declaration.Mark mark(String word, String of) {
    Position start = cursor.position();
    cursor.expectWord(word, "or '}' in " + of);
    String path = cursor.expectString("the path of a " + word + ", such as \"/mnt/a\",");
    return new Declaration.Mark(start, path, expressions.parse());
  }

  private Declaration kernelObject() {
    Position start = begin();
    String name = cursor.expectName("the name of an object");
    cursor.expectSymbol("{", "after the name of an object");
    List<Declaration.Field> fields = new ArrayList<>();
    while (!cursor.skipSymbol("}")) {
      fields.add(field());
    }
    return new Declaration.KernelObject(start, name, fields);
  }

  private Declaration.Field field() {
    if (!(cursor.current() instanceof Token.Word keyword)) {
      throw cursor.expected("a field of an object or '}'");
    }
    return fieldAt(keyword)
        .orElseThrow(
            () ->
                cursor.error(
                    keyword.position(),
                    "%s is no kind of field; %s"
                        .formatted(
                            keyword.description(),
                            Spelling.hint(
                                keyword.text(),
                                FIELD_KEYWORDS,
                                "a field is a lock such as 'rwsem g' or a number such as"
                                    + " 'int refs = 1'"))));
  }

  private Optional<Declaration.Field> fieldAt(Token.Word keyword) {
    Optional<Declaration.PrimitiveKind> primitive =
        Spelled.find(Declaration.PrimitiveKind.values(), keyword.text());
    if (primitive.isPresent()) {
      return Optional.of(primitive(primitive.get()));
    }
    return Spelled.find(Declaration.VariableKind.values(), keyword.text()).map(this::variable);
  }

  private Declaration.Primitive primitive(Declaration.PrimitiveKind kind) {
    Position start = begin();
    return new Declaration.Primitive(start, kind, nameOf(kind));
  }

  private Declaration.Variable variable(Declaration.VariableKind kind) {
    Position start = begin();
    String name = nameOf(kind);
    return new Declaration.Variable(start, kind, name, initial());
  }

  private String nameOf(Spelled kind) {
    return nameAfter(kind.spelling());
  }

  /** Parses {@code = number}; zero, if it is not there. */
  private long initial() {
    if (!cursor.skipSymbol("=")) {
      return 0;
    }
    boolean negative = cursor.skipSymbol("-");
    long value = cursor.expectNumber("a number to begin with").scaled();
    return negative ? -value : value;
  }

  private Position begin() {
    Position start = cursor.position();
    cursor.advance();
    return start;
  }
}
