package org.vfslab.campaign.powercut;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.vfslab.patch.Seams;

/**
 * Programs of file operations on a filesystem with a journal, and a power cut after each of their
 * steps: any part of what was not durable may be lost.
 *
 * <p>What is left is mounted again. It must mount; what fsync, fdatasync, O_DSYNC, syncfs or a
 * freeze promised is there; a sector holds nothing that was not written to it; names and sizes are
 * as they were at one moment; links and blocks are right. While the filesystem is frozen, the disk
 * needs no recovery.
 *
 * <p>Small programs are cut after every step at which the disk or a promise has changed; everything
 * that may survive is tried where that are no more than {@value #IMAGES_SMALL} disks. Larger ones
 * follow from the seed and their number, and are cut at random.
 */
public final class PowerCutCampaign {
  private static final int IMAGES_SMALL = 32;
  private static final int IMAGES_RANDOM = 4;

  /** A random program is cut after one of so many steps that changed something. */
  private static final int RANDOM_EVERY = 8;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final Seams seams;
  private final PowerCutCounts counts = new PowerCutCounts();

  /** A campaign that has not begun. */
  public PowerCutCampaign(long seed, Seams seams) {
    this.seed = seed;
    this.seams = seams;
  }

  /**
   * Something that was promised and is not so.
   *
   * @param program the name of the program
   * @param cut the step after which the power went
   * @param sentence what was wrong
   * @param story what had been begun by then
   */
  public record Violation(String program, long cut, String sentence, List<String> story) {}

  /** What was counted so far. */
  public PowerCutCounts counts() {
    return counts;
  }

  /** The names of the small programs. */
  public static List<String> smallPrograms() {
    return SmallPrograms.all().stream().map(Program::name).toList();
  }

  /**
   * Runs all small programs, then random ones.
   *
   * @param mounts until so many disks of random programs have been mounted
   * @param goesOn asked before each program
   * @return the first violation, or null
   */
  public @Nullable Violation run(long mounts, BooleanSupplier goesOn) {
    for (Program program : SmallPrograms.all()) {
      if (!goesOn.getAsBoolean()) {
        return null;
      }
      Violation violation = small(program, step -> true);
      if (violation != null) {
        return violation;
      }
    }
    long before = counts.mounts();
    for (long number = 0; counts.mounts() - before < mounts && goesOn.getAsBoolean(); number++) {
      Violation violation = random(number, null);
      if (violation != null) {
        return violation;
      }
    }
    return null;
  }

  /**
   * Runs one program alone.
   *
   * @param name of a small one, or the number of a random one
   * @param cut the step after which the power is cut, or null: after all of them
   * @throws IllegalArgumentException if there is no such program
   */
  public @Nullable Violation only(String name, @Nullable Long cut) {
    LongPredicate at = step -> cut == null || step == cut;
    for (Program program : SmallPrograms.all()) {
      if (program.name().equals(name)) {
        return small(program, at);
      }
    }
    if (!name.matches("\\d{1,18}")) {
      throw new IllegalArgumentException("there is no program '" + name + "'");
    }
    return random(Long.parseLong(name), at);
  }

  private @Nullable Violation small(Program program, LongPredicate at) {
    return run(program, seed, IMAGES_SMALL, at);
  }

  private @Nullable Violation random(long number, @Nullable LongPredicate at) {
    SplittableRandom dice = new SplittableRandom(seed + GOLDEN * (number + 1));
    Program program = RandomProgram.of(number, dice);
    long schedule = dice.nextLong();
    SplittableRandom cuts = dice.split();
    return run(
        program,
        schedule,
        IMAGES_RANDOM,
        at != null ? at : step -> cuts.nextInt(RANDOM_EVERY) == 0);
  }

  private @Nullable Violation run(Program program, long schedule, int images, LongPredicate at) {
    Run run = new Run(program, schedule, seams, images, at, counts);
    String wrong = run.run();
    return wrong == null ? null : new Violation(program.name(), run.wrongAt(), wrong, run.story());
  }
}
