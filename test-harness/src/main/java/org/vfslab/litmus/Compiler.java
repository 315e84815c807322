package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.litmus.syntax.BinaryOperator;
import org.vfslab.litmus.syntax.Block;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.litmus.syntax.ExpressionPrinter;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.litmus.syntax.Statement;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Errno;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;

/** Turns statements and expressions of one file into {@link Step}s and {@link Code}. */
final class Compiler {

  /** The largest negated errno of the kernel ({@code MAX_ERRNO}). */
  private static final long ERRNO_MAX = 4095;

  /** The steps of contexts, for tasks and handlers. */
  static final Map<String, Function> STEPS =
      byName(
          List.of(
              SystemCalls.ALL,
              AioCalls.ALL,
              AioCalls.PACKETS,
              FileCalls.ALL,
              MemoryCalls.ALL,
              UringCalls.ALL,
              Kinds.STEPS,
              FreezeFunctions.STEPS,
              ObjectFunctions.ALL,
              MachineFunctions.ALL,
              TimeFunctions.ALL));

  /** The questions about the state, for properties. */
  static final Map<String, Function> STATE =
      byName(
          List.of(
              StateFunctions.ALL,
              FileState.ALL,
              FreezeFunctions.STATE,
              PowerCutFunctions.ALL,
              HistoryFunctions.ALL,
              Kinds.QUESTIONS));

  private final Scope scope;
  private final List<Step> bodies = new ArrayList<>();
  private final List<Code> atoms = new ArrayList<>();
  private boolean collectsAtoms;
  private @Nullable Slot<WaitQueue> markWaiters;

  /** The context whose body is compiled; -1 for properties. */
  private int context = -1;

  Compiler(Scope scope) {
    this.scope = scope;
  }

  private static Map<String, Function> byName(List<List<Function>> lists) {
    Map<String, Function> map = new TreeMap<>();
    lists.stream().flatMap(List::stream).forEach(function -> map.put(function.name(), function));
    return map;
  }

  Scope scope() {
    return scope;
  }

  /** The queue in which contexts wait for marks; made when first asked for. */
  Slot<WaitQueue> markWaiters() {
    Slot<WaitQueue> slot = markWaiters;
    if (slot == null) {
      slot = scope.slot(WaitQueue.class);
      markWaiters = slot;
    }
    return slot;
  }

  @Nullable Slot<WaitQueue> markWaitersOrNull() {
    return markWaiters;
  }

  /** The words of the state that properties look at after each step. */
  List<Code> atoms() {
    return atoms;
  }

  // ---- contexts

  /** Compiles the body of the context with this number, counted from 0 without gaps. */
  void body(int number, Block block) {
    context = number;
    bodies.add(number, block(block));
    context = -1;
  }

  /** The compiled body of a context; only once all are compiled. */
  Step bodyOf(int number) {
    return bodies.get(number);
  }

  private Step block(Block block) {
    Step[] steps = block.statements().stream().map(this::statement).toArray(Step[]::new);
    return frame -> {
      for (Step step : steps) {
        if (!step.run(frame)) {
          return false;
        }
      }
      return true;
    };
  }

  private Step statement(Statement statement) {
    return switch (statement) {
      case Statement.Assign assign -> assign(assign);
      case Statement.ExpressionStatement demand -> expressionStatement(demand.expression());
      case Statement.If choice -> {
        Code condition = whole(choice.condition());
        Step then = block(choice.thenBranch());
        Step otherwise = choice.elseBranch().map(this::block).orElse(frame -> true);
        yield frame -> (condition.run(frame) != 0 ? then : otherwise).run(frame);
      }
      case Statement.While loop -> {
        Code condition = whole(loop.condition());
        Step body = block(loop.body());
        Step between = between(loop.condition(), loop.body());
        boolean looksInBody = !loop.body().statements().isEmpty();
        yield frame -> {
          while (condition.run(frame) != 0) {
            if (!body.run(frame)) {
              return false;
            }
            if (between != null && !(looksInBody && condition.run(frame) == 0)) {
              between.run(frame);
            }
          }
          return true;
        };
      }
      case Statement.DoWhile loop -> {
        Step body = block(loop.body());
        Code condition = whole(loop.condition());
        Step between = between(loop.condition(), loop.body());
        yield frame -> {
          while (true) {
            if (!body.run(frame)) {
              return false;
            }
            if (condition.run(frame) == 0) {
              return true;
            }
            if (between != null) {
              between.run(frame);
            }
          }
        };
      }
      case Statement.Assert demand -> demand("assert ", demand.condition());
    };
  }

