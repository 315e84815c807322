package org.vfslab.litmus;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.aio.KioContext;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.litmus.syntax.ExpressionPrinter;
import org.vfslab.litmus.syntax.LitmusSyntaxException;
import org.vfslab.litmus.syntax.Position;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.SuperBlock;

/** The arguments of one call, taken in the kinds that the called function wants. */
final class Arguments {
  private final Compiler compiler;
  private final Expression.Call call;

  Arguments(Compiler compiler, Expression.Call call) {
    this.compiler = compiler;
    this.call = call;
  }

  Compiler compiler() {
    return compiler;
  }

  Expression.Call call() {
    return call;
  }

  /** The call as it stands in the file. */
  String text() {
    return ExpressionPrinter.print(call);
  }

  int size() {
    return call.arguments().size();
  }

  private Expression at(int index) {
    return call.arguments().get(index);
  }

  Position position(int index) {
    return at(index).position();
  }

  LitmusSyntaxException error(int index, String sentence) {
    return compiler.scope().error(position(index), sentence);
  }

  Code code(int index) {
    return compiler.expression(at(index));
  }

  /** A word that names something. */
  String word(int index, String wanted) {
    if (at(index) instanceof Expression.Name name) {
      return name.name();
    }
    throw error(index, "'" + ExpressionPrinter.print(at(index)) + "' is not the name of " + wanted);
  }

  boolean isString(int index) {
    return at(index) instanceof Expression.StringLiteral;
  }

  /** A word that names something, or an object and its field, with a dot in between. */
  String place(int index, String wanted) {
    return at(index) instanceof Expression.FieldAccess field
        ? field.object() + "." + field.field()
        : word(index, wanted);
  }

  String string(int index, String wanted) {
    if (at(index) instanceof Expression.StringLiteral literal) {
      return literal.value();
    }
    throw error(
        index,
        "'" + ExpressionPrinter.print(at(index)) + "' is not " + wanted + ", which is a string");
  }

  <S extends Symbol> S symbol(int index, Class<S> type, String wanted) {
    return compiler.scope().global(position(index), word(index, wanted), type, wanted);
  }

  /** The object of this kind that an argument names. */
  <T> Slot<T> object(int index, Kind<T> kind) {
    return compiler.scope().object(position(index), place(index, kind.title()), kind);
  }

  Slot<SuperBlock> mount(int index) {
    return compiler.scope().mount(position(index), string(index, "a mount point"));
  }

  Slot<Inode> file(int index) {
    return compiler.scope().file(position(index), string(index, "a path"));
  }

  /** The mount point of a file on a disk that can be mounted elsewhere. */
  String journalledMountOf(int index) {
    return compiler.scope().journalledMountOf(position(index), string(index, "a path"));
  }

  Slot<KioContext> aioContext(int index) {
    return compiler.scope().aioContext(position(index), word(index, "an aio context"));
  }

  Expression.Call callAt(int index, String wanted) {
    if (at(index) instanceof Expression.Call inner) {
      return inner;
    }
    throw error(index, "'" + ExpressionPrinter.print(at(index)) + "' is not " + wanted);
  }

  /** The counter that an argument names, or null when it is something else. */
  Symbol.@Nullable EventCounter eventCounterOrNull(int index) {
    return at(index) instanceof Expression.Name name
            && compiler.scope().global(name.name()) instanceof Symbol.EventCounter counter
        ? counter
        : null;
  }

  /** A named argument such as {@code fill 0x11}, or null. */
  @Nullable Code named(String name) {
    for (Expression.NamedArgument argument : call.namedArguments()) {
      if (argument.name().equals(name)) {
        return compiler.expression(argument.value());
      }
    }
    return null;
  }

  /** Refuses named arguments other than these. */
  void checkNamed(List<String> known) {
    for (Expression.NamedArgument argument : call.namedArguments()) {
      if (!known.contains(argument.name())) {
        throw compiler
            .scope()
            .error(
                argument.position(),
                "'"
                    + call.function()
                    + "' has no argument '"
                    + argument.name()
                    + "'"
                    + (known.isEmpty() ? "" : "; it knows " + String.join(", ", known)));
      }
    }
  }
}
