package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.aio.WriteHold;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Verdict;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Patch;
import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.ReadWrite;

/** The bundled scenarios of aio: mainline holds, and each historical state shows its bug. */
final class AioScenariosTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aio-poll-unwanted-wake",
        "aio-destroy-vs-completion",
        "aio-file-pinned",
        "aio-ring-full"
      })
  void upstream_holdsInEverySchedule(String name) {
    LitmusScenario scenario = Litmus.compile(Litmus.bundled(name));
    Exploration exploration = Litmus.dpor(scenario);
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(scenario.missed(exploration)).isEmpty();
  }

  /** Of those with more than 20,000 orders of conflicting steps, some. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "aio-poll-file-goes",
        "aio-poll-lost-event",
        "aio-pollfree",
        "aio-cancel-vs-completion",
        "aio-freeze-opcodes"
      })
  void upstream_holdsUnderRandomSchedules(String name) {
    LitmusScenario scenario = Litmus.compile(Litmus.bundled(name));
    Exploration exploration = Litmus.explore(scenario, new RandomWalk(5, 1000));
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(scenario.missed(exploration)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "aio-poll-file-goes, aio-poll-before-2019, USE_AFTER_FREE",
    "aio-poll-unwanted-wake, aio-poll-before-2019, DEADLOCK",
    "aio-poll-lost-event, aio-poll-before-5.16, DEADLOCK",
    "aio-pollfree, aio-poll-before-5.16, USE_AFTER_FREE",
  })
  void historicalState_showsItsBug(String name, String patch, String kind) {
    LitmusScenario scenario = Litmus.compile(Litmus.bundled(name), patch);
    Exploration exploration = Litmus.explore(scenario, new RandomWalk(3, 20_000));
    assertThat(Litmus.findings(exploration)).singleElement().asString().startsWith(kind);
    assertThat(scenario.expectation().isMetBy(exploration, List.of())).isTrue();
  }

  @Test
  void wakingEverybody_changesNoResult() {
    Exploration exploration =
        Litmus.dpor(
            Litmus.compile(Litmus.bundled("aio-destroy-vs-completion"), "aio-wake-everybody"));
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** A broken completion that keeps a reference of the file: nothing in the test asks for it. */
  @Test
  void leakedFile_isFoundUnasked() {
    Patch leaks =
        new Patch(
            "leaks-its-file",
            "t",
            "t",
            "t",
            seams ->
                seams.withWriteHold(
                    new WriteHold() {
                      @Override
                      public void submits(Kiocb iocb) {
                        ReadWrite.kiocbStartWrite(iocb);
                        iocb.file().get();
                      }

                      @Override
                      public void submitted(Kiocb iocb) {}

                      @Override
                      public void completes(Kiocb iocb) {
                        ReadWrite.kiocbEndWrite(iocb);
                      }
                    }));
    String text =
        Litmus.bundled("aio-file-pinned").replaceAll("(?m)^(never|finally) .*open_files.*$", "");
    LitmusScenario scenario =
        LitmusScenario.compile(
            LitmusParser.parse("t.litmus", text), List.of(leaks), MachineConfig.DEFAULT);
    assertThat(Litmus.findings(Litmus.dpor(scenario)))
        .containsExactly(
            "VIOLATION leak: 1 file(s) of /mnt were not given back when the process exited");
  }

  // ---- poll, and what can be polled

  @Test
  void poll_seesAPacketAndAHangUp_inEverySchedule() {
    holds(
        """
        machine { cpus 2 }
        socket s
        irq packet { deliver(s, 4) }
        irq fin    { peer_gone(s) }
        task reader {
          raise(packet)
          poll(s, POLLIN) == POLLIN
          read(s, 8) == 4
          poll(s, POLLIN, 0) == 0
          raise(fin)
          poll(s, 0) == POLLHUP
          read(s, 8) == 0
          poll(99, POLLIN) == POLLNVAL
        }
        """);
  }

  @Test
  void pipe_tellsItsPollersOfDataAndOfTheEnd_inEverySchedule() {
    holds(
        """
        machine { cpus 2 }
        pipe r w
        task reader {
          io_submit(p, poll(r, POLLIN)) == 1
          n = io_getevents(p)
          assert n > 0
          read(r, 8) == 4
          read(r, 8) == 0
        }
        task writer {
          write(w, 4) == 4
          close(w) == 0
        }
        finally completed(p) == 1
        """);
  }

  @Test
  void pipe_withoutReaders_isBroken() {
    holds(
        """
        pipe r w
        task writer {
          poll(w, POLLOUT) == POLLOUT
          close(r) == 0
          poll(w, 0) == POLLERR
          write(w, 4) == -EPIPE
        }
        """);
  }

  private static void holds(String text) {
    Exploration exploration = Litmus.dpor(Litmus.test(text));
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }
}
