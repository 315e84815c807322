package org.vfslab.litmus;

import java.util.List;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/** Steps on {@code object o { ... }}: memory that can be found, made unfindable, and freed. */
final class ObjectFunctions {

  /** What looks an object up: the expression in which it stands is an RCU section. */
  static final String LOOKUP = "published";

  static final List<Function> ALL =
      List.of(
          Function.of(
              LOOKUP,
              List.of("object"),
              "1 while it can be found, which holds to the end of the expression",
              arguments -> {
                Slot<AtomicWord> slot = memory(arguments).published();
                return frame -> frame.world().get(slot).loadAcquire();
              }),
          Function.of(
              "unpublish",
              List.of("object"),
              "it cannot be found any more; waits for who is looking it up",
              arguments -> {
                Slot<AtomicWord> slot = memory(arguments).published();
                return frame -> {
                  frame.world().get(slot).storeRelease(0);
                  frame.world().lab().rcu().synchronize();
                  return 0;
                };
              }),
          Function.of(
              "kfree",
              List.of("object"),
              "gives its memory back; who touches it then is found",
              arguments -> {
                Slot<KernelObject> slot = memory(arguments).slot();
                return frame -> {
                  frame.world().get(slot).kfree();
                  return 0;
                };
              }));

  private ObjectFunctions() {}

  private static Symbol.Memory memory(Arguments arguments) {
    return arguments.symbol(0, Symbol.Memory.class, "an object");
  }
}
