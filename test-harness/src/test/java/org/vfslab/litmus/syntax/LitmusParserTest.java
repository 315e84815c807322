package org.vfslab.litmus.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.litmus.syntax.Declaration.VariableKind;
import org.vfslab.litmus.syntax.Property.Outcome;
import org.vfslab.litmus.syntax.Property.Quantifier;

/** Each construct of the language, by the tree it becomes. */
final class LitmusParserTest {

  @SuppressWarnings("unused") // named by @FieldSource
  private static final List<String> NAMES = Questions.NAMES;

  @ParameterizedTest
  @FieldSource("NAMES")
  void question_parses(String name) {
    LitmusFile file = LitmusParser.parse(name + ".litmus", Questions.text(name));

    assertThat(file.test()).isNotBlank();
    assertThat(file.contexts()).isNotEmpty();
    assertThat(file.properties()).isNotEmpty();
  }

  @Test
  void file_keepsTheOrderOfItsParts() {
    LitmusFile file =
        LitmusParser.parse(
            "t", "test \"name\" never x rwsem s task a { } task b { } int x finally y spinlock l");

    assertThat(file.test()).isEqualTo("name");
    assertThat(file.declarations()).hasSize(3);
    assertThat(file.contexts()).extracting(Context::name).containsExactly("a", "b");
    assertThat(file.properties()).hasSize(2);
  }

  @Test
  void position_countsLinesAndCharacters() {
    LitmusFile file = LitmusParser.parse("t", "test \"t\"\n# 😀\n\trwsem s");

    assertThat(file.declarations().getFirst().position()).isEqualTo(new Position(3, 2));
  }

