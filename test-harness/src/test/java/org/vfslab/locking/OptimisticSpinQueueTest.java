package org.vfslab.locking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicWord;

/** The queue of spinners, with some who leave it (L) and some who stay (S). */
final class OptimisticSpinQueueTest {

  private static Exploration spin(String letters, Set<String> ends) {
    return new Toy(
            letters,
            Toy.WORD.withCpus(letters.length()),
            machine -> {
              OptimisticSpinQueue queue = new OptimisticSpinQueue(machine, "osq");
              AtomicWord heads = new AtomicWord(machine, "heads", 0);
              StringBuilder end = new StringBuilder();
              for (int i = 0; i < letters.length(); i++) {
                boolean leaves = letters.charAt(i) == 'L';
                machine.task(
                    letters.charAt(i) + String.valueOf(i),
                    () -> end.append(use(machine, queue, heads, leaves)));
              }
              return new Properties() {
                @Override
                public @Nullable String atEnd(RunResult result) {
                  ends.add(end.toString());
                  return queue.isEmpty() ? null : "somebody is left in the queue";
                }
              };
            })
        .explore(new OptimalDpor());
  }

  private static String use(
      Machine machine, OptimisticSpinQueue queue, AtomicWord heads, boolean leaves) {
    Task me = machine.currentTask();
    OptimisticSpinQueue.Node node = queue.lock(me, () -> leaves);
    if (node == null) {
      return "left ";
    }
    if (heads.addReturn(1) != 1) {
      throw new KernelFault(ReportKind.BUG, "two are the head");
    }
    heads.addReturn(-1);
    queue.unlock(node);
    return "head ";
  }

  /** Every order of conflicting steps: one head at a time, nobody forgotten. */
  @ParameterizedTest
  @ValueSource(strings = {"SS", "SL", "LL", "SLS"})
  void spinners_areTheHeadOneAtATimeOrLeave(String letters) {
    Set<String> ends = new TreeSet<>();
    Exploration exploration = spin(letters, ends);
    assertThat(exploration.failures()).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(ends).anyMatch(end -> end.contains("head"));
  }

  @Test
  void whoHasToLeave_leavesInSomeOrders() {
    Set<String> ends = new TreeSet<>();
    spin("SL", ends);
    assertThat(ends).contains("head head ", "left head ");
  }
}
