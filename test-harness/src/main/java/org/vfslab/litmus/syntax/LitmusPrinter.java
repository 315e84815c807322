package org.vfslab.litmus.syntax;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a syntax tree as a litmus file. Parsing the result gives the same tree, at other
 * positions.
 */
public final class LitmusPrinter {

  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder();

  private LitmusPrinter() {}

  /** The text of a litmus file; comments are not part of the tree and are gone. */
  public static String print(LitmusFile file) {
    LitmusPrinter printer = new LitmusPrinter();
    printer.line("", "test " + ExpressionPrinter.quoted(file.test()));
    file.declarations().forEach(declaration -> printer.line("", declaration(declaration)));
    file.contexts().forEach(printer::context);
    file.properties().forEach(property -> printer.line("", property(property)));
    return printer.out.toString();
  }

  private void line(String indent, String text) {
    out.append(indent).append(text).append('\n');
  }

  private static String declaration(Declaration declaration) {
    return switch (declaration) {
      case Declaration.Machine machine -> "machine" + settings(machine.settings());
      case Declaration.Disk disk -> "disk " + disk.name() + settings(disk.settings());
      case Declaration.Filesystem fs ->
          "fs %s on %s%s"
              .formatted(
                  ExpressionPrinter.quoted(fs.mountPoint()), fs.disk(), settings(fs.settings()));
      case Declaration.DataFile file ->
          "file %s size %s"
              .formatted(
                  ExpressionPrinter.quoted(file.path()), ExpressionPrinter.print(file.size()));
      case Declaration.EventCounter counter ->
          "eventfd %s = %s".formatted(counter.name(), initial(counter.initial()));
      case Declaration.FanotifyGroup group ->
          braces(
              "fanotify " + group.name(),
              Stream.concat(
                  Stream.of("class " + group.notificationClass()), marks("mark", group.marks())));
      case Declaration.InotifyInstance instance ->
          braces("inotify " + instance.name(), marks("watch", instance.watches()));
      case Declaration.AioContext context ->
          "aio %s = %s".formatted(context.name(), initial(context.events()));
      case Declaration.Pipe pipe -> "pipe %s %s".formatted(pipe.readEnd(), pipe.writeEnd());
      case Declaration.Socket socket -> "socket " + socket.name();
      case Declaration.Binder binder -> "binder " + binder.name();
      case Declaration.KernelObject object ->
          braces("object " + object.name(), object.fields().stream().map(LitmusPrinter::field));
      case Declaration.Field field -> field(field);
    };
  }

  private static String field(Declaration.Field field) {
    return switch (field) {
      case Declaration.Primitive primitive -> primitive.kind().spelling() + " " + primitive.name();
      case Declaration.Variable variable ->
          "%s %s = %s"
              .formatted(variable.kind().spelling(), variable.name(), initial(variable.initial()));
    };
  }

  /** The smallest number has no decimal spelling, because its opposite is out of range. */
  private static String initial(long value) {
    return value == Long.MIN_VALUE ? "0x" + Long.toHexString(value) : Long.toString(value);
  }

  private static Stream<String> marks(String word, List<Declaration.Mark> marks) {
    return marks.stream()
        .map(
            mark ->
                "%s %s %s"
                    .formatted(
                        word,
                        ExpressionPrinter.quoted(mark.path()),
                        ExpressionPrinter.print(mark.mask())));
  }

  private static String settings(List<Setting> settings) {
    return braces(
        "", settings.stream().map(setting -> setting.key() + " " + value(setting.value())));
  }

  private static String value(Setting.Value value) {
    return switch (value) {
      case Setting.Quantity quantity -> ExpressionPrinter.print(quantity.number());
      case Setting.Text text -> ExpressionPrinter.quoted(text.value());
      case Setting.Choice choice ->
          Stream.concat(
                  Stream.of(choice.word()),
                  choice.arguments().stream().map(ExpressionPrinter::print))
              .collect(Collectors.joining(" "));
    };
  }

  private static String braces(String before, Stream<String> entries) {
    return entries.collect(Collectors.joining("  ", before + " { ", " }"));
  }

  private void context(Context context) {
    String parameters =
        context.parameters().isEmpty()
            ? ""
            : context.parameters().stream()
                .map(Context.Parameter::name)
                .collect(Collectors.joining(", ", "(", ")"));
    String cpu = context.cpu().map(n -> " on cpu " + ExpressionPrinter.print(n)).orElse("");
    line("", context.kind().spelling() + " " + context.name() + parameters + cpu + " {");
    body(INDENT, context.body());
    line("", "}");
  }

  private void body(String indent, Block block) {
    for (Statement statement : block.statements()) {
      statement(indent, statement);
    }
  }

  private void statement(String indent, Statement statement) {
    switch (statement) {
      case Statement.Assign assign ->
          simple(
              indent,
              ExpressionPrinter.print(assign.target())
                  + " = "
                  + ExpressionPrinter.print(assign.value()));
      case Statement.ExpressionStatement expression ->
          simple(indent, ExpressionPrinter.print(expression.expression()));
      case Statement.Assert assertion ->
          simple(indent, "assert " + ExpressionPrinter.print(assertion.condition()));
      case Statement.If branch -> {
        line(indent, "if (%s) {".formatted(ExpressionPrinter.print(branch.condition())));
        body(indent + INDENT, branch.thenBranch());
        branch.elseBranch().ifPresent(block -> orElse(indent, block));
        line(indent, "}");
      }
      case Statement.While loop -> {
        line(indent, "while (%s) {".formatted(ExpressionPrinter.print(loop.condition())));
        body(indent + INDENT, loop.body());
        line(indent, "}");
      }
      case Statement.DoWhile loop -> {
        line(indent, "do {");
        body(indent + INDENT, loop.body());
        line(indent, "} while (%s)".formatted(ExpressionPrinter.print(loop.condition())));
      }
    }
  }

  /** Keeps a statement apart from the one before, whose expression it might seem to continue. */
  private void simple(String indent, String text) {
    boolean couldContinue = text.startsWith("(") || text.startsWith("-");
    line(indent, couldContinue ? "; " + text : text);
  }

  private void orElse(String indent, Block block) {
    line(indent, "} else {");
    body(indent + INDENT, block);
  }

  private static String property(Property property) {
    return switch (property) {
      case Property.Claim claim ->
          claim.quantifier().spelling() + " " + ExpressionPrinter.print(claim.condition());
      case Property.Observe observe ->
          observe.expressions().stream()
              .map(ExpressionPrinter::print)
              .collect(Collectors.joining(", ", "observe ", ""));
      case Property.Expect expect -> expect(expect);
    };
  }

  private static String expect(Property.Expect expect) {
    String text = expect.text().map(t -> " " + ExpressionPrinter.quoted(t)).orElse("");
    String under =
        expect.patches().isEmpty()
            ? ""
            : expect.patches().stream()
                .map(ExpressionPrinter::quoted)
                .collect(Collectors.joining(", ", " under ", ""));
    return "expect " + expect.outcome().spelling() + text + under;
  }
}
