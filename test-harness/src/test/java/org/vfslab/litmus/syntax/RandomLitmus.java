package org.vfslab.litmus.syntax;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes syntax trees that the grammar allows, from a seed. */
final class RandomLitmus {

  private static final List<String> NAMES =
      List.of("a", "fd", "o", "w1", "mmap_lock", "on", "size");
  private static final List<String> STRINGS =
      List.of("/mnt/a", "", "say \"hi\"\\\n\t", "größe €😀");

  private final Random random;

  RandomLitmus(long seed) {
    this.random = new Random(seed);
  }

  LitmusFile file() {
    return new LitmusFile(
        LitmusSource.of("random", ""),
        pick(STRINGS),
        some(5, this::declaration),
        some(3, this::context),
        some(4, this::property));
  }

  private Declaration declaration() {
    return switch (random.nextInt(8)) {
      case 0 -> new Declaration.Machine(Position.START, settings());
      case 1 -> new Declaration.Disk(Position.START, name(), settings());
      case 2 -> new Declaration.Filesystem(Position.START, pick(STRINGS), name(), settings());
      case 3 -> new Declaration.DataFile(Position.START, pick(STRINGS), number());
      case 4 -> new Declaration.EventCounter(Position.START, name(), random.nextLong());
      case 5 ->
          new Declaration.FanotifyGroup(
              Position.START,
              name(),
              name(),
              some(3, () -> new Declaration.Mark(Position.START, pick(STRINGS), expression(2))));
      case 6 -> new Declaration.KernelObject(Position.START, name(), some(3, this::field));
      default -> field();
    };
  }

  private Declaration.Field field() {
    return random.nextBoolean()
        ? new Declaration.Primitive(
            Position.START, pick(Declaration.PrimitiveKind.values()), name())
        : new Declaration.Variable(
            Position.START, pick(Declaration.VariableKind.values()), name(), random.nextLong());
  }

  private List<Setting> settings() {
    return Stream.of("cpus", "latency", "sector", "block")
        .filter(key -> random.nextBoolean())
        .map(key -> new Setting(Position.START, key, value()))
        .toList();
  }

  private Setting.Value value() {
    return switch (random.nextInt(3)) {
      case 0 -> new Setting.Quantity(number());
      case 1 -> new Setting.Text(Position.START, pick(STRINGS));
      default -> new Setting.Choice(Position.START, name(), some(3, this::number));
    };
  }

  private Context context() {
    Context.Kind kind = pick(Context.Kind.values());
    List<Context.Parameter> parameters =
        kind == Context.Kind.TASK
            ? List.of()
            : some(3, () -> new Context.Parameter(Position.START, name()));
    return new Context(Position.START, kind, name(), parameters, maybe(this::number), block(3));
  }

  private Block block(int depth) {
    return new Block(Position.START, some(4, () -> statement(depth)));
  }

  private Statement statement(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 3)) {
      case 0 ->
          new Statement.Assign(
              Position.START, random.nextBoolean() ? plainName() : fieldAccess(), expression(3));
      case 1 -> new Statement.ExpressionStatement(Position.START, effect());
      case 2 -> new Statement.Assert(Position.START, expression(3));
      case 3 ->
          new Statement.If(
              Position.START, expression(2), block(depth - 1), maybe(() -> block(depth - 1)));
      case 4 -> new Statement.While(Position.START, expression(2), block(depth - 1));
      default -> new Statement.DoWhile(Position.START, block(depth - 1), expression(2));
    };
  }

  private Expression effect() {
    return switch (random.nextInt(4)) {
      case 0 -> plainName();
      case 1 -> call(2);
      case 2 -> new Expression.Unary(Position.START, UnaryOperator.NOT, expression(2));
      default ->
          new Expression.Binary(
              Position.START,
              pick(List.of(BinaryOperator.EQUAL, BinaryOperator.LESS, BinaryOperator.OR)),
              expression(2),
              expression(2));
    };
  }

  private Property property() {
    return switch (random.nextInt(3)) {
      case 0 ->
          new Property.Claim(Position.START, pick(Property.Quantifier.values()), expression(4));
      case 1 ->
          new Property.Observe(
              Position.START,
              Stream.concat(Stream.of(expression(2)), some(2, () -> expression(2)).stream())
                  .toList());
      default -> expect();
    };
  }

  private Property.Expect expect() {
    Property.Outcome outcome = pick(Property.Outcome.values());
    Optional<String> text =
        outcome == Property.Outcome.HOLDS ? Optional.empty() : maybe(() -> pick(STRINGS));
    return new Property.Expect(
        Position.START, outcome, text, some(3, () -> pick(List.of("pre-4.10-aio", "2nd", "a b"))));
  }

  private Expression expression(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 4)) {
      case 0 -> number();
      case 1 -> new Expression.StringLiteral(Position.START, pick(STRINGS));
      case 2 -> plainName();
      case 3 -> fieldAccess();
      case 4 -> call(depth - 1);
      case 5 ->
          new Expression.Unary(Position.START, pick(UnaryOperator.values()), expression(depth - 1));
      default ->
          new Expression.Binary(
              Position.START,
              pick(BinaryOperator.values()),
              expression(depth - 1),
              expression(depth - 1));
    };
  }

  private Expression.Call call(int depth) {
    List<Expression.NamedArgument> named =
        Stream.of("fill", "flags")
            .filter(name -> random.nextInt(4) == 0)
            .map(name -> new Expression.NamedArgument(Position.START, name, namedValue(depth)))
            .toList();
    return new Expression.Call(Position.START, name(), some(3, () -> expression(depth)), named);
  }

  private Expression namedValue(int depth) {
    return switch (random.nextInt(depth > 0 ? 4 : 3)) {
      case 0 -> number();
      case 1 -> new Expression.StringLiteral(Position.START, pick(STRINGS));
      case 2 -> plainName();
      default -> call(depth - 1);
    };
  }

  private Expression.IntegerLiteral number() {
    return random.nextInt(8) == 0
        ? new Expression.IntegerLiteral(Position.START, random.nextLong(), Unit.NONE)
        : new Expression.IntegerLiteral(Position.START, random.nextInt(5000), pick(Unit.values()));
  }

  private Expression.Name plainName() {
    return new Expression.Name(Position.START, name());
  }

  private Expression.FieldAccess fieldAccess() {
    return new Expression.FieldAccess(Position.START, name(), name());
  }

  private String name() {
    return pick(NAMES);
  }

  private <T> List<T> some(int countMax, Supplier<T> maker) {
    return IntStream.range(0, random.nextInt(countMax + 1)).mapToObj(i -> maker.get()).toList();
  }

  private <T> Optional<T> maybe(Supplier<T> maker) {
    return random.nextBoolean() ? Optional.of(maker.get()) : Optional.empty();
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private <T> T pick(T[] all) {
    return all[random.nextInt(all.length)];
  }
}