  private @Nullable Step between(Expression condition, Block body) {
    return Await.between(scope, condition, body);
  }

  private Step assign(Statement.Assign assign) {
    Code value = whole(assign.value());
    switch (assign.target()) {
      case Expression.FieldAccess field -> {
        return assign(knownField(field), value);
      }
      case Expression.Name name -> {
        return assign(name, value);
      }
    }
  }

  private Step assign(Expression.Name name, Code value) {
    return switch (scope.global(name.name())) {
      case Symbol.Int variable ->
          frame -> {
            frame.world().get(variable.slot()).set(value.run(frame));
            return true;
          };
      case Symbol.Atomic atomic ->
          frame -> {
            frame.world().get(atomic.slot()).writeOnce(value.run(frame));
            return true;
          };
      case null -> {
        checkFree(name);
        int index = scope.local(context, name.name(), name.position()).index();
        yield frame -> {
          frame.local(index, value.run(frame));
          return true;
        };
      }
      case Symbol other ->
          throw scope.error(
              name.position(),
              "'" + name.name() + "' is " + other.kind() + " and cannot be assigned to");
    };
  }

  /**
   * The expression of a statement. One in which an object is looked up is an RCU section, so that
   * what was found can be used to its end.
   */
  private Code whole(Expression expression) {
    Code code = expression(expression);
    if (!looksUp(expression)) {
      return code;
    }
    return frame -> {
      Rcu rcu = frame.world().lab().rcu();
      org.vfslab.machine.Context me = frame.world().lab().machine().current();
      rcu.readLock(me);
      long value = code.run(frame);
      rcu.readUnlock(me);
      return value;
    };
  }

  private static boolean looksUp(Expression expression) {
    return switch (expression) {
      case Expression.Binary binary -> looksUp(binary.left()) || looksUp(binary.right());
      case Expression.Unary unary -> looksUp(unary.operand());
      case Expression.Call call -> call.function().equals(ObjectFunctions.LOOKUP);
      case Expression.Name name -> false;
      case Expression.FieldAccess field -> false;
      case Expression.IntegerLiteral literal -> false;
      case Expression.StringLiteral literal -> false;
    };
  }

  /** The field as a global name, which it is. */
  private Expression.Name knownField(Expression.FieldAccess field) {
    String name = field.object() + "." + field.field();
    if (scope.global(name) == null) {
      scope.global(field.position(), field.object(), Symbol.Memory.class, "an object");
      throw scope.error(
          field.position(),
          "'"
              + field.object()
              + "' has no field '"
              + field.field()
              + "'; "
              + Spelling.hint(name, scope.globalNames(), "its declaration lists them"));
    }
    return new Expression.Name(field.position(), name);
  }

  private void checkFree(Expression.Name name) {
    if (Constants.ALL.containsKey(name.name())) {
      throw scope.error(name.position(), "'" + name.name() + "' is a constant");
    }
  }

  private Step expressionStatement(Expression expression) {
    if (expression instanceof Expression.Name name && name.name().equals("exit")) {
      return frame -> false;
    }
    if (expression instanceof Expression.Name name) {
      // A step without arguments may be written without parentheses.
      Code code = call(new Expression.Call(name.position(), name.name(), List.of(), List.of()));
      return frame -> {
        code.run(frame);
        return true;
      };
    }
    if (isTrueOrFalse(expression)) {
      return demand("", expression);
    }
    Code code = whole(expression);
    return frame -> {
      code.run(frame);
      return true;
    };
  }

