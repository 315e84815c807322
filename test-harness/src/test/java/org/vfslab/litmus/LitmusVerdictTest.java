package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Verdict;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Patches;
import org.vfslab.trace.TraceEvent;

/** The questions that come with the program, and their exact answers. */
final class LitmusVerdictTest {

  private static final String LESSON = Litmus.bundled("freeze-waits-for-aio");

  /** How many ways there are to order the conflicting steps of the lesson. */
  private static final long LESSON_EXECUTIONS = 84;

  private static final String PRE_410 = "pre-4.10-aio-freeze";
  private static final String FROZEN_DISK =
      "VIOLATION never frozen(\"/mnt\") && in_flight(d, write) > 0 -- but here it is so";
  private static final MachineConfig WORD =
      MachineConfig.DEFAULT.withGranularity(MachineConfig.Granularity.WORD);

  /** The lesson without what can come after the question was answered. */
  private static final String SMALL =
      """
      test "freeze for good"
      disk d { latency any }
      fs "/mnt" on d
      file "/mnt/a" size 4k
      task writer {
        fd = open("/mnt/a", O_RDWR | O_DIRECT)
        io_submit(w, pwrite(fd, 0, 4k)) == 1
        mark("submitted")
      }
      task freezer {
        await("submitted")
        ioctl("/mnt", FIFREEZE) == 0
      }
      never frozen("/mnt") && in_flight(d, write) > 0
      finally completed(w) == 1
      """;

