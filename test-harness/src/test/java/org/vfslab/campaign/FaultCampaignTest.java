package org.vfslab.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vfslab.block.Fault;

/** Twenty thousand I/Os with every fault, on each build. */
final class FaultCampaignTest {

  @Test
  void eachIoEndsOnce_andEveryFaultStrikes() {
    FaultCampaign campaign = new FaultCampaign(1);

    assertThat(campaign.run(20_000, () -> true)).isNull();

    Counts counts = campaign.counts();
    assertThat(counts.ios()).isEqualTo(20_000);
    assertThat(counts.iocbs()).isPositive();
    assertThat(counts.reads()).isGreaterThan(4_000);
    assertThat(counts.stale()).isPositive();
    for (Fault fault : Fault.values()) {
      assertThat(counts.table()).containsKey(fault.word());
    }
    assertThat(counts.table()).containsKeys("fail_make_request", "fail_io_timeout");
    assertThat(counts.table())
        .hasEntrySatisfying("fail_make_request", row -> assertThat(row).containsOnlyKeys("IOERR"))
        .hasEntrySatisfying("hung", row -> assertThat(row).containsKeys("OK", "TIMEOUT"));
  }

  /** A batch can be seen again: its counts follow from seed and number. */
  @Test
  void batch_isTheSameEachTime_andAnotherSeedGivesAnother() {
    assertThat(batch(3)).isEqualTo(batch(3)).isNotEqualTo(batch(4));
  }

  private static Map<String, Map<String, Long>> batch(long seed) {
    FaultCampaign campaign = new FaultCampaign(seed);
    assertThat(campaign.batch(5, 300)).isNull();
    return campaign.counts().table();
  }

  @Test
  void aioBatch_completesEachRequestOnce() {
    FaultCampaign campaign = new FaultCampaign(2);
    assertThat(campaign.batch(9, 300)).isNull();
    assertThat(campaign.counts().iocbs()).isEqualTo(300);
    assertThat(campaign.counts().bios()).isZero();
  }

  @Test
  void interruption_endsItEarly() {
    FaultCampaign campaign = new FaultCampaign(1);
    assertThat(campaign.run(1_000_000, () -> campaign.counts().ios() == 0)).isNull();
    assertThat(campaign.counts().ios()).isEqualTo(FaultCampaign.BATCH_IOS);
  }
}
