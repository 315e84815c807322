package org.vfslab.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.vfslab.machine.MachineConfig.Granularity;

/**
 * A test that is run under many schedules. The method is the set-up of one execution: it makes the
 * objects and the tasks on a new machine and returns; then the machine runs, and the next execution
 * begins with another call of the method.
 *
 * <p>Its parameters are {@code Machine machine} or {@code Lab lab} (a kernel on a new machine), and
 * {@link Demands} if something must hold beyond what the machine itself reports. Other parameters
 * are JUnit's. JUnit wants the method to return nothing.
 *
 * <p>The set-up must do the same each time. What surrounds it ({@code @BeforeEach}, the fields of
 * the test object) is there once for all executions: make everything that an execution changes in
 * the method. What the set-up throws ends the test as it would end any other; an exception of a
 * task is a finding.
 *
 * <p>The test fails with the verdict, the story of the finding and a command that shows this
 * schedule again.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Test
@ExtendWith(ExploreExtension.class)
public @interface Explore {

  /** The value of {@link #bound} and {@link #executionsMax} that leaves it to the strategy. */
  int UNSET = -1;

  /** Which schedules are tried. */
  ExploreBy strategy() default ExploreBy.DPOR;

  /**
   * How many preemptions or delays {@link ExploreBy#PREEMPTIONS} and {@link ExploreBy#DELAYS}
   * allow, and for how many ordering constraints {@link ExploreBy#PCT} looks; nothing for the
   * others.
   */
  int bound() default UNSET;

  /**
   * After how many executions the exploration ends. Unless set, there is no limit, or {@link
   * ExploreBy#SAMPLES} for a strategy that throws dice.
   */
  long executionsMax() default UNSET;

  /** From where a strategy that throws dice begins. */
  long seed() default 0;

  /** What is one step: a call of a lock, or each access to a word. */
  Granularity granularity() default Granularity.CALL;

  /** The number of CPUs. */
  int cpus() default 2;

  /** After how many steps an execution is given up as a livelock. */
  long stepsMax() default 1_000_000;

  /** The names of the patches that fill the seams of a {@code Lab}; mainline without any. */
  String[] patches() default {};

  /**
   * What is to come of it. With a kind of finding, the test shows a bug: it passes as soon as the
   * bug shows, and fails if it does not.
   */
  Expected expect() default Expected.HOLDS;

  /** What the title or the text of the expected finding contains. */
  String containing() default "";

  /**
   * Whether a test that finds nothing fails if a limit or an interrupt has ended the exploration
   * early, so that nobody takes a part for a proof. A strategy that throws dice never proves
   * anything; it only has to make all its executions.
   */
  boolean complete() default true;
}
