package org.vfslab.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Properties;
import org.vfslab.lab.Lab;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult;

/**
 * What must hold in one execution of an {@link Explore} test; a parameter of the method. Each
 * demand has a sentence, which becomes the title of the finding when it is broken.
 *
 * <p>Conditions look at objects of the model without making steps, through methods such as {@code
 * peek()}. What tasks keep in Java variables instead is unknown to the reduction of {@link
 * ExploreBy#DPOR}: it may leave out orders of steps that differ in nothing else.
 */
public final class Demands {

  private record Demand(String sentence, BooleanSupplier condition) {}

  private final List<Demand> always = new ArrayList<>(1);
  private final List<Demand> atEnd = new ArrayList<>(1);
  private final List<LongSupplier> words = new ArrayList<>(2);
  private final List<Properties> others = new ArrayList<>(0);
  private boolean looksAtEverything;

  Demands() {}

  /**
   * Demands {@code condition} after each step.
   *
   * @param words the words of the model at which the condition looks, each a single one. With them
   *     the reduction need not order steps that change none; with no words, every step counts as a
   *     change, which is right as well but takes many more executions
   */
  public void always(String sentence, BooleanSupplier condition, LongSupplier... words) {
    always.add(new Demand(sentence, condition));
    looksAtEverything |= words.length == 0;
    this.words.addAll(List.of(words));
  }

  /** Demands {@code condition} at the end of each execution in which every task ends. */
  public void atEnd(String sentence, BooleanSupplier condition) {
    atEnd.add(new Demand(sentence, condition));
  }

  /** Demands what {@code properties} demand. */
  public void properties(Properties properties) {
    others.add(properties);
  }

  /** Demands without being asked that {@code lab} got everything back that it gave. */
  void nothingLeftBehind(Lab lab) {
    others.add(
        new Properties() {
          @Override
          public @Nullable String atEnd(RunResult result) {
            String leak = lab.leak();
            return leak == null ? null : "leak: " + leak;
          }
        });
  }

  /** Demands in a running task that {@code condition} is true there and then. */
  public void here(String sentence, boolean condition) {
    if (!condition) {
      throw new KernelFault(ReportKind.PROPERTY, sentence);
    }
  }

  /** All demands together. */
  Properties toProperties() {
    return new Together();
  }

  private static @Nullable String broken(List<Demand> demands) {
    for (Demand demand : demands) {
      if (!demand.condition.getAsBoolean()) {
        return demand.sentence;
      }
    }
    return null;
  }

  private final class Together implements Properties {
    private final long[] values = new long[words.size()];
    private boolean looked;

    @Override
    public boolean watchesSteps() {
      return !always.isEmpty() || others.stream().anyMatch(Properties::watchesSteps);
    }

    @Override
    public boolean visibleChange() {
      boolean changed = looksAtEverything || !looked;
      looked = true;
      for (int i = 0; i < values.length; i++) {
        long value = words.get(i).getAsLong();
        changed |= value != values[i];
        values[i] = value;
      }
      for (Properties other : others) {
        changed |= other.watchesSteps() && other.visibleChange();
      }
      return changed;
    }

    @Override
    public @Nullable String afterStep() {
      String sentence = broken(always);
      for (int i = 0; sentence == null && i < others.size(); i++) {
        sentence = others.get(i).watchesSteps() ? others.get(i).afterStep() : null;
      }
      return sentence;
    }

    @Override
    public @Nullable String atEnd(RunResult result) {
      String sentence = broken(atEnd);
      for (int i = 0; sentence == null && i < others.size(); i++) {
        sentence = others.get(i).atEnd(result);
      }
      return sentence;
    }

    @Override
    public List<String> describe() {
      return others.stream().flatMap(other -> other.describe().stream()).toList();
    }
  }
}
