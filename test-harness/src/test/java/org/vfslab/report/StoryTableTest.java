package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.machine.MachineConfig;
import org.vfslab.report.StoryTable.Detail;
import org.vfslab.trace.Happening;
import org.vfslab.trace.TraceEvent;

/** Whole tables; what is told in them is tested in {@link StoryTest}. */
final class StoryTableTest {

  private static final List<TraceEvent> FREEZE =
      new Traces()
          .step("writer")
          .enters("pwrite(fd, 0, 4k)")
          .step("writer")
          .takes("sb_writers", "read")
          .step("writer")
          .add(new Happening.Io("d", "write of 8 sectors at 0 in flight"))
          .step("freezer")
          .enters("ioctl(\"/mnt\", FIFREEZE)")
          .step("freezer")
          .add(new Happening.Changed("frozen(/mnt)", "SB_UNFROZEN", "SB_FREEZE_WRITE"))
          .step("freezer")
          .waitsFor("sb_writers", "readers to leave")
          .sleeps("sb_writers")
          .at(4_000_000)
          .step("d irq")
          .add(new Happening.InterruptEntered("d irq", 1))
          .add(new Happening.Io("d", "write of 8 sectors at 0 done"))
          .step("d irq")
          .add(new Happening.InterruptLeft("d irq", 1))
          .step("kworker/0:0")
          .releases("sb_writers", "read")
          .wakes("freezer")
          .at(4_001_500)
          .step("freezer")
          .takes("sb_writers", "write")
          .add(new Happening.Reported("WARNING: possible circular locking dependency detected"))
          .step("freezer")
          .leaves("ioctl(\"/mnt\", FIFREEZE)", -16)
          .events();

  private static final List<String> FREEZE_TASKS = List.of("freezer", "writer");

  @Test
  void interruptsAndKernelThreads_followTheTasks() {
    Golden.requireSame(
        "freeze-120.txt",
        new StoryTable(FREEZE_TASKS, 120, Detail.BRIEF)
            .lines(FREEZE, "never frozen(\"/mnt\") && in_flight(d, write) > 0 is broken"));
  }

  @Test
  void pageTooNarrowForTheColumns_contextsShareOne() {
    Golden.requireSame(
        "freeze-70.txt", new StoryTable(FREEZE_TASKS, 70, Detail.BRIEF).lines(FREEZE, null));
  }

  @Test
  void deadlockOfRealRun_isTold() {
    Golden.requireSame("abba-brief.txt", abba(100, Detail.BRIEF));
  }

  @Test
  void deadlockOfRealRun_isToldInFull() {
    Golden.requireSame("abba-full.txt", abba(120, Detail.FULL));
  }

  @Test
  void deadlockOfRealRun_fitsIntoHalfATerminal() {
    Golden.requireSame("abba-narrow.txt", abba(60, Detail.BRIEF));
  }

  private static List<String> abba(int width, Detail detail) {
    return Deadlocks.abba(MachineConfig.DEFAULT).lines(width, detail);
  }

  @Test
  void nothingHappened_isATableAllTheSame() {
    assertThat(new StoryTable(List.of("t"), 100, Detail.BRIEF).lines(List.of(), null))
        .containsExactly("step | t", "-----+--");
  }

  @Test
  void stepOfSeveralEvents_isNumberedOnce() {
    List<TraceEvent> trace =
        new Traces().step("t").notes("a").notes("b").step("t").notes("c").events();

    assertThat(rows(new StoryTable(List.of("t"), 100, Detail.BRIEF).lines(trace, null)))
        .containsExactly("   1 | a", "     | b", "   2 | c");
  }

  @Test
  void liveTrace_hasTimesAndNoSteps() {
    List<TraceEvent> trace =
        List.of(
            new TraceEvent(0, 1_500, "t", new Happening.Noted("a")),
            new TraceEvent(0, 2_000_000_000L, "t", new Happening.Noted("b")));

    assertThat(new StoryTable(List.of("t"), 100, Detail.BRIEF).lines(trace, null))
        .containsExactly("  time | t", "-------+--", "1.5 us | a", "   2 s | b");
  }

  @Test
  void titleThatWasReportedLast_isNotRepeated() {
    List<TraceEvent> trace = new Traces().step("t").add(new Happening.Reported("BUG: x")).events();
    StoryTable table = new StoryTable(List.of("t"), 100, Detail.BRIEF);

    assertThat(rows(table.lines(trace, "BUG: x"))).containsExactly("*** BUG: x (t, step 1)");
    assertThat(rows(table.lines(trace, "BUG: y")))
        .containsExactly("*** BUG: x (t, step 1)", "*** BUG: y");
  }

  @Test
  void eventOfNoContext_goesAcross() {
    List<TraceEvent> trace = List.of(new TraceEvent(0, 0, "", new Happening.Noted("power is cut")));

    assertThat(rows(new StoryTable(List.of("t"), 100, Detail.BRIEF).lines(trace, null)))
        .containsExactly("power is cut");
  }

  @Test
  void controlCharacters_doNotReachTheTerminal() {
    List<TraceEvent> trace = new Traces().step("t\u001b[31m").notes("a\nb\u0007\u202e").events();

    assertThat(new StoryTable(List.of("t\u001b[31m"), 100, Detail.BRIEF).lines(trace, "x\u001by"))
        .containsExactly("step | t?[31m", "-----+-------", "   1 | a b??", "*** x?y");
  }

  @Test
  void leftOutHolds_areCounted() {
    List<TraceEvent> trace =
        new Traces()
            .step("t")
            .enters("sync()")
            .takes("a", "read")
            .releases("a", "read")
            .takes("b", "read")
            .releases("b", "read")
            .leaves("sync()", 0)
            .events();
    StoryTable table = new StoryTable(List.of("t"), 100, Detail.BRIEF);

    assertThat(rows(table.lines(trace, null)))
        .containsExactly(
            "   1 | sync() = 0", "(2 brief holds of a lock, which nobody waited for, left out)");
    assertThat(rows(table.withDetail(Detail.FULL).lines(trace, null))).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 12})
  void anyNumberOfContexts_staysWithinThePage(int count) {
    List<String> tasks = IntStream.range(0, count).mapToObj(i -> "task" + i).toList();
    Traces traces = new Traces();
    for (String task : tasks) {
      traces.step(task).enters("pwrite(fd, 0, 4k)").waitsFor("/mnt/a i_rwsem", "write");
    }
    for (int width : new int[] {Integer.MIN_VALUE, 0, 1, 40, 72, 80, 100, 132, 300}) {
      StoryTable table = new StoryTable(tasks, width, Detail.BRIEF);
      List<String> lines = table.lines(traces.events(), "a title ".repeat(30));

      assertThat(lines)
          .allSatisfy(
              line ->
                  assertThat(line.length())
                      .isLessThanOrEqualTo(Math.max(width, StoryTable.WIDTH_MIN)));
      assertThat(table.lines(traces.events(), "a title ".repeat(30))).isEqualTo(lines);
    }
  }

  private static List<String> rows(List<String> lines) {
    return lines.subList(2, lines.size());
  }
}
