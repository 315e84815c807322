package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.Inevitable.Certainty;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;

/** Which step made a finding inevitable? Compared with what plain enumeration says. */
final class InevitableTest {

  private static final MachineConfig CALLS =
      Toy.WORD.withGranularity(MachineConfig.Granularity.CALL);

  /** Two tasks cross their locks, and go on for a while before they notice. */
  private static final Toy ABBA =
      new Toy(
          "ABBA",
          CALLS,
          machine -> {
            Lockdep lockdep = Lockdep.off(machine);
            RwSemaphore one = new RwSemaphore(lockdep, "one");
            RwSemaphore two = new RwSemaphore(lockdep, "two");
            AtomicWord chat = new AtomicWord(machine, "chat", 0);
            machine.task("a", () -> crosswise(one, two, chat));
            machine.task("b", () -> crosswise(two, one, chat));
            return Properties.NONE;
          });

  private static void crosswise(RwSemaphore first, RwSemaphore second, AtomicWord chat) {
    first.downWrite();
    chat.fetchAdd(1);
    second.downWrite();
    second.upWrite();
    first.upWrite();
  }

  private static final Toy LOST_UPDATE =
      Toy.word(
          "lost update",
          machine -> {
            AtomicWord word = new AtomicWord(machine, "word", 0);
            for (String name : new String[] {"a", "b"}) {
              machine.task(
                  name,
                  () -> {
                    word.writeOnce(word.readOnce() + 1);
                    word.readOnce();
                  });
            }
            return new Properties() {
              @Override
              public @Nullable String atEnd(RunResult result) {
                return word.peek() == 2 ? null : "lost";
              }
            };
          });

  private static FoundFailure found(Scenario scenario) {
    return new Explorer(scenario).explore(new DepthFirst()).failures().getFirst();
  }

  private static Inevitable of(Scenario scenario) {
    return Inevitable.of(scenario, found(scenario), Observer.NONE);
  }

  @Test
  void deadlock_isInevitable_assoonAsBothHaveTheirFirstLock() {
    Inevitable inevitable = of(ABBA);
    assertThat(inevitable.certainty()).isEqualTo(Certainty.EXACT);
    // The first schedule that fails: a takes 'one', b takes 'two', and all else is of no use.
    Schedule schedule = Schedule.of(ABBA, found(ABBA).recording());
    assertThat(inevitable.step()).isEqualTo(lastAvoidable(ABBA, found(ABBA)));
    assertThat(inevitable.step()).isLessThan(schedule.steps() - 2);
    assertThat(inevitable.chosen()).isEqualTo("b");
    assertThat(inevitable.instead()).isEqualTo("a");
  }

  @Test
  void brokenProperty_isInevitable_fromTheWriteThatLosesTheOther() {
    Inevitable inevitable = of(LOST_UPDATE);
    assertThat(inevitable.certainty()).isEqualTo(Certainty.EXACT);
    assertThat(inevitable.step()).isEqualTo(lastAvoidable(LOST_UPDATE, found(LOST_UPDATE)));
  }

  @Test
  void everyFailingSchedule_hasTheStepThatEnumerationSays() {
    for (Toy scenario : new Toy[] {ABBA, LOST_UPDATE}) {
      DepthFirst every = new DepthFirst();
      RecordingChance chance = RecordingChance.of(every);
      int failing = 0;
      while (every.begin() && failing < 12) {
        chance.recording().clear();
        Execution execution = Execution.run(scenario, chance);
        if (!execution.findings().isEmpty()) {
          failing++;
          FoundFailure failure =
              new FoundFailure(
                  execution.findings().getFirst(), new Recording(chance.recording().toArray()), 1);
          assertThat(Inevitable.of(scenario, failure, Observer.NONE).step())
              .isEqualTo(lastAvoidable(scenario, failure));
        }
      }
      assertThat(failing).isPositive();
    }
  }

