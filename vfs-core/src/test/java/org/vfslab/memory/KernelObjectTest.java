package org.vfslab.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** Memory that was given back shouts when it is touched. */
final class KernelObjectTest {

  @Test
  void use_afterKfree_isAFaultThatNamesContextAndObject() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              KernelObject object = new KernelObject(machine, "file");
              machine.task(
                  "a",
                  () -> {
                    object.use();
                    object.kfree();
                    object.use();
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.FAULT);
    assertThat(ending.machine().reports())
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.kind()).isEqualTo(ReportKind.USE_AFTER_FREE);
              assertThat(report.title()).isEqualTo("use after free: a touches file");
            });
  }

  @Test
  void kfree_twice_isAFault() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              KernelObject object = new KernelObject(machine, "file");
              machine.task(
                  "a",
                  () -> {
                    object.kfree();
                    object.kfree();
                  });
            });
    assertThat(ending.machine().reports())
        .singleElement()
        .satisfies(report -> assertThat(report.title()).isEqualTo("double free of file"));
  }

  @Test
  void kfree_byTwoTasks_isAFaultInEverySchedule() {
    assertThat(
            Schedules.every(
                machine -> {
                  KernelObject object = new KernelObject(machine, "file");
                  for (String name : List.of("a", "b")) {
                    machine.task(name, object::kfree);
                  }
                }))
        .allSatisfy(
            ending -> assertThat(ending.complaints()).containsExactly(ReportKind.USE_AFTER_FREE));
  }

  @Test
  void kfree_ofTheWhole_freesItsParts() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              KernelObject whole = new KernelObject(machine, "inode");
              KernelObject part = new KernelObject(machine, "mapping");
              whole.contains(part);
              machine.task(
                  "a",
                  () -> {
                    whole.kfree();
                    part.use();
                  });
            });
    assertThat(ending.complaints()).containsExactly(ReportKind.USE_AFTER_FREE);
  }

  @Test
  void useAndKfree_ofTwoTasks_isAFaultInSomeSchedulesOnly() {
    assertThat(
            Schedules.every(
                machine -> {
                  KernelObject object = new KernelObject(machine, "file");
                  machine.task("user", object::use);
                  machine.task("owner", object::kfree);
                }))
        .extracting(Schedules.Ending::outcome)
        .contains(Outcome.DONE, Outcome.FAULT);
  }
}
