package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Verdict;

/** What statements, expressions and properties mean. */
final class LitmusSemanticsTest {

  private static final String FILES =
      "disk d { latency any }\nfs \"/mnt\" on d\nfile \"/mnt/a\" size 8k\n";

  private static List<String> found(String text) {
    return Litmus.findings(Litmus.dpor(Litmus.test(text)));
  }

  private static void holds(String text) {
    Exploration exploration = Litmus.dpor(Litmus.test(text));
    assertThat(Litmus.findings(exploration)).as(text).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  // ---- expressions

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "1 + 2 * 3 @ 7",
        "7 / 2 @ 3",
        "-7 / 2 @ -3",
        "-7 % 4 @ -3",
        "1 << 4 @ 16",
        "-1 >> 1 @ -1",
        "6 & 3 @ 2",
        "6 | 3 @ 7",
        "6 ^ 3 @ 5",
        "~0 @ -1",
        "!5 @ 0",
        "!0 @ 1",
        "3 < 4 @ 1",
        "4 <= 3 @ 0",
        "4 >= 4 @ 1",
        "4 != 4 @ 0",
        "2 && 3 @ 1",
        "0 || 0 @ 0",
        "4k @ 4096",
        "10us @ 10000",
        "-EBUSY @ -16",
        "O_RDWR | O_DIRECT @ 16386",
        "0xffffffffffffffff @ -1",
      })
  void expressions_areThoseOfC(String expression, long value) {
    holds("task a { x = " + expression + " }\nfinally a.x == " + value);
    holds("task a { exit }\nfinally (" + expression + ") == " + value);
  }

  /** What stands right of && is not done when the left side says no. */
  @Test
  void andAndOr_doNotEvaluateTheRightSideInVain() {
    holds(
        """
        atomic n
        task a {
          x = 0 && atomic_inc_return(n)
          x = 1 || atomic_inc_return(n)
          x = 1 && atomic_inc_return(n)
          x = 0 || atomic_inc_return(n)
        }
        finally n == 2
        """);
  }

  @Test
  void loopsAndBranches_doWhatTheySay() {
    holds(
        """
        task a {
          i = 0  sum = 0
          while (i < 5) { i = i + 1  if (i % 2 == 1) { sum = sum + i } else { sum = sum + 10 } }
          do { sum = sum + 100 } while (sum < 0)
        }
        finally a.sum == 129 && a.i == 5
        """);
  }

  @Test
  void exit_endsTheContextOnly() {
    holds(
        """
        task a { x = 1  if (x == 1) { exit }  x = 2 }
        task b { y = 1  while (1) { exit } }
        finally a.x == 1 && b.y == 1 && exited(a) && exited(b)
        """);
  }

  @Test
  void endlessLoop_isALivelock() {
    LitmusScenario scenario =
        Litmus.compile(
            "test \"t\"\natomic x\ntask a { while (x == 0) { x = 0 } }",
            org.vfslab.machine.MachineConfig.DEFAULT.withStepsMax(1000));
    assertThat(Litmus.findings(Litmus.dpor(scenario))).containsExactly("LIVELOCK livelock of a");
  }

  // ---- demands

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "x == 2 @ a, line 3: 'x == 2' is false; the left side is 1",
        "x > 1 @ a, line 3: 'x > 1' is false; the left side is 1",
        "close(99) == 0 @ a, line 3: 'close(99) == 0' is false; the left side is -9 (EBADF)",
        "assert x == 2 @ a, line 3: 'assert x == 2' is false; the left side is 1",
        "assert x - 1 @ a, line 3: 'assert x - 1' is false",
        "!x @ a, line 3: '!x' is false",
        "!(x == 1) @ a, line 3: '!(x == 1)' is false",
        "x == 1 && x == 2 @ a, line 3: 'x == 1 && x == 2' is false",
        "x == 2 || x == 3 @ a, line 3: 'x == 2 || x == 3' is false",
        "y = 1 / (x - 1) @ line 3: division by zero",
        "y = 1 % (x - 1) @ line 3: division by zero",
      })
  void brokenDemand_isAViolationThatSaysWhereAndWhy(String statement, String sentence) {
    assertThat(found("task a { x = 1\n" + statement + " }"))
        .containsExactly("VIOLATION " + sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "x == 1",
        "assert x",
        "!(x == 2)",
        "x == 1 && x < 2",
        "x == 2 || x == 1",
        "close(9)"
      })
  void metDemand_isNothing(String statement) {
    holds("task a { x = 1\n" + statement + " }");
  }

  @Test
  void brokenDemand_endsTheRun() {
    assertThat(found("atomic n task a { n = 1  1 == 2  n = 2 }\nnever n == 2"))
        .containsExactly("VIOLATION a, line 2: '1 == 2' is false; the left side is 1");
  }

  // ---- properties

  @Test
  void never_looksAfterEachStep_andFinallyAtTheEnd() {
    String text = "atomic n task a { n = 1  n = 2  n = 3 }\n";
    assertThat(found(text + "never n == 2"))
        .containsExactly("VIOLATION never n == 2 -- but here it is so");
    assertThat(found(text + "always n != 2"))
        .containsExactly("VIOLATION always n != 2 -- but here it is not so");
    assertThat(found(text + "finally n == 2"))
        .containsExactly("VIOLATION finally n == 2 -- but at the end it is not so");
    holds(text + "finally n == 3\nalways n < 4\nnever n > 3");
  }

  @Test
  void finally_isNotAskedWhenTheEndIsADeadlock() {
    assertThat(found("completion c task a { wait_for_completion(c) }\nfinally 0 == 1"))
        .containsExactly("DEADLOCK deadlock of a");
  }

  @Test
  void sometimes_isMissedWhenNoExecutionShowsIt() {
    LitmusScenario scenario =
        Litmus.test(
            """
            atomic x
            task a { x = 1 }
            task b { y = x }
            sometimes b.y == 1
            sometimes b.y == 0 && x == 1
            sometimes b.y == 2
            """);
    Exploration exploration = Litmus.dpor(scenario);
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(scenario.sometimes()).containsExactly("b.y == 1", "b.y == 0 && x == 1", "b.y == 2");
    assertThat(scenario.missed(exploration)).containsExactly("sometimes b.y == 2");
    assertThat(scenario.expectation().isMetBy(exploration, scenario.missed(exploration))).isFalse();
    assertThat(scenario.expectation().isMetBy(exploration, List.of())).isTrue();
  }

  /** Store buffering on a machine without store buffers: both zero is not there. */
  @Test
  void observe_countsTheFinalStates() {
    String text =
        """
        atomic x  atomic y
        task a { x = 1  r = y }
        task b { y = 1  r = x }
        observe a.r, b.r
        """;
    for (Exploration exploration :
        List.of(Litmus.dpor(Litmus.test(text)), Litmus.dfs(Litmus.test(text)))) {
      assertThat(exploration.observations().keySet())
          .containsExactly("a.r=0; b.r=1", "a.r=1; b.r=0", "a.r=1; b.r=1");
      assertThat(exploration.observations().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(exploration.executions());
    }
  }

  @Test
  void nameOfAVariable_needsItsContextOnlyWhenSeveralHaveIt() {
    holds("task a { x = 1 }\ntask b { y = 2 }\nfinally x == 1 && y == 2 && a.x == 1");
  }

  // ---- expectations

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "'' @ holds @ holds",
        "expect holds @ holds @ holds",
        "expect violation under pre-4.10-aio-freeze @ holds @ violation",
        "expect violation @ violation @ violation",
        "expect deadlock expect violation under pre-4.10-aio-freeze @ deadlock @ violation",
        "expect violation under upstream @ violation @ holds",
        "expect race \"x\" under upstream expect splat \"y\" @ race \"x\" @ splat \"y\"",
        "expect use_after_free under upstream, pre-4.10-aio-freeze @ use_after_free"
            + " @ use_after_free",
      })
  void expectation_isThatOfThePatch(String expect, String upstream, String patched) {
    String text = "test \"t\"\ntask a { exit }\n" + expect;
    assertThat(Litmus.compile(text).expectation().words()).isEqualTo(upstream);
    assertThat(Litmus.compile(text, "pre-4.10-aio-freeze").expectation().words())
        .isEqualTo(patched);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "expect violation \"n == 2\" @ true",
        "expect violation \"n == 3\" @ false",
        "expect violation @ true",
        "expect splat @ false",
        "expect deadlock @ false",
        "expect holds @ false",
        "'' @ false",
      })
  void expectation_isMetByItsKindAndText(String expect, boolean met) {
    LitmusScenario scenario = Litmus.test("atomic n task a { n = 2 }\nnever n == 2\n" + expect);
    Exploration exploration = Litmus.dpor(scenario);
    assertThat(scenario.expectation().isMetBy(exploration, List.of())).isEqualTo(met);
  }

  // ---- steps

  @Test
  void await_sleepsUntilTheMark_andStaysOpen() {
    holds(
        """
        atomic n
        task a { await("ready")  n == 1  await("ready") }
        task b { n = 1  mark("ready")  mark("ready") }
        never passed("ready") && n == 0
        finally passed("ready") == 1 && passed("never passed") == 0
        """);
    assertThat(found("task a { await(\"nobody passes it\") }"))
        .containsExactly("DEADLOCK deadlock of a");
  }

  @Test
  void mark_brokenBeforeWhatItSays_isFound() {
    assertThat(
            found(
                """
                atomic n
                task a { await("ready")  n == 1 }
                task b { mark("ready")  n = 1 }
                """))
        .containsExactly("VIOLATION a, line 3: 'n == 1' is false; the left side is 0");
  }

  @Test
  void raise_passesItsArgument_andTheHandlerRunsOnItsCpu() {
    holds(
        """
        atomic sum
        completion c
        task a { raise(done, 5)  raise(done, 7)  wait_for_completion(c)  wait_for_completion(c) }
        irq done(n) on cpu 1 { atomic_add_return(sum, n)  complete(c) }
        finally sum == 12
        """);
  }

  @Test
  void workTimersAndSignals_areThere() {
    holds(
        """
        completion c
        atomic n
        task a { queue_work(w) == 1  mod_timer(t, 10us)  wait_for_completion(c)
                 wait_for_completion(c)  del_timer(t) == 0 }
        work w { n = n + 1  complete(c) }
        timer t { complete(c) }
        finally n == 1
        """);
    holds(
        FILES
            + """
            task reaper { io_getevents(w) == -EINTR }
            task killer { send_sig(reaper, SIGUSR1) }
            """);
  }

  @Test
  void lockState_canBeAsked() {
    holds(
        """
        rwsem s  spinlock l  percpu_rwsem p
        task a { down_write(s) mark("in") await("out") up_write(s) }
        task b { await("in") mark("asked") mark("out") }
        finally !locked(s) && !locked(l) && !locked(p) && waiters(s) == 0
        never passed("asked") && !passed("out") && owner(s) != a
        """);
  }

  @Test
  void trylocks_saySo() {
    holds(
        """
        rwsem s
        task a { down_read_trylock(s) == 1  down_write_trylock(s) == 0  up_read(s)
                 down_write_trylock(s) == 1  down_read_trylock(s) == 0  downgrade_write(s)
                 up_read(s) }
        """);
  }

  @Test
  void atomics_returnWhatTheKernelReturns() {
    holds(
        """
        atomic n = 5
        task a { atomic_inc_return(n) == 6  atomic_dec_return(n) == 5  atomic_add_return(n, 3) == 8
                 xchg(n, 1) == 8  cmpxchg(n, 2, 9) == 0  cmpxchg(n, 1, 9) == 1
                 smp_load_acquire(n) == 9  smp_store_release(n, 4)  READ_ONCE(n) == 4
                 WRITE_ONCE(n, 3)  n == 3 }
        """);
  }

  // ---- files

  @Test
  void systemCalls_returnWhatTheKernelReturns() {
    holds(
        FILES
            + """
            task a {
              fd = open("/mnt/a", O_RDWR)
              fd == 3
              open("/mnt/b", O_RDWR) == -ENOENT
              open("/mnt", O_RDWR) == -EISDIR
              pwrite(fd, 8k, 10, fill 0x11) == 10
              pread(fd, 8k, 4k) == 10
              pwrite(fd, -1, 1) == -EINVAL
              pwrite(fd, 0, 1G) == -EINVAL
              pread(99, 0, 1) == -EBADF
              fsync(fd) == 0
              syncfs("/mnt") == 0
              ioctl("/mnt", FITHAW) == -EINVAL
              ioctl("/mnt", FIFREEZE) == 0
              ioctl("/mnt", FIFREEZE) == -EBUSY
              ioctl("/mnt", FITHAW) == 0
              ioctl("/mnt", 1) == -ENOTTY
              io_submit(w, pwrite(fd, 0, 1)) == 1
              io_submit(w, pread(99, 0, 1)) == -EBADF
              io_getevents(w) == 1
              io_destroy(w) == 0
              io_destroy(w) == -EINVAL
              close(fd) == 0
              close(fd) == -EBADF
            }
            finally size_of("/mnt/a") == 8202 && disk_bytes("/mnt/a", 8k, 10) == 0x11
            finally disk_bytes("/mnt/a", 0, 1) == 0 && disk_bytes("/mnt/a", 8k, 11) == -1
            finally dirty("/mnt/a") == 1 && completed(w) == 1 && freeze_state("/mnt") == 0
            """);
  }

  @Test
  void frozenFilesystem_blocksAWriter() {
    assertThat(
            found(
                FILES
                    + """
                    task a {
                      fd = open("/mnt/a", O_RDWR)
                      ioctl("/mnt", FIFREEZE) == 0
                      pwrite(fd, 0, 1)
                    }
                    never freeze_state("/mnt") == 5
                    """))
        .containsExactly("DEADLOCK deadlock of a");
  }

  @Test
  void lockTakenToUserSpace_isASplat() {
    assertThat(found(FILES + "rwsem s task a { down_read(s) fsync(9) up_read(s) }"))
        .contains("SPLAT WARNING: lock held when returning to user space!");
  }

  @Test
  void at_remembersTheMomentOfTheMark_underBothStrategies() {
    String text =
        """
        test "t"
        int x = 0
        task a {
          WRITE_ONCE(x, 1)
          mark("m")
          WRITE_ONCE(x, 2)
        }
        task b {
          WRITE_ONCE(x, 5)
        }
        never !passed("m") && at("m", x) != 0
        finally at("m", x) == 1 || at("m", x) == 5
        observe at("m", x)
        """;
    Exploration all = Litmus.explore(Litmus.compile(text), new DepthFirst());
    Exploration reduced = Litmus.dpor(Litmus.compile(text));
    assertThat(Litmus.findings(all)).isEmpty();
    assertThat(Litmus.findings(reduced)).isEmpty();
    assertThat(all.observations().keySet()).containsExactly("at(\"m\", x)=1", "at(\"m\", x)=5");
    assertThat(reduced.observations().keySet()).isEqualTo(all.observations().keySet());
  }

  @Test
  void ktimeGet_movesOnlyWhileNobodyCanRun() {
    LitmusScenario scenario =
        Litmus.test(
            """
            disk d { latency 10us }
            fs "/mnt" on d
            file "/mnt/a" size 4k
            task a {
              t0 = ktime_get()
              t1 = ktime_get()
              fd = open("/mnt/a", O_RDWR | O_DIRECT)
              pwrite(fd, 0, 4k) == 4096
              t2 = ktime_get()
              t1 - t0 == 0
              t2 - t1 == 10us
            }
            """);
    assertThat(Litmus.findings(Litmus.dpor(scenario))).isEmpty();
  }
}
