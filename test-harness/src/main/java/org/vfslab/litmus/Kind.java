package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.Spelled;
import org.vfslab.machine.Task;

/**
 * A kind of object that a test declares with a keyword and a name: how it is made, what steps do
 * with it, and what properties ask of it. The kinds that there are stand in {@link Kinds}.
 */
final class Kind<T> {
  private final Spelled keyword;
  private final String title;
  private final Class<T> type;
  private final Make<T> make;
  private final List<Function> steps = new ArrayList<>();
  private final List<Function> questions = new ArrayList<>();
  private @Nullable Predicate<T> locked;

  private Kind(Spelled keyword, String title, Class<T> type, Make<T> make) {
    this.keyword = keyword;
    this.title = title;
    this.type = type;
    this.make = make;
  }

  /** Makes an object on a machine. */
  @FunctionalInterface
  interface Make<T> {
    /** Makes one with this name, and with the number after {@code =} in its declaration. */
    T make(Lab lab, String name, long initial);
  }

  /** Makes an object that begins with no number. */
  @FunctionalInterface
  interface MakeNamed<T> {
    T make(Lab lab, String name);
  }

  /**
   * A kind without steps.
   *
   * @param title the keyword with its article, for sentences about mistakes
   */
  static <T> Kind<T> of(Spelled keyword, String title, Class<T> type, MakeNamed<T> make) {
    return new Kind<>(keyword, title, type, (lab, name, initial) -> make.make(lab, name));
  }

  /** A kind whose declaration says more than a name; the scenario makes its objects. */
  static <T> Kind<T> declaredWithMore(Spelled keyword, String title, Class<T> type) {
    return new Kind<>(
        keyword,
        title,
        type,
        (lab, name, initial) -> {
          throw new IllegalStateException(title + " is made by its declaration");
        });
  }

  /** A kind whose declaration can say with which number it begins. */
  static <T> Kind<T> withInitial(Spelled keyword, String title, Class<T> type, Make<T> make) {
    return new Kind<>(keyword, title, type, make);
  }

  // ---- the table's entry

  /** Says what {@code locked(...)} means for it. */
  Kind<T> locked(Predicate<T> isLocked) {
    locked = isLocked;
    return this;
  }

  /** A step whose result is 0. */
  Kind<T> step(String name, String meaning, Consumer<T> operation) {
    return value(
        name,
        meaning,
        object -> {
          operation.accept(object);
          return 0;
        });
  }

  /** A step whose result is 1 or 0. */
  Kind<T> test(String name, String meaning, Predicate<T> operation) {
    return value(name, meaning, object -> operation.test(object) ? 1 : 0);
  }

  /** A step with a number as its result. */
  Kind<T> value(String name, String meaning, ToLongFunction<T> operation) {
    steps.add(onObject(name, meaning, operation));
    return this;
  }

  /** What is done with an object and a number. */
  @FunctionalInterface
  interface WithNumber<T> {
    long apply(T object, long number);
  }

  /** A step with one more argument, a number, and with a number as its result. */
  Kind<T> valueOf(String name, String parameter, String meaning, WithNumber<T> operation) {
    return special(
        Function.of(
            name,
            List.of(keyword(), parameter),
            meaning,
            arguments -> {
              Slot<T> slot = arguments.object(0, this);
              Code number = arguments.code(1);
              return frame -> operation.apply(frame.world().get(slot), number.run(frame));
            }));
  }

  /** A system call on an object with numbers behind it. */
  interface OnObject<T> {
    long call(Lab lab, T object, long[] numbers);
  }

  /** A system call on the object, whose other arguments are numbers. */
  Kind<T> systemCall(String name, List<String> parameters, String meaning, OnObject<T> call) {
    List<String> all = new ArrayList<>(List.of(keyword()));
    all.addAll(parameters);
    return special(
        Function.of(
            name,
            List.copyOf(all),
            meaning,
            arguments -> {
              Slot<T> slot = arguments.object(0, this);
              Code[] codes = new Code[arguments.size() - 1];
              for (int i = 0; i < codes.length; i++) {
                codes[i] = arguments.code(i + 1);
              }
              return SystemCalls.call(
                  arguments,
                  (lab, f) -> {
                    long[] values = new long[codes.length];
                    for (int i = 0; i < values.length; i++) {
                      values[i] = codes[i].run(f);
                    }
                    return call.call(lab, f.world().get(slot), values);
                  });
            }));
  }

  /** What an object keeps for each task; null if it has nothing for this one. */
  interface Kept<T, E> {
    @Nullable E of(T object, Task task);
  }

  /** A step that looks at what the object keeps for the caller; 0 if that is nothing. */
  <E> Kind<T> ofCaller(String name, String meaning, Kept<T, E> kept, ToLongFunction<E> look) {
    return special(
        Function.of(
            name,
            List.of(keyword()),
            meaning,
            arguments -> {
              Slot<T> slot = arguments.object(0, this);
              return frame -> {
                Task me = frame.world().lab().machine().currentTask();
                E found = kept.of(frame.world().get(slot), me);
                return found == null ? 0 : look.applyAsLong(found);
              };
            }));
  }

  /** A step with arguments of its own. */
  Kind<T> special(Function step) {
    steps.add(step);
    return this;
  }

  /** A question of properties; it looks without making a step. */
  Kind<T> question(String name, String meaning, ToLongFunction<T> look) {
    questions.add(onObject(name, meaning, look));
    return this;
  }

  /** A question with arguments of its own. */
  Kind<T> specialQuestion(Function question) {
    questions.add(question);
    return this;
  }

  private Function onObject(String name, String meaning, ToLongFunction<T> operation) {
    return Function.of(
        name,
        List.of(keyword()),
        meaning,
        arguments -> {
          Slot<T> slot = arguments.object(0, this);
          return frame -> operation.applyAsLong(frame.world().get(slot));
        });
  }

  // ---- what the compiler asks

  /** The word that declares one. */
  String keyword() {
    return keyword.spelling();
  }

  /** The word that declares one, as the parser knows it. */
  Spelled spelled() {
    return keyword;
  }

  /** The keyword with its article. */
  String title() {
    return title;
  }

  Class<T> type() {
    return type;
  }

  T make(Lab lab, String name, long initial) {
    return make.make(lab, name, initial);
  }

  /** What {@code locked(...)} asks, or null if it is no lock. */
  @Nullable Predicate<T> lockedOrNull() {
    return locked;
  }

  List<Function> steps() {
    return steps;
  }

  List<Function> questions() {
    return questions;
  }
}
