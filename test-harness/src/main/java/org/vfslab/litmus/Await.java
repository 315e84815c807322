package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.litmus.syntax.Block;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.litmus.syntax.Statement;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;

/**
 * Loops that do nothing but look at one word until it is right: {@code while (READ_ONCE(x) == 0)
 * {}}, {@code do { v = smp_load_acquire(x) } while (v < 3)}. After a look in vain, another one
 * makes sense only when somebody has written the word. So the context is not enabled before that,
 * and the loop has no more schedules than writes, instead of endlessly many.
 */
final class Await {
  private final Scope scope;
  private final List<Slot<? extends Shared>> reads = new ArrayList<>(1);

  /** Whether there is something that does more than look. */
  private boolean does;

  private Await(Scope scope) {
    this.scope = scope;
  }

  /**
   * What a context does between two looks of a loop with this condition and body, or null if the
   * loop does more than look at one word.
   */
  static @Nullable Step between(Scope scope, Expression condition, Block body) {
    Await await = new Await(scope);
    await.look(condition);
    int inCondition = await.reads.size();
    switch (body.statements().size()) {
      case 0 -> {}
      case 1 -> await.look(body.statements().getFirst());
      default -> await.does = true;
    }
    if (await.does || await.reads.size() != 1 || inCondition == body.statements().size()) {
      return null;
    }
    Slot<? extends Shared> slot = await.reads.getFirst();
    return frame -> {
      Shared word = frame.world().get(slot);
      Machine machine = frame.world().lab().machine();
      Context me = machine.current();
      me.waitsFor(new Word(word));
      machine.spinUntilChanged(word);
      me.waitsFor(null);
      return true;
    };
  }

  private void look(Statement statement) {
    if (statement instanceof Statement.Assign assign
        && assign.target() instanceof Expression.Name target
        && scope.global(target.name()) == null) {
      look(assign.value());
      does |= names(assign.value()).contains(target.name());
    } else {
      does = true;
    }
  }

  private void look(Expression expression) {
    switch (expression) {
      case Expression.IntegerLiteral literal -> {}
      case Expression.Unary unary -> look(unary.operand());
      case Expression.Binary binary -> {
        look(binary.left());
        look(binary.right());
      }
      case Expression.Name name -> {
        if (scope.global(name.name()) instanceof Symbol.Atomic atomic) {
          reads.add(atomic.slot());
        } else {
          does |= scope.global(name.name()) != null;
        }
      }
      case Expression.Call call -> look(call);
      case Expression.FieldAccess field -> does = true;
      case Expression.StringLiteral literal -> does = true;
    }
  }

  private void look(Expression.Call call) {
    boolean reading =
        call.function().equals("READ_ONCE") || call.function().equals("smp_load_acquire");
    if (!reading
        || call.arguments().size() != 1
        || !(call.arguments().getFirst() instanceof Expression.Name name)) {
      does = true;
      return;
    }
    switch (scope.global(name.name())) {
      case Symbol.Atomic atomic -> reads.add(atomic.slot());
      case Symbol.Int plain -> reads.add(plain.slot());
      case null, default -> does = true;
    }
  }

  /** The names that stand in {@code expression}. */
  private static List<String> names(Expression expression) {
    return switch (expression) {
      case Expression.Name name -> List.of(name.name());
      case Expression.Unary unary -> names(unary.operand());
      case Expression.Binary binary -> {
        List<String> names = new ArrayList<>(names(binary.left()));
        names.addAll(names(binary.right()));
        yield names;
      }
      case Expression.Call call ->
          call.arguments().stream().flatMap(a -> names(a).stream()).toList();
      case Expression.IntegerLiteral literal -> List.of();
      case Expression.StringLiteral literal -> List.of();
      case Expression.FieldAccess field -> List.of();
    };
  }

  /** The word for which a context spins, should that never end. */
  private record Word(Shared word) implements Blocker {
    @Override
    public String name() {
      return word.name();
    }

    @Override
    public List<String> holders() {
      return List.of();
    }

    @Override
    public String describe() {
      return switch (word) {
        case AtomicWord atomic -> Long.toString(atomic.peek());
        case PlainWord plain -> Long.toString(plain.peek());
        default -> "";
      };
    }
  }
}