  @Test
  void position_countsACharacterOutsideTheBasicPlaneOnce() {
    LitmusFile file = LitmusParser.parse("t", "test \"😀\" rwsem s");

    assertThat(file.declarations().getFirst().position()).isEqualTo(new Position(1, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void lineEnd_ofAnySystem_isAccepted(String lineEnd) {
    LitmusFile file = LitmusParser.parse("t", "test \"t\"" + lineEnd + lineEnd + "rwsem s");

    assertThat(file.declarations().getFirst().position()).isEqualTo(new Position(3, 1));
  }

  @Test
  void byteOrderMark_isNoCharacter() {
    byte[] bytes = "\uFEFFtest \"t\" rwsem s".getBytes(StandardCharsets.UTF_8);

    LitmusFile file = LitmusParser.parse("t", bytes);

    assertThat(file.declarations().getFirst().position()).isEqualTo(new Position(1, 10));
  }

  @Test
  void comment_endsWithItsLine() {
    LitmusFile file = LitmusParser.parse("t", "# a\ntest \"t\" // b\n# c \"\nrwsem s # d");

    assertThat(file.declarations()).hasSize(1);
  }

  @Test
  void machine_hasSettings() {
    assertShape(
        declaration("machine { cpus 2 preemption full }"),
        new Declaration.Machine(
            at(), List.of(setting("cpus", quantity(2)), setting("preemption", choice("full")))));
  }

  @Test
  void disk_settingsTakeNumbersWordsAndStrings() {
    Setting.Choice uniform =
        new Setting.Choice(
            at(), "uniform", List.of(number(10, Unit.MICROSECONDS), number(1, Unit.SECONDS)));
    assertShape(
        declaration("disk d { latency uniform 10us 1s sector 512 table \"0 8 error\" }"),
        new Declaration.Disk(
            at(),
            "d",
            List.of(
                setting("latency", uniform),
                setting("sector", quantity(512)),
                setting("table", new Setting.Text(at(), "0 8 error")))));
  }

  @Test
  void disk_needsNoSettings() {
    assertShape(declaration("disk d"), new Declaration.Disk(at(), "d", List.of()));
  }

  @Test
  void filesystem_standsOnADisk() {
    assertShape(
        declaration("fs \"/mnt\" on d"), new Declaration.Filesystem(at(), "/mnt", "d", List.of()));
    assertShape(
        declaration("fs \"/mnt\" on d { block 4k }"),
        new Declaration.Filesystem(
            at(),
            "/mnt",
            "d",
            List.of(setting("block", new Setting.Quantity(number(4, Unit.KIBIBYTES))))));
  }

  @Test
  void file_hasASize() {
    assertShape(
        declaration("file \"/mnt/a\" size 64k"),
        new Declaration.DataFile(at(), "/mnt/a", number(64, Unit.KIBIBYTES)));
  }

  @ParameterizedTest
  @EnumSource(PrimitiveKind.class)
  void primitive_hasAName(PrimitiveKind kind) {
    assertShape(declaration(kind.spelling() + " s"), new Declaration.Primitive(at(), kind, "s"));
  }

  @ParameterizedTest
  @CsvSource({
    "int x,                      INT,    0",
    "int x = 7,                  INT,    7",
    "int x = -7,                 INT,    -7",
    "int x = 4k,                 INT,    4096",
    "atomic x = 0x10,            ATOMIC, 16",
    "int x = 0xffffffffffffffff, INT,    -1",
  })
  void variable_beginsWithANumber(String text, VariableKind kind, long initial) {
    assertShape(declaration(text), new Declaration.Variable(at(), kind, "x", initial));
  }

  @Test
  void eventfd_beginsWithANumber() {
    assertShape(declaration("eventfd e = 3"), new Declaration.EventCounter(at(), "e", 3));
    assertShape(declaration("eventfd e"), new Declaration.EventCounter(at(), "e", 0));
  }

  @Test
  void fanotify_hasAClassAndMarks() {
    assertShape(
        declaration("fanotify f { class pre_content mark \"/a\" FAN_X | FAN_Y mark \"/b\" FAN_Z }"),
        new Declaration.FanotifyGroup(
            at(),
            "f",
            "pre_content",
            List.of(
                new Declaration.Mark(
                    at(),
                    "/a",
                    new Expression.Binary(
                        at(), BinaryOperator.BIT_OR, name("FAN_X"), name("FAN_Y"))),
                new Declaration.Mark(at(), "/b", name("FAN_Z")))));
  }

  @Test
  void object_hasFields() {
    assertShape(
        declaration("object o { delegated_lock g  int refs = 1 }"),
        new Declaration.KernelObject(
            at(),
            "o",
            List.of(
                new Declaration.Primitive(at(), PrimitiveKind.DELEGATED_LOCK, "g"),
                new Declaration.Variable(at(), VariableKind.INT, "refs", 1))));
  }

  @Test
  void task_mayNameItsCpu() {
    assertShape(
        context("task a on cpu 1 { }"),
        new Context(
            at(),
            Context.Kind.TASK,
            "a",
            List.of(),
            Optional.of(number(1, Unit.NONE)),
            new Block(at(), List.of())));
  }

  @ParameterizedTest
  @EnumSource(value = Context.Kind.class, names = "TASK", mode = EnumSource.Mode.EXCLUDE)
  void startedContext_hasParameters(Context.Kind kind) {
    Context context = context(kind.spelling() + " a(idx, n) on cpu 0 { }");

    assertThat(context.kind()).isEqualTo(kind);
    assertThat(context.parameters())
        .extracting(Context.Parameter::name)
        .containsExactly("idx", "n");
  }

  @Test
  void statements_needNoSeparator() {
    assertThat(statements("m = mmap(0)  store(m, 0, 1) == 1  exit  o.x = 1  f(2);; ;g(3)"))
        .hasExactlyElementsOfTypes(
            Statement.Assign.class,
            Statement.ExpressionStatement.class,
            Statement.ExpressionStatement.class,
            Statement.Assign.class,
            Statement.ExpressionStatement.class,
            Statement.ExpressionStatement.class);
  }

  @Test
  void parenthesis_afterANumber_beginsAStatement() {
    assertShape(statements("x = 1 (y) == 1"), statements("x = 1; (y) == 1"));
  }

  @Test
  void assignment_goesToAVariableOrField() {
    assertShape(
        statements("fd = 1 o.refs = fd"),
        List.of(
            new Statement.Assign(at(), name("fd"), number(1, Unit.NONE)),
            new Statement.Assign(at(), new Expression.FieldAccess(at(), "o", "refs"), name("fd"))));
  }

  @Test
  void comparison_isAStatement() {
    assertShape(
        statements("f() == 1"),
        List.of(
            new Statement.ExpressionStatement(
                at(),
                new Expression.Binary(
                    at(), BinaryOperator.EQUAL, call("f"), number(1, Unit.NONE)))));
  }

  @Test
  void bareWord_isAStatement() {
    assertShape(
        statements("exit_to_user"),
        List.of(new Statement.ExpressionStatement(at(), name("exit_to_user"))));
  }

  @Test
  void if_takesBlocksOrSingleStatements() {
    Block one = new Block(at(), List.of(new Statement.ExpressionStatement(at(), call("f"))));
    Block two = new Block(at(), List.of(new Statement.ExpressionStatement(at(), call("g"))));
    Statement.If both = new Statement.If(at(), name("a"), one, Optional.of(two));

    assertShape(statements("if (a) f() else g()"), List.of(both));
    assertShape(statements("if (a) f(); else { g() }"), List.of(both));
    assertShape(
        statements("if (a) { f() }"),
        List.of(new Statement.If(at(), name("a"), one, Optional.empty())));
  }

  @Test
  void else_belongsToTheNearestIf() {
    assertShape(
        statements("if (a) if (b) f() else g()"), statements("if (a) { if (b) f() else g() }"));
  }

  @Test
  void elseIf_isAnIfInTheElse() {
    assertShape(
        statements("if (a) f() else if (b) g() else h()"),
        statements("if (a) { f() } else { if (b) { g() } else { h() } }"));
  }

  @Test
  void loops_testBeforeOrAfter() {
    Block body = new Block(at(), List.of(new Statement.ExpressionStatement(at(), call("f"))));

    assertShape(statements("while (a) f()"), List.of(new Statement.While(at(), name("a"), body)));
    assertShape(
        statements("do { f() } while (a)"), List.of(new Statement.DoWhile(at(), body, name("a"))));
  }

  @Test
  void assert_takesACondition() {
    assertShape(statements("assert a"), List.of(new Statement.Assert(at(), name("a"))));
  }

  @ParameterizedTest
  @EnumSource(Quantifier.class)
  void claim_hasAQuantifier(Quantifier quantifier) {
    assertShape(
        property(quantifier.spelling() + " use_after_free"),
        new Property.Claim(at(), quantifier, name("use_after_free")));
  }

  @Test
  void observe_takesAList() {
    assertShape(
        property("observe a, f()"), new Property.Observe(at(), List.of(name("a"), call("f"))));
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void expect_hasAnOutcome(Outcome outcome) {
    assertShape(
        property("expect " + outcome.spelling()),
        new Property.Expect(at(), outcome, Optional.empty(), List.of()));
  }

  @Test
  void expect_mayNameTextAndPatches() {
    assertShape(
        property("expect splat \"lock held\" under pre-4.10-aio-freeze, 2nd.try, \"a b\""),
        new Property.Expect(
            at(),
            Outcome.SPLAT,
            Optional.of("lock held"),
            List.of("pre-4.10-aio-freeze", "2nd.try", "a b")));
  }

  @ParameterizedTest
  @CsvSource({
    "42, 42, NONE, 42",
    "0, 0, NONE, 0",
    "0x2A, 42, NONE, 42",
    "4k, 4, KIBIBYTES, 4096",
    "3M, 3, MEBIBYTES, 3145728",
    "2G, 2, GIBIBYTES, 2147483648",
    "7ns, 7, NANOSECONDS, 7",
    "7us, 7, MICROSECONDS, 7000",
    "7ms, 7, MILLISECONDS, 7000000",
    "7s, 7, SECONDS, 7000000000",
    "9223372036854775807, 9223372036854775807, NONE, 9223372036854775807",
    "0xffffffffffffffff, -1, NONE, -1",
  })
  void number_keepsValueAndUnit(String text, long value, Unit unit, long scaled) {
    assertThat(expression(text))
        .isInstanceOfSatisfying(
            Expression.IntegerLiteral.class,
            literal -> {
              assertThat(literal.value()).isEqualTo(value);
              assertThat(literal.unit()).isEqualTo(unit);
              assertThat(literal.scaled()).isEqualTo(scaled);
            });
  }

  @Test
  void unit_isASizeOrATimeOrNothing() {
    assertThat(Unit.values()).noneMatch(unit -> unit.isSize() && unit.isTime());
    assertThat(Unit.values()).filteredOn(unit -> !unit.isSize() && !unit.isTime()).hasSize(1);
  }

  @Test
  void string_hasEscapes() {
    assertShape(
        expression("\"a\\\"b\\\\c\\nd\\te # \u00fc\""),
        new Expression.StringLiteral(at(), "a\"b\\c\nd\te # \u00fc"));
  }

  @Test
  void call_takesNamedArgumentsLast() {
    assertShape(
        expression("pwrite(fd, 512, fill 0x11, flags g(1))"),
        new Expression.Call(
            at(),
            "pwrite",
            List.of(name("fd"), number(512, Unit.NONE)),
            List.of(
                new Expression.NamedArgument(at(), "fill", number(0x11, Unit.NONE)),
                new Expression.NamedArgument(
                    at(),
                    "flags",
                    new Expression.Call(at(), "g", List.of(number(1, Unit.NONE)), List.of())))));
  }

  @ParameterizedTest
  @CsvSource({
    "a || b && c,         a || (b && c)",
    "a && b | c,          a && (b | c)",
    "a | b ^ c,           a | (b ^ c)",
    "a ^ b & c,           a ^ (b & c)",
    "a & b == c,          a & (b == c)",
    "a == b << c,         a == (b << c)",
    "a << b + c,          a << (b + c)",
    "a + b * c,           a + (b * c)",
    "a - b - c,           (a - b) - c",
    "a / b * c % d,       ((a / b) * c) % d",
    "!a == b,             (!a) == b",
    "-a * ~b,             (-a) * (~b)",
    "a < b && b <= c,     (a < b) && (b <= c)",
    "s1 != s2 || s1 % 2 == 1, (s1 != s2) || ((s1 % 2) == 1)",
  })
  void operators_bindAsInC(String text, String sameAs) {
    assertShape(expression(text), expression(sameAs));
  }

  @Test
  void parentheses_moveThePositionToTheirBeginning() {
    assertThat(expression("(a) + b").position()).isEqualTo(new Position(1, 16));
  }

  private static Declaration declaration(String text) {
    return LitmusParser.parse("t", "test \"t\" " + text).declarations().getFirst();
  }

  private static Context context(String text) {
    return LitmusParser.parse("t", "test \"t\" " + text).contexts().getFirst();
  }

  private static List<Statement> statements(String text) {
    return context("task a { " + text + " }").body().statements();
  }

  private static Property property(String text) {
    return LitmusParser.parse("t", "test \"t\" " + text).properties().getFirst();
  }

  private static Expression expression(String text) {
    return ((Property.Claim) property("never " + text)).condition();
  }

  private static void assertShape(Object actual, Object expected) {
    assertThat(Shape.of(actual)).isEqualTo(Shape.of(expected));
  }

  private static Position at() {
    return Position.START;
  }

  private static Setting setting(String key, Setting.Value value) {
    return new Setting(at(), key, value);
  }

  private static Setting.Quantity quantity(long value) {
    return new Setting.Quantity(number(value, Unit.NONE));
  }

  private static Setting.Choice choice(String word) {
    return new Setting.Choice(at(), word, List.of());
  }

  private static Expression.IntegerLiteral number(long value, Unit unit) {
    return new Expression.IntegerLiteral(at(), value, unit);
  }

  private static Expression.Name name(String name) {
    return new Expression.Name(at(), name);
  }

  private static Expression.Call call(String function) {
    return new Expression.Call(at(), function, List.of(), List.of());
  }
}
