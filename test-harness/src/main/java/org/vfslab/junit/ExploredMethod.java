package org.vfslab.junit;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.ReflectionSupport;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.Properties;
import org.vfslab.explore.RefusedException;
import org.vfslab.explore.Scenario;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;
import org.vfslab.patch.Seams;

/** A test method as a scenario: each execution is another call of it, with a new machine. */
final class ExploredMethod implements Scenario {

  /** The parameters that are new for each execution. */
  static final Set<Class<?>> PARAMETERS = Set.of(Machine.class, Lab.class, Demands.class);

  /** An exploration ends when JUnit wants the thread back, as {@code @Timeout} does. */
  static final Observer UNTIL_INTERRUPTED =
      (executions, strategy) -> !Thread.currentThread().isInterrupted();

  private final String name;
  private final Explore explore;
  private final Method method;
  private final Object target;
  private final List<@Nullable Object> arguments;
  private final MachineConfig config;
  private final Seams seams;

  /**
   * The method of the test object {@code target}.
   *
   * @param testClass the class of the test, which may have inherited the method
   * @param arguments what JUnit passes; those of {@link #PARAMETERS} are replaced
   * @throws ExtensionConfigurationException if the annotation or the parameters are no good; the
   *     message says why in a sentence
   */
  ExploredMethod(
      Class<?> testClass,
      Method method,
      Explore explore,
      Object target,
      List<@Nullable Object> arguments) {
    this.name = testClass.getName() + "#" + method.getName();
    this.explore = explore;
    this.method = method;
    this.target = target;
    this.arguments = arguments;
    checkParameters();
    checkNumbers();
    this.config =
        MachineConfig.DEFAULT
            .withCpus(explore.cpus())
            .withGranularity(explore.granularity())
            .withStepsMax(explore.stepsMax());
    this.seams = Patches.apply(Arrays.stream(explore.patches()).map(this::patch).toList());
  }

  // ---- what the annotation says

  private void checkParameters() {
    long machines = count(Machine.class);
    long labs = count(Lab.class);
    require(
        machines + labs == 1,
        "the method needs one parameter 'Machine machine' or 'Lab lab', and has "
            + (machines + labs == 0 ? "none" : machines + labs));
    require(count(Demands.class) <= 1, "one parameter of type Demands takes all demands");
    require(
        explore.patches().length == 0 || labs == 1,
        "patches change a Lab; make the parameter 'Lab lab'");
  }

  private void checkNumbers() {
    String refusal = explore.strategy().refusal(explore.bound());
    require(refusal.isEmpty(), refusal);
    requireAtLeast1("executionsMax", executionsMax());
    requireAtLeast1("stepsMax", explore.stepsMax());
    require(
        explore.cpus() >= 1 && explore.cpus() <= MachineConfig.CPUS_MAX,
        "cpus is from 1 to " + MachineConfig.CPUS_MAX + ", not " + explore.cpus());
    require(
        explore.containing().isEmpty() || explore.expect() != Expected.HOLDS,
        "'containing' is about an expected finding; say which with 'expect'");
  }

  private Patch patch(String patch) {
    return Patches.find(patch)
        .orElseThrow(
            () ->
                wrong(
                    "there is no patch '"
                        + patch
                        + "'; there are "
                        + String.join(", ", Patches.names())));
  }

  private void requireAtLeast1(String attribute, long value) {
    require(value >= 1, attribute + " is at least 1, not " + value);
  }

  private void require(boolean condition, String sentence) {
    if (!condition) {
      throw wrong(sentence);
    }
  }

  private ExtensionConfigurationException wrong(String sentence) {
    return new ExtensionConfigurationException("@Explore on " + name + ": " + sentence);
  }

  private long count(Class<?> type) {
    return Arrays.stream(method.getParameterTypes()).filter(type::equals).count();
  }

  private long executionsMax() {
    if (explore.executionsMax() != Explore.UNSET) {
      return explore.executionsMax();
    }
    return explore.strategy().isSampling() ? ExploreBy.SAMPLES : Long.MAX_VALUE;
  }

  /** The annotation. */
  Explore annotation() {
    return explore;
  }

  /** The names of the patches, in their order. */
  List<String> patches() {
    return List.of(explore.patches());
  }

  // ---- running

  /** The class and the method. */
  @Override
  public String name() {
    return name;
  }

  @Override
  public MachineConfig machine() {
    return config;
  }

  @Override
  public Properties setUp(Machine machine) {
    Demands demands = new Demands();
    Class<?>[] types = method.getParameterTypes();
    @Nullable Object[] all = arguments.toArray();
    for (int i = 0; i < types.length; i++) {
      if (types[i] == Machine.class) {
        all[i] = machine;
      } else if (types[i] == Lab.class) {
        Lab lab = new Lab(machine, seams);
        demands.nothingLeftBehind(lab);
        all[i] = lab;
      } else if (types[i] == Demands.class) {
        all[i] = demands;
      }
    }
    ReflectionSupport.invokeMethod(method, target, all); // throws what the method throws
    return demands.toProperties();
  }

  /**
   * Explores until {@code findingsMax} different findings, or the end.
   *
   * @throws ExtensionConfigurationException if the strategy cannot explore this test
   */
  Exploration explore(int findingsMax) {
    // A strategy that throws dice ends by itself, and then its verdict does not name a limit.
    long limit = explore.strategy().isSampling() ? Long.MAX_VALUE : executionsMax();
    Limits limits = new Limits(limit, null, findingsMax);
    try {
      return new Explorer(this, limits, UNTIL_INTERRUPTED)
          .explore(explore.strategy().strategy(explore.bound(), executionsMax(), explore.seed()));
    } catch (RefusedException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }
}
