package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.memory.PlainWord;

/** When are two findings the same? When the same happened, whatever the schedule. */
final class FindingsTest {

  private static Toy calls(String name, java.util.function.Function<Machine, Properties> body) {
    return new Toy(name, Toy.WORD.withGranularity(MachineConfig.Granularity.CALL), body);
  }

  private static Exploration all(Scenario scenario, Strategy strategy) {
    return new Explorer(scenario, Limits.EXHAUST, Observer.NONE).explore(strategy);
  }

  private static void nested(RwSemaphore first, RwSemaphore second) {
    first.downWrite();
    second.downWrite();
    second.upWrite();
    first.upWrite();
  }

  /** Two tasks take two locks crosswise, and a third one comes along and wants one of them. */
  private static final Toy ONE_DEADLOCK =
      calls(
          "one deadlock",
          machine -> {
            Lockdep lockdep = Lockdep.off(machine);
            RwSemaphore one = new RwSemaphore(lockdep, "one");
            RwSemaphore two = new RwSemaphore(lockdep, "two");
            machine.task("a", () -> nested(one, two));
            machine.task("b", () -> nested(two, one));
            machine.task(
                "late",
                () -> {
                  one.downRead();
                  one.upRead();
                });
            return Properties.NONE;
          });

  /** The same two tasks may meet at one pair of locks or at the other. */
  private static final Toy TWO_DEADLOCKS =
      calls(
          "two deadlocks",
          machine -> {
            Lockdep lockdep = Lockdep.off(machine);
            RwSemaphore one = new RwSemaphore(lockdep, "one");
            RwSemaphore two = new RwSemaphore(lockdep, "two");
            RwSemaphore three = new RwSemaphore(lockdep, "three");
            machine.task(
                "a",
                () -> {
                  nested(one, two);
                  nested(one, three);
                });
            machine.task(
                "b",
                () -> {
                  nested(two, one);
                  nested(three, one);
                });
            return Properties.NONE;
          });

  @Test
  void oneDeadlockOfManySchedules_isOneFinding_thoughOthersQueueUpBehindIt() {
    Exploration exploration = all(ONE_DEADLOCK, new DepthFirst());
    assertThat(exploration.failures())
        .extracting(failure -> failure.finding().essence())
        .containsExactly("a waits for two; b waits for one");
    FoundFailure failure = exploration.failures().getFirst();
    assertThat(failure.times()).isGreaterThan(10).isLessThan(exploration.executions());
  }

  @Test
  void differentDeadlocksOfTheSameTasks_areDifferentFindings() {
    List<FoundFailure> failures = all(TWO_DEADLOCKS, new DepthFirst()).failures();
    assertThat(failures)
        .extracting(failure -> failure.finding().title())
        .containsOnly("deadlock of a, b");
    assertThat(failures)
        .extracting(failure -> failure.finding().essence())
        .containsExactlyInAnyOrder(
            "a waits for two; b waits for one", "a waits for three; b waits for one");
  }

  @Test
  void howManyExecutionsShowIt_isTheSameForAnyNumberOfWorkers() {
    List<List<Long>> times =
        List.of(1, 2).stream()
            .map(
                workers ->
                    new Explorer(TWO_DEADLOCKS, Limits.EXHAUST, Observer.NONE)
                        .explore(new DepthFirst(), workers).failures().stream()
                            .map(FoundFailure::times)
                            .toList())
            .toList();
    assertThat(times.get(0)).isEqualTo(times.get(1)).allSatisfy(n -> assertThat(n).isPositive());
  }

  @Test
  void executionsThatShowNothing_andThoseThatShowSomething_addUp() {
    Exploration exploration = all(TWO_DEADLOCKS, new DepthFirst());
    long bad = exploration.failures().stream().mapToLong(FoundFailure::times).sum();
    DepthFirst again = new DepthFirst();
    long counted = 0;
    while (again.begin()) {
      counted += Execution.run(TWO_DEADLOCKS, again).findings().size();
    }
    assertThat(bad).isEqualTo(counted);
  }

  @Test
  void raceBetweenTwoTasks_isTheSame_whoeverComesLast() {
    Toy race =
        Toy.word(
            "race",
            machine -> {
              PlainWord word = new PlainWord(machine, "data", 0);
              machine.task("a", () -> word.set(1));
              machine.task("b", () -> word.set(2));
              return Properties.NONE;
            });
    Exploration exploration = all(race, new DepthFirst());
    assertThat(exploration.executions()).isEqualTo(2);
    assertThat(exploration.failures()).hasSize(1);
    assertThat(exploration.failures().getFirst().times()).isEqualTo(2);
  }

  @Test
  void raceOfOtherTasks_isAnother() {
    Toy race =
        Toy.word(
            "races",
            machine -> {
              PlainWord word = new PlainWord(machine, "data", 0);
              machine.task("a", () -> word.set(1));
              machine.task("b", () -> word.set(2));
              machine.task("c", () -> word.set(3));
              return Properties.NONE;
            });
    assertThat(all(race, new DepthFirst()).failures())
        .extracting(failure -> failure.finding().essence())
        .containsExactlyInAnyOrder(
            "data race on data [a, b]", "data race on data [a, c]", "data race on data [b, c]");
  }

  @Test
  void splats_differByTheirLockClasses_andNotByTasksOrAddresses() {
    String splat =
        """
        WARNING: possible circular locking dependency detected
        %s is trying to acquire lock:
        %s (%s){++++}-{4:4}, at: down_write
        but task is already holding lock:
         #0: ffff888100000040 (%s){++++}-{4:4}, at: down_read
        -> #1 (%s){++++}-{4:4}:
        """;
    Finding one =
        splat(splat.formatted("a/100", "ffff888100000000", "s_umount", "held", "i_rwsem"));
    Finding same =
        splat(splat.formatted("a/107", "ffff888100000980", "s_umount", "other", "i_rwsem"));
    Finding swapped =
        splat(splat.formatted("a/107", "ffff888100000980", "i_rwsem", "held", "s_umount"));
    Finding other =
        splat(splat.formatted("a/100", "ffff888100000000", "s_umount", "held", "mmap_lock"));
    assertThat(one.sameAs(same)).isTrue();
    assertThat(one.sameAs(swapped)).isTrue();
    assertThat(one.sameAs(other)).isFalse();
  }

  private static Finding splat(String text) {
    return new Finding(Finding.Kind.SPLAT, text.lines().findFirst().orElseThrow(), text);
  }

  @Test
  void numbersThatDependOnTheSchedule_doNotCount() {
    assertThat(bug("BUG: kworker/0:1 sleeps").sameAs(bug("BUG: kworker/1:3 sleeps"))).isTrue();
    assertThat(bug("WARNING: writer/101 exits").sameAs(bug("WARNING: writer/102 exits"))).isTrue();
    assertThat(bug("BUG: writer exits").sameAs(bug("BUG: reader exits"))).isFalse();
    assertThat(
            bug("BUG: up_write of s, whose state is count 0x1")
                .sameAs(bug("BUG: up_write of s, whose state is count 0x0")))
        .isTrue();
    assertThat(bug("BUG: up_write of s").sameAs(bug("BUG: up_write of t"))).isFalse();
  }

  private static Finding bug(String title) {
    return new Finding(Finding.Kind.BUG, title, title);
  }
}