  private static boolean isTrueOrFalse(Expression expression) {
    return switch (expression) {
      case Expression.Binary binary ->
          isComparison(binary.operator())
              || binary.operator().spelling().equals("&&")
              || binary.operator().spelling().equals("||");
      case Expression.Unary unary -> unary.operator().spelling().equals("!");
      case Expression.Call call -> false;
      case Expression.Name name -> false;
      case Expression.FieldAccess field -> false;
      case Expression.IntegerLiteral literal -> false;
      case Expression.StringLiteral literal -> false;
    };
  }

  private static boolean isComparison(BinaryOperator operator) {
    return switch (operator.spelling()) {
      case "==", "!=", "<", "<=", ">", ">=" -> true;
      default -> false;
    };
  }

  /** A condition that must be true where it stands. */
  private Step demand(String prefix, Expression condition) {
    String text = prefix + ExpressionPrinter.print(condition);
    int line = condition.position().line();
    int number = context;
    if (condition instanceof Expression.Binary binary
        && isComparison(binary.operator())
        && !looksUp(condition)) {
      Code left = expression(binary.left());
      Code right = expression(binary.right());
      Comparison comparison = comparison(binary.operator());
      return frame -> {
        long a = left.run(frame);
        long b = right.run(frame);
        return comparison.holds(a, b)
            || broken(frame, number, line, text, "; the left side is " + shown(a));
      };
    }
    Code code = whole(condition);
    return frame -> code.run(frame) != 0 || broken(frame, number, line, text, "");
  }

  private boolean broken(Frame frame, int number, int line, String text, String detail) {
    frame
        .world()
        .fail(scope.contextName(number) + ", line " + line + ": '" + text + "' is false" + detail);
    return false;
  }

  private static String shown(long value) {
    return value < 0 && value >= -ERRNO_MAX ? value + " (" + Errno.name(value) + ")" : "" + value;
  }

  /** A comparison of two numbers. */
  private interface Comparison {
    boolean holds(long a, long b);
  }

  private static Comparison comparison(BinaryOperator operator) {
    return switch (operator.spelling()) {
      case "==" -> (a, b) -> a == b;
      case "!=" -> (a, b) -> a != b;
      case "<" -> (a, b) -> a < b;
      case "<=" -> (a, b) -> a <= b;
      case ">" -> (a, b) -> a > b;
      case ">=" -> (a, b) -> a >= b;
      default -> throw new IllegalArgumentException(operator.spelling());
    };
  }

  // ---- expressions

  Code expression(Expression expression) {
    return switch (expression) {
      case Expression.IntegerLiteral literal -> {
        long value = literal.scaled();
        yield frame -> value;
      }
      case Expression.StringLiteral literal ->
          throw scope.error(
              literal.position(), "a string cannot stand here; only some arguments are strings");
      case Expression.Name name -> context < 0 ? stateName(name) : name(name);
      case Expression.FieldAccess field -> field(field);
      case Expression.Call call -> call(call);
      case Expression.Unary unary -> unary(unary);
      case Expression.Binary binary -> binary(binary);
    };
  }

  private Code field(Expression.FieldAccess field) {
    Symbol.Local local = scope.localOf(field.object(), field.field());
    if (local != null && context < 0) {
      return atom(localOf(local));
    }
    Expression.Name name = knownField(field);
    return context < 0 ? stateName(name) : name(name);
  }

  private static Code localOf(Symbol.Local local) {
    return frame -> frame.world().frame(local.context()).local(local.index());
  }

  private Code name(Expression.Name name) {
    Symbol.Local local = scope.knownLocal(context, name.name());
    if (local != null) {
      int index = local.index();
      return frame -> frame.local(index);
    }
    Long constant = Constants.ALL.get(name.name());
    if (constant != null) {
      long value = constant;
      return frame -> value;
    }
    return switch (scope.global(name.name())) {
      case Symbol.Int variable -> frame -> frame.world().get(variable.slot()).get();
      case Symbol.Atomic atomic -> frame -> frame.world().get(atomic.slot()).readOnce();
      case Symbol.EventCounter counter -> frame -> frame.world().get(counter.slot());
      case Symbol.Descriptor descriptor -> frame -> frame.world().get(descriptor.slot());
      case Symbol.SocketName socket -> frame -> frame.world().get(socket.fd());
      case null -> throw unknownName(name);
      case Symbol other ->
          throw scope.error(
              name.position(), "'" + name.name() + "' is " + other.kind() + " and has no value");
    };
  }

