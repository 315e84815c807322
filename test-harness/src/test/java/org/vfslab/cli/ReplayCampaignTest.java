package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.MachineConfig;
import org.vfslab.memory.AtomicWord;
import org.vfslab.patch.Patches;

/** Is a run a function of its recording, and would the campaign notice if it were not? */
final class ReplayCampaignTest {

  private static LitmusScenario bundled(String name, String... patches) {
    return LitmusScenario.compile(
        LitmusParser.parse(BundledScenarios.fileName(name), BundledScenarios.text(name)),
        List.of(patches).stream().map(patch -> Patches.find(patch).orElseThrow()).toList(),
        MachineConfig.DEFAULT);
  }

  @Test
  void everyBundledScenario_replaysTheSame_onCoroutinesAndOnThreads() {
    for (String name : BundledScenarios.NAMES) {
      ReplayCampaign campaign = new ReplayCampaign(bundled(name), 7, 100, 20);
      campaign.run(() -> true);
      assertThat(campaign.difference()).as(name).isEmpty();
      assertThat(campaign.runs()).isEqualTo(100);
      assertThat(campaign.lines(1).get(1)).startsWith("100 replays on coroutines and 5 on threads");
    }
  }

  @Test
  void brokenScenarioThatRemembersItsLastRun_isNoticed() {
    long[] runs = new long[1];
    Toy remembers =
        Toy.word(
            "remembers",
            machine -> {
              AtomicWord word = new AtomicWord(machine, "word", runs[0]++ / 25);
              for (String name : List.of("a", "b")) {
                machine.task(
                    name,
                    () -> {
                      if (word.fetchAdd(1) == 1) {
                        word.fetchAdd(1);
                      }
                    });
              }
              return Properties.NONE;
            });
    ReplayCampaign campaign = new ReplayCampaign(remembers, 1, 100, 1_000);
    campaign.run(() -> true);
    assertThat(campaign.difference()).startsWith("run 13, replayed: ");
    assertThat(campaign.runs()).isEqualTo(13);
  }

  @Test
  void interrupted_itEnds() {
    ReplayCampaign campaign = new ReplayCampaign(bundled("write-barrier"), 1, 1_000, 1_000);
    int[] asked = new int[1];
    campaign.run(() -> asked[0]++ < 3);
    assertThat(campaign.runs()).isEqualTo(3);
  }
}