  private static void holds(Exploration exploration) {
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  // ---- the first lesson

  /** The number changes when the model makes other steps, or when the reduction does. */
  @Test
  void freezeWaitsForAio_upstream_holdsInEverySchedule() {
    LitmusScenario scenario = Litmus.compile(LESSON);
    Exploration exploration = Litmus.dpor(scenario);
    holds(exploration);
    assertThat(exploration.executions()).isEqualTo(LESSON_EXECUTIONS);
    assertThat(scenario.expectation().isMetBy(exploration, scenario.missed(exploration))).isTrue();
  }

  @Test
  void freezeWaitsForAio_brokenPre410_writesToTheFrozenDisk() {
    LitmusScenario scenario = Litmus.compile(LESSON, PRE_410);
    Exploration exploration = Litmus.dpor(scenario);
    assertThat(exploration.verdict()).isEqualTo(Verdict.VIOLATED);
    assertThat(Litmus.findings(exploration)).containsExactly(FROZEN_DISK);
    assertThat(scenario.patches()).extracting(patch -> patch.name()).containsExactly(PRE_410);
  }

  @Test
  void freezeWaitsForAio_wordByWord_saysTheSame() {
    Limits bound = Limits.NONE.withExecutionsMax(400);
    Exploration upstream =
        new Explorer(Litmus.compile(LESSON, WORD), bound, Observer.NONE).explore(new OptimalDpor());
    assertThat(Litmus.findings(upstream)).isEmpty();
    assertThat(upstream.verdict()).isEqualTo(Verdict.NO_VIOLATION);
    assertThat(upstream.stoppedBy()).isEqualTo("the limit of 400 executions");
    Exploration broken =
        new Explorer(Litmus.compile(LESSON, WORD, PRE_410), bound, Observer.NONE)
            .explore(new OptimalDpor());
    assertThat(Litmus.findings(broken)).containsExactly(FROZEN_DISK);
  }

  @Test
  void freezeWaitsForAio_atRandom_saysTheSame() {
    assertThat(Litmus.findings(Litmus.explore(Litmus.compile(LESSON), new RandomWalk(7, 500))))
        .isEmpty();
    assertThat(
            Litmus.findings(
                Litmus.explore(Litmus.compile(LESSON, PRE_410), new RandomWalk(7, 20_000))))
        .containsExactly(FROZEN_DISK);
  }

  @Test
  void smallVariant_saysTheSameUnderBothStrategies() {
    holds(Litmus.dpor(Litmus.compile(SMALL)));
    Exploration bounded = Litmus.explore(Litmus.compile(SMALL), new DepthFirst(1));
    assertThat(Litmus.findings(bounded)).isEmpty();
    assertThat(bounded.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
    assertThat(Litmus.findings(Litmus.dpor(Litmus.compile(SMALL, PRE_410))))
        .containsExactly(FROZEN_DISK);
    assertThat(Litmus.findings(Litmus.dfs(Litmus.compile(SMALL, PRE_410))))
        .containsExactly(FROZEN_DISK);
  }

  // ---- the others

  @Test
  void rwsemReleasedByIrq_holds() {
    for (Exploration exploration :
        List.of(
            Litmus.dpor(Litmus.compile(Litmus.bundled("rwsem-released-by-irq"))),
            Litmus.dfs(Litmus.compile(Litmus.bundled("rwsem-released-by-irq"))))) {
      holds(exploration);
    }
  }

  @Test
  void rwsemReturnToUser_showsTheSplatThatIsExpected() {
    LitmusScenario scenario = Litmus.compile(Litmus.bundled("rwsem-return-to-user"));
    Exploration exploration = Litmus.dpor(scenario);
    assertThat(Litmus.findings(exploration))
        .containsExactly("SPLAT WARNING: lock held when returning to user space!");
    assertThat(scenario.expectation().words())
        .isEqualTo("splat \"lock held when returning to user space\"");
    assertThat(scenario.expectation().isMetBy(exploration, List.of())).isTrue();
  }

  /** For a writer that left as well as for a reader, as the thread has it. */
  @Test
  void rwsemStaleOwner_holds_alsoWordByWord() {
    String asked = Litmus.resource("/org/vfslab/litmus/syntax/rwsem-stale-owner.litmus");
    holds(Litmus.dpor(Litmus.compile(asked)));
    holds(Litmus.dpor(Litmus.compile(asked.replace("cpus 3", "cpus 3 spin_on_owner on"))));
    LitmusScenario bundled = Litmus.compile(Litmus.bundled("rwsem-stale-owner"), WORD);
    Exploration exploration = Litmus.dpor(bundled);
    holds(exploration);
    assertThat(bundled.missed(exploration)).isEmpty();
  }

  @Test
  void rwsemWaitKillable_holds() {
    holds(Litmus.dpor(Litmus.compile(Litmus.bundled("rwsem-wait-killable"))));
  }

  /** Concern 2 of the thread, and what the first version does. */
  @Test
  void rwsemWaitThenWriter_holdsUnlessAsFirstPosted() {
    holds(Litmus.dpor(Litmus.compile(Litmus.bundled("rwsem-wait-then-writer"))));
    LitmusScenario posted =
        Litmus.compile(
            Litmus.bundled("rwsem-wait-then-writer"), Patches.RWSEM_WAIT_AS_FIRST_POSTED.name());
    Exploration exploration = Litmus.dpor(posted);
    assertThat(Litmus.findings(exploration)).containsExactly("DEADLOCK deadlock of writer");
    assertThat(posted.expectation().isMetBy(exploration, List.of())).isTrue();
  }

  @Test
  void mapWalk_holds() {
    LitmusScenario scenario = Litmus.compile(Litmus.bundled("map-walk"));
    Exploration exploration = Litmus.dpor(scenario);
    holds(exploration);
    assertThat(scenario.missed(exploration)).isEmpty();
  }

  /** syncfs waits for no direct write in flight; that is what the thread asks for. */
  @Test
  void writeBarrier_isViolatedUpstream() {
    assertThat(Litmus.findings(Litmus.dpor(Litmus.compile(Litmus.bundled("write-barrier")))))
        .containsExactly(
            "VIOLATION never passed(\"barrier ends\") && completed(w1) == 0 -- but here it is so");
  }

  /** Too many schedules for a test; some of them. */
  @Test
  void subblockDio_atRandom_losesNoBytes() {
    LitmusScenario scenario = Litmus.compile(Litmus.bundled("subblock-dio"));
    assertThat(Litmus.findings(Litmus.explore(scenario, new RandomWalk(3, 300)))).isEmpty();
  }

  /** As the mail thread asks them: whoever travels is fenced, and nobody comes in after the end. */
  @Test
  void delegatedReader_andAbandonedWriter_hold() {
    for (String name : List.of("delegated-reader", "abandon-writer")) {
      LitmusScenario scenario = Litmus.compile(Litmus.bundled(name));
      Exploration exploration = Litmus.dpor(scenario);
      holds(exploration);
      assertThat(scenario.missed(exploration)).isEmpty();
      assertThat(
              Litmus.findings(
                  Litmus.explore(Litmus.compile(Litmus.bundled(name), WORD), new DepthFirst(2))))
          .as(name + " word by word")
          .isEmpty();
    }
  }

  @Test
  void abandonWriter_withoutAFencedLookup_touchesTheFreedLock() {
    assertThat(
            Litmus.findings(Litmus.dpor(Litmus.compile(Litmus.bundled("abandon-writer-broken")))))
        .containsExactly("USE_AFTER_FREE use after free: user touches o.g");
  }

  /** Holds in all of its 28,764 classes of schedules too, which takes too long for a test. */
  @Test
  void srcuAcrossContexts_holds_andNeedsTheRightPair() {
    Exploration split =
        Litmus.explore(Litmus.compile(Litmus.bundled("srcu-across-contexts")), new DepthFirst(1));
    assertThat(Litmus.findings(split)).isEmpty();
    assertThat(split.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
    assertThat(
            Litmus.findings(
                Litmus.dpor(Litmus.compile(Litmus.bundled("srcu-lock-across-contexts")))))
        .containsExactly(
            "SPLAT WARNING: lock held when returning to user space!",
            "SPLAT WARNING: bad unlock balance detected!");
  }

  // ---- one compilation, many machines

  /** Nothing of an execution is kept in the compiled scenario. */
  @Test
  void compiledScenario_isIndependentOfItsOtherMachines() {
    LitmusScenario scenario = Litmus.compile(LESSON);
    Machine first = machine(scenario, 1);
    Machine second = machine(scenario, 2);
    var firstProperties = scenario.setUp(first);
    var secondProperties = scenario.setUp(second);
    var ranSecond = second.run();
    assertThat(secondProperties.atEnd(ranSecond)).isNull();
    assertThat(firstProperties.atEnd(ranSecond)).isNotNull(); // has not run yet
    var ranFirst = first.run();
    assertThat(firstProperties.atEnd(ranFirst)).isNull();
    assertThat(first.reports()).isEmpty();
  }

  private static Machine machine(LitmusScenario scenario, long seed) {
    RandomWalk walk = new RandomWalk(seed, 1);
    walk.begin();
    return Machine.deterministic(scenario.machine(), walk);
  }

  @Test
  void compiledTwice_runsTheSame() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(trace(Litmus.compile(LESSON), seed))
          .isEqualTo(trace(Litmus.compile(LESSON), seed))
          .hasSizeGreaterThan(10);
    }
  }

  private static List<String> trace(LitmusScenario scenario, long seed) {
    RandomWalk walk = new RandomWalk(seed, 1);
    walk.begin();
    List<TraceEvent> trace = new ArrayList<>();
    Execution.traced(scenario, walk, trace);
    return trace.stream().map(Object::toString).toList();
  }

  // ---- deadlocks, races

  private static final Map<String, String> BROKEN =
      Map.of(
          "rwsem a rwsem b task one { down_write(a) down_write(b) up_write(b) up_write(a) }"
              + " task two { down_write(b) down_write(a) up_write(a) up_write(b) }",
          "SPLAT WARNING: possible circular locking dependency detected",
          "int x task one { x = 1 } task two { x = 2 }",
          "RACE",
          "spinlock l rwsem s task one { spin_lock(l) down_read(s) up_read(s) spin_unlock(l) }",
          "ATOMIC_SLEEP",
          "task one { preempt_enable }",
          "BUG one: preempt_enable without preempt_disable");

  @Test
  void broken_isFoundWithoutBeingAskedFor() {
    BROKEN.forEach(
        (text, finding) ->
            assertThat(Litmus.findings(Litmus.dpor(Litmus.test(text))))
                .as(text)
                .first()
                .asString()
                .startsWith(finding));
  }
}