  /** A name in a property: the state is looked at, nothing is done. */
  private Code stateName(Expression.Name name) {
    Long constant = Constants.ALL.get(name.name());
    if (constant != null) {
      long value = constant;
      return frame -> value;
    }
    switch (scope.global(name.name())) {
      case Symbol.Int variable -> {
        Slot<PlainWord> slot = variable.slot();
        return atom(frame -> frame.world().get(slot).peek());
      }
      case Symbol.Atomic atomic -> {
        Slot<AtomicWord> slot = atomic.slot();
        return atom(frame -> frame.world().get(slot).peek());
      }
      case Symbol.TaskName task -> {
        return frame -> frame.world().get(task.slot()).index();
      }
      case null -> {
        if (isBlock(name)) {
          return frame -> frame.world().block();
        }
        List<Symbol.Local> locals = scope.localsNamed(name.name());
        if (locals.isEmpty()) {
          throw unknownName(name);
        }
        if (locals.size() > 1) {
          throw scope.error(
              name.position(),
              "several contexts have a variable '"
                  + name.name()
                  + "'; write "
                  + scope.contextName(locals.getFirst().context())
                  + "."
                  + name.name());
        }
        return atom(localOf(locals.getFirst()));
      }
      case Symbol other ->
          throw scope.error(
              name.position(), "'" + name.name() + "' is " + other.kind() + " and has no value");
    }
  }

  /** The condition of a property; over {@link BlockVariable} it is one word of the state. */
  Code condition(Expression expression) {
    if (!BlockVariable.isIn(expression, this::isBlock)) {
      return expression(expression);
    }
    boolean collects = collectsAtoms;
    collectsAtoms = false;
    Code ofOne = expression(expression);
    collectsAtoms = collects;
    return atom(BlockVariable.ofSome(ofOne));
  }

  private boolean isBlock(Expression.Name name) {
    return name.name().equals(BlockVariable.NAME)
        && scope.global(name.name()) == null
        && scope.localsNamed(name.name()).isEmpty();
  }

  /** Whether what is compiled from now on is looked at after each step. */
  void collectAtoms(boolean collect) {
    collectsAtoms = collect;
  }

  /**
   * A word of the state. What is looked at after each step is read once, into the frame of the
   * properties, so that all of a condition sees the same state.
   */
  private Code atom(Code code) {
    if (!collectsAtoms) {
      return code;
    }
    int index = atoms.size();
    atoms.add(code);
    return frame -> frame.local(index);
  }

  /**
   * The value of an expression at the moment at which {@code passed} stopped being 0; 0 before.
   * Both are looked at after each step, whatever the property.
   */
  Code remembered(Code passed, Supplier<Code> value) {
    boolean collected = collectsAtoms;
    collectsAtoms = true;
    Code then = value.get();
    int kept = atoms.size();
    int moment = kept + 1;
    atoms.add(
        frame -> {
          if (frame.local(moment) != 0) {
            return frame.local(kept);
          }
          return passed.run(frame) == 0 ? 0 : then.run(frame);
        });
    atoms.add(passed);
    collectsAtoms = collected;
    return frame -> frame.local(kept);
  }

  private RuntimeException unknownName(Expression.Name name) {
    List<String> known = new ArrayList<>(scope.globalNames());
    known.addAll(Constants.ALL.keySet());
    if (context >= 0) {
      known.addAll(scope.localNames(context));
    }
    return scope.error(
        name.position(),
        "'"
            + name.name()
            + "' is not declared; "
            + Spelling.hint(name.name(), known, "nothing of that name was assigned before"));
  }

  private Code call(Expression.Call call) {
    Function function = functions().get(call.function());
    Arguments arguments = checkedOrNull(call);
    if (function == null || arguments == null) {
      return frame -> 0; // the file is refused once everything it lacks is known
    }
    Code code = function.make().make(arguments);
    if (code instanceof Costly costly) {
      return costly(costly);
    }
    return context < 0 ? atom(code) : code;
  }

