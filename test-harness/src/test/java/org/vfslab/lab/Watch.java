package org.vfslab.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Properties;
import org.vfslab.machine.RunResult;

/** Properties over words of the state; each {@code never} names the words at which it looks. */
final class Watch implements Properties {
  private final List<LongSupplier> words = new ArrayList<>();
  private final List<Claim> never = new ArrayList<>();
  private final List<Claim> last = new ArrayList<>();
  private @Nullable Supplier<String> observed;
  private long @Nullable [] before;

  private record Claim(String text, BooleanSupplier condition) {}

  /** After no step {@code condition} holds. */
  Watch never(String text, BooleanSupplier condition, LongSupplier... looksAt) {
    never.add(new Claim(text, condition));
    words.addAll(List.of(looksAt));
    return this;
  }

  /** At each end {@code condition} holds. */
  Watch last(String text, BooleanSupplier condition) {
    last.add(new Claim(text, condition));
    return this;
  }

  /** Final states are counted. */
  Watch observe(Supplier<String> state) {
    observed = state;
    return this;
  }

  @Override
  public boolean watchesSteps() {
    return !never.isEmpty();
  }

  @Override
  public boolean visibleChange() {
    long[] now = words.stream().mapToLong(LongSupplier::getAsLong).toArray();
    boolean changed = !java.util.Arrays.equals(now, before);
    before = now;
    return changed;
  }

  @Override
  public @Nullable String afterStep() {
    return never.stream()
        .filter(claim -> claim.condition().getAsBoolean())
        .map(Claim::text)
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable String atEnd(RunResult result) {
    return last.stream()
        .filter(claim -> !claim.condition().getAsBoolean())
        .map(claim -> "not so at the end: " + claim.text())
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable String observation() {
    return observed == null ? null : observed.get();
  }
}
