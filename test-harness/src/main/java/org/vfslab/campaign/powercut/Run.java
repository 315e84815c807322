package org.vfslab.campaign.powercut;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DiskImage;
import org.vfslab.block.Remains;
import org.vfslab.campaign.Dice;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.DiskFormat;
import org.vfslab.vfs.SuperBlock;

/**
 * One run of a program, and what is left of its disk after each step.
 *
 * <p>The program is not stopped by a power cut: what would be left is taken from the disk beside
 * the run, so that one run serves all cuts.
 */
final class Run {
  private static final MachineConfig MACHINE = MachineConfig.DEFAULT.withRaceDetection(false);

  private final Machine machine;
  private final BlockDevice disk;
  private final List<Actor> actors = new ArrayList<>();
  private final long seed;
  private final int imagesMax;
  private final LongPredicate cutAt;
  private final PowerCutCounts counts;
  private final List<String> story = new ArrayList<>();

  private long seenDisk = -1;
  private long seenPromises = -1;
  private boolean frozen;
  private @Nullable String wrong;
  private long wrongAt;

  /**
   * A run that has not begun.
   *
   * @param seed of the schedule, and of what survives where not everything is tried
   * @param imagesMax how many disks are mounted after one cut, if more are possible
   * @param cutAt after which steps the power is cut
   */
  Run(
      Program program,
      long seed,
      Seams seams,
      int imagesMax,
      LongPredicate cutAt,
      PowerCutCounts counts) {
    this.seed = seed;
    this.imagesMax = imagesMax;
    this.cutAt = cutAt;
    this.counts = counts;
    this.machine = Machine.deterministic(MACHINE, new Dice(seed));
    Lab lab = new Lab(machine, seams);
    this.disk = lab.disk("d", program.device());
    SuperBlock sb = lab.mountJournalled("/mnt", disk, program.blockBytes());
    for (int i = 0; i < program.actors().size(); i++) {
      int bytes = Program.OLD_SECTORS * BlockDevice.SECTOR_BYTES;
      lab.file(sb, Program.path(i, Program.OLD), bytes);
      actors.add(new Actor(this, lab, i, program.actors().get(i)));
    }
    machine.afterEachStep(this::stepEnded);
  }

  /** Runs it; returns what is wrong, in a sentence, or null. */
  @Nullable String run() {
    RunResult result = machine.run();
    counts.programRan();
    if (wrong == null && !machine.reports().isEmpty()) {
      wrong(machine.reports().getFirst().title());
    }
    if (wrong == null && result.outcome() != RunResult.Outcome.DONE) {
      wrong("the machine ended with " + result.outcome());
    }
    return wrong;
  }

  /** The step after which something was wrong. */
  long wrongAt() {
    return wrongAt;
  }

  /** What the actors had begun by then, in their order. */
  List<String> story() {
    return story;
  }

  // ---- what actors tell

  void told(int actor, Op op) {
    story.add("actor" + actor + ": " + op);
  }

  void wrong(String sentence) {
    if (wrong == null) {
      wrong = sentence;
      wrongAt = machine.steps();
      machine.stop();
    }
  }

  List<Runnable> promisesOfAllDone() {
    return actors.stream().map(actor -> actor.book().promiseOfAllDone()).toList();
  }

  /** Whether the filesystem is frozen: then no image of the device needs its journal. */
  void frozen(boolean now) {
    frozen = now;
  }

  /** The device is copied while the filesystem is frozen. */
  void snapshot() {
    counts.snapshotTaken();
    look(disk.snapshot(), 0);
  }

  // ---- cuts

  private void stepEnded() {
    if (wrong != null) {
      return;
    }
    counts.stepMade();
    long nowDisk = disk.remainsVersionNow();
    long nowPromises = promised() + (frozen ? 1 : 0);
    if ((nowDisk != seenDisk || nowPromises != seenPromises) && cutAt.test(machine.steps())) {
      seenDisk = nowDisk;
      seenPromises = nowPromises;
      cut(disk.remains());
    }
  }

  private long promised() {
    return actors.stream().mapToLong(actor -> actor.book().promised()).sum();
  }

  private void cut(Remains remains) {
    long images = remains.count(imagesMax);
    boolean all = images <= imagesMax;
    counts.lookedAt(all);
    SplittableRandom dice = new SplittableRandom(seed + machine.steps());
    for (int i = 0; i < Math.min(images, imagesMax) && wrong == null; i++) {
      IntBinaryOperator choice = all ? remains.numbered(i) : sampled(i, dice);
      long[] lost = new long[1];
      DiskImage image =
          remains.image(
              (unit, versions) -> {
                int kept = choice.applyAsInt(unit, versions);
                lost[0] += kept < versions ? 1 : 0;
                return kept;
              });
      look(image, lost[0]);
    }
  }

  /** Nothing survives, then all, then what dice leave. */
  private static IntBinaryOperator sampled(int number, SplittableRandom dice) {
    return switch (number) {
      case 0 -> (unit, versions) -> 0;
      case 1 -> (unit, versions) -> versions;
      default -> (unit, versions) -> dice.nextInt(versions + 1);
    };
  }

  private void look(DiskImage image, long lost) {
    counts.mounted(lost, promised());
    if (frozen && DiskFormat.needsRecovery(image)) {
      wrong("the filesystem is frozen, and its disk needs recovery");
      return;
    }
    String why = AfterCut.wrong(image, actors.stream().map(Actor::book).toList());
    if (why != null) {
      wrong(why);
    }
  }
}
