package org.vfslab.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vfslab.block.Fault;
import org.vfslab.patch.Patches;
import org.vfslab.patch.Seams;

/** Twenty thousand I/Os with every fault, on each build. */
final class FaultCampaignTest {

  @Test
  void eachIoEndsOnce_andEveryFaultStrikes() {
    FaultCampaign campaign = new FaultCampaign(1, Seams.UPSTREAM);

    assertThat(campaign.run(40_000, 2, made -> true)).isNull();

    Counts counts = campaign.counts();
    assertThat(counts.ios()).isEqualTo(40_000);
    assertThat(counts.iocbs()).isPositive();
    assertThat(counts.reads()).isGreaterThan(4_000);
    assertThat(counts.stale()).isPositive();
    assertThat(counts.freezes()).containsKeys("OK", "EIO");
    for (Fault fault : Fault.values()) {
      assertThat(counts.table()).containsKey(fault.word());
      assertThat(counts.struck()).containsKey(fault.word());
    }
    assertThat(counts.table()).containsKeys("fail_make_request", "fail_io_timeout");
    assertThat(counts.struck()).containsKeys("fail_make_request", "fail_io_timeout");
    assertThat(counts.table())
        .hasEntrySatisfying("fail_make_request", row -> assertThat(row).containsOnlyKeys("IOERR"))
        .hasEntrySatisfying("hung", row -> assertThat(row).containsKeys("OK", "TIMEOUT"));
  }

  /** A batch can be seen again: its counts follow from seed and number. */
  @Test
  void batch_isTheSameEachTime_andAnotherSeedGivesAnother() {
    assertThat(batch(3)).isEqualTo(batch(3)).isNotEqualTo(batch(4));
  }

  @Test
  void workers_makeTheSame_howeverManyThereAre() {
    FaultCampaign one = new FaultCampaign(5, Seams.UPSTREAM);
    FaultCampaign three = new FaultCampaign(5, Seams.UPSTREAM);
    assertThat(one.run(10_001, 1, made -> true)).isNull();
    assertThat(three.run(10_001, 3, made -> true)).isNull();
    assertThat(three.counts().ios()).isEqualTo(10_001);
    assertThat(three.counts()).usingRecursiveComparison().isEqualTo(one.counts());
  }

  private static Map<String, Map<String, Long>> batch(long seed) {
    FaultCampaign campaign = new FaultCampaign(seed, Seams.UPSTREAM);
    assertThat(campaign.batch(5, 300)).isNull();
    return campaign.counts().table();
  }

  @Test
  void filesystemBatch_completesEachRequestOnce() {
    FaultCampaign campaign = new FaultCampaign(2, Seams.UPSTREAM);
    assertThat(campaign.batch(9, 300)).isNull();
    assertThat(campaign.counts().iocbs()).isEqualTo(300);
    assertThat(campaign.counts().bios()).isZero();
  }

  /** The bug of Linux 4.9: the campaign looks at the device while the filesystem is frozen. */
  @Test
  void aioThatAFreezeDoesNotWaitFor_isSeenOnTheFrozenDevice() {
    FaultCampaign campaign =
        new FaultCampaign(1, Patches.apply(List.of(Patches.PRE_4_10_AIO_FREEZE)));
    assertThat(campaign.batch(9, 500))
        .extracting(FaultCampaign.Violation::sentence)
        .asString()
        .startsWith("on the frozen device ");
  }

  @Test
  void interruption_endsItEarly() {
    FaultCampaign campaign = new FaultCampaign(1, Seams.UPSTREAM);
    assertThat(campaign.run(1_000_000, 1, made -> made == 0)).isNull();
    assertThat(campaign.counts().ios()).isEqualTo(FaultCampaign.BATCH_IOS);
  }
}