  /** The step of the last answer before which some other way avoids the finding. */
  private static long lastAvoidable(Scenario scenario, FoundFailure failure) {
    int[] answers = failure.recording().toArray();
    int common = 0;
    DepthFirst every = new DepthFirst();
    RecordingChance chance = RecordingChance.of(every);
    while (every.begin()) {
      chance.recording().clear();
      Execution execution = Execution.run(scenario, chance);
      if (!failure.finding().isIn(execution.findings())) {
        int same = java.util.Arrays.mismatch(answers, chance.recording().toArray());
        common = Math.max(common, same);
      }
    }
    return Schedule.of(scenario, failure.recording()).decisions().get(common).step();
  }

  @Test
  void whatNoScheduleAvoids_isInevitableFromTheBeginning() {
    Toy scenario =
        Toy.word(
            "always",
            machine -> {
              PlainWord word = new PlainWord(machine, "data", 0);
              machine.task("a", () -> word.set(1));
              machine.task("b", () -> word.set(2));
              return Properties.NONE;
            });
    assertThat(of(scenario).certainty()).isEqualTo(Certainty.ALWAYS);
  }

  @Test
  void whatWasReportedEarly_isInevitableThen_howeverLongTheRunGoesOn() {
    Toy scenario =
        Toy.word(
            "early",
            machine -> {
              PlainWord data = new PlainWord(machine, "data", 0);
              AtomicWord word = new AtomicWord(machine, "word", 0);
              for (String name : new String[] {"a", "b"}) {
                machine.task(
                    name,
                    () -> {
                      if (word.fetchAdd(1) == 0 && name.equals("b")) {
                        data.set(1);
                        machine.report(org.vfslab.machine.ReportKind.BUG, "BUG: b first", "b");
                      }
                      for (int i = 0; i < 12; i++) {
                        word.fetchAdd(1);
                      }
                    });
              }
              return Properties.NONE;
            });
    FoundFailure failure =
        new Explorer(scenario).explore(new RandomWalk(1, 100)).failures().getFirst();
    Inevitable inevitable = Inevitable.of(scenario, failure, Observer.NONE);
    assertThat(inevitable.certainty()).isEqualTo(Certainty.EXACT);
    assertThat(inevitable.step()).isEqualTo(2); // in its first step it comes up to the word
    assertThat(inevitable.chosen()).isEqualTo("b");
    assertThat(inevitable.executions()).isLessThan(20);
  }

  @Test
  void tooSmallABudget_isOwnedUp() {
    Inevitable inevitable = Inevitable.of(ABBA, found(ABBA), Observer.NONE, 0);
    assertThat(inevitable.certainty()).isEqualTo(Certainty.AT_LATEST);
    assertThat(inevitable.step()).isGreaterThanOrEqualTo(lastAvoidable(ABBA, found(ABBA)));
    assertThat(inevitable.avoidableAt()).isEqualTo(lastAvoidable(ABBA, found(ABBA)));
  }

  @Test
  void chanceOfTheEnvironment_countsAsAChoiceToo() {
    Toy scenario =
        Toy.word(
            "fault",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", 0);
              machine.task("a", () -> word.writeOnce(machine.choose(3, "the fault")));
              machine.task("b", () -> word.readOnce());
              return new Properties() {
                @Override
                public @Nullable String atEnd(RunResult result) {
                  return word.peek() == 2 ? "fault" : null;
                }
              };
            });
    Inevitable inevitable = of(scenario);
    assertThat(inevitable.chosen()).isEqualTo("outcome 2 of 'the fault'");
    assertThat(inevitable.instead()).isEqualTo("outcome 0 of 'the fault'");
  }

  @Test
  void interrupted_itEndsAtOnceAndSaysWhatItHas() {
    int[] asked = new int[1];
    Inevitable inevitable =
        Inevitable.of(
            ABBA,
            found(ABBA),
            (executions, strategy) -> {
              asked[0]++;
              return false;
            });
    assertThat(asked[0]).isEqualTo(1);
    assertThat(inevitable.certainty()).isEqualTo(Certainty.AT_LATEST);
  }
}