  /** A value that is kept, with its version, beside the words that are looked at. */
  private Code costly(Costly code) {
    if (!collectsAtoms) {
      return code;
    }
    atoms.add(code::version);
    int version = atoms.size() - 1;
    int kept = version + 1;
    int keptFrom = version + 2;
    atoms.add(frame -> frame.local(kept));
    atoms.add(frame -> frame.local(keptFrom));
    return frame -> {
      if (frame.local(keptFrom) != frame.local(version) + 1) {
        frame.local(kept, code.run(frame));
        frame.local(keptFrom, frame.local(version) + 1);
      }
      return frame.local(kept);
    };
  }

  /** The arguments of a call whose function exists and whose number is right. */
  Arguments checked(Expression.Call call) {
    Arguments arguments = checkedOrNull(call);
    if (arguments == null) {
      throw new IllegalStateException(call.function());
    }
    return arguments;
  }

  private Map<String, Function> functions() {
    return context < 0 ? STATE : STEPS;
  }

  private @Nullable Arguments checkedOrNull(Expression.Call call) {
    Map<String, Function> functions = functions();
    Function function = functions.get(call.function());
    if (function == null) {
      throw scope.error(call.position(), unknownFunction(call.function(), functions));
    }
    int most = function.parameters().size();
    int given = call.arguments().size();
    if (given > most || given < most - function.optional()) {
      throw scope.error(
          call.position(),
          "'"
              + function.usage()
              + "' is what is wanted, not "
              + given
              + (given == 1 ? " argument" : " arguments"));
    }
    Arguments arguments = new Arguments(this, call);
    arguments.checkNamed(function.named());
    return arguments;
  }

  private String unknownFunction(String name, Map<String, Function> functions) {
    Map<String, Function> others = context < 0 ? STEPS : STATE;
    if (others.containsKey(name)) {
      return context < 0
          ? "'" + name + "' does something and cannot stand in a property"
          : "'" + name + "' asks for the state and can only stand in a property";
    }
    return "there is no "
        + (context < 0 ? "state function" : "step")
        + " '"
        + name
        + "'; "
        + Spelling.hint(name, functions.keySet(), "docs/litmus.md lists all of them");
  }

  private Code unary(Expression.Unary unary) {
    Code operand = expression(unary.operand());
    return switch (unary.operator().spelling()) {
      case "!" -> frame -> operand.run(frame) == 0 ? 1 : 0;
      case "-" -> frame -> -operand.run(frame);
      case "~" -> frame -> ~operand.run(frame);
      default -> throw new IllegalArgumentException(unary.operator().spelling());
    };
  }

  private Code binary(Expression.Binary binary) {
    Code left = expression(binary.left());
    Code right = expression(binary.right());
    if (isComparison(binary.operator())) {
      Comparison comparison = comparison(binary.operator());
      return frame -> comparison.holds(left.run(frame), right.run(frame)) ? 1 : 0;
    }
    return switch (binary.operator().spelling()) {
      case "||" -> frame -> left.run(frame) != 0 || right.run(frame) != 0 ? 1 : 0;
      case "&&" -> frame -> left.run(frame) != 0 && right.run(frame) != 0 ? 1 : 0;
      case "+" -> frame -> left.run(frame) + right.run(frame);
      case "-" -> frame -> left.run(frame) - right.run(frame);
      case "*" -> frame -> left.run(frame) * right.run(frame);
      case "/" -> divide(binary, left, right, false);
      case "%" -> divide(binary, left, right, true);
      case "&" -> frame -> left.run(frame) & right.run(frame);
      case "|" -> frame -> left.run(frame) | right.run(frame);
      case "^" -> frame -> left.run(frame) ^ right.run(frame);
      case "<<" -> frame -> left.run(frame) << right.run(frame);
      case ">>" -> frame -> left.run(frame) >> right.run(frame);
      default -> throw new IllegalArgumentException(binary.operator().spelling());
    };
  }

  private static Code divide(Expression.Binary binary, Code left, Code right, boolean remainder) {
    int line = binary.position().line();
    return frame -> {
      long a = left.run(frame);
      long b = right.run(frame);
      if (b == 0) {
        frame.world().fail("line " + line + ": division by zero");
        return 0;
      }
      return remainder ? a % b : a / b;
    };
  }
}
