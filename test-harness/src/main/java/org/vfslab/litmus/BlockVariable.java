package org.vfslab.litmus;

import java.util.function.Predicate;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.vfs.SuperBlock;

/**
 * The word {@code block} in a property: any block of a filesystem.
 *
 * <p>A condition over it is true if it is true of some block to which a write is in flight at that
 * moment; {@code never} demands that there is none. Blocks that nobody writes are not asked about.
 */
final class BlockVariable {
  static final String NAME = "block";

  private BlockVariable() {}

  /** Whether a name that stands for a block occurs in {@code expression}. */
  static boolean isIn(Expression expression, Predicate<Expression.Name> stands) {
    return switch (expression) {
      case Expression.Name name -> stands.test(name);
      case Expression.Call call ->
          call.arguments().stream().anyMatch(argument -> isIn(argument, stands));
      case Expression.Unary unary -> isIn(unary.operand(), stands);
      case Expression.Binary binary -> isIn(binary.left(), stands) || isIn(binary.right(), stands);
      case Expression.IntegerLiteral literal -> false;
      case Expression.StringLiteral literal -> false;
      case Expression.FieldAccess field -> false;
    };
  }

  /** Whether {@code condition} is true of some block that is being written. */
  static Code ofSome(Code condition) {
    return frame -> {
      World world = frame.world();
      for (SuperBlock sb : world.lab().filesystems()) {
        for (long block : sb.device().unitsBeingWritten(sb.blockBytes())) {
          world.block(block);
          if (condition.run(frame) != 0) {
            return 1;
          }
        }
      }
      return 0;
    };
  }
}
