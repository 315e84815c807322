package org.vfslab.campaign.powercut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.patch.Patches;
import org.vfslab.patch.Seams;

/** A power cut after every step of the small programs, and some in random ones. */
final class PowerCutCampaignTest {

  private static final Seams NOBARRIER = Patches.NOBARRIER.change().apply(Seams.UPSTREAM);

  @Test
  void whatWasPromised_isThere_whereverThePowerWent() {
    PowerCutCampaign campaign = new PowerCutCampaign(1, Seams.UPSTREAM);

    assertThat(campaign.run(1000, () -> true)).isNull();

    PowerCutCounts counts = campaign.counts();
    assertThat(counts.programs()).isGreaterThan(PowerCutCampaign.smallPrograms().size());
    assertThat(counts.mounts()).isGreaterThan(8_000);
    assertThat(counts.complete()).isGreaterThan(500).isLessThan(counts.moments());
    assertThat(counts.lost()).isGreaterThan(20_000);
    assertThat(counts.promises()).isGreaterThan(20_000);
    assertThat(counts.snapshots()).isGreaterThanOrEqualTo(6);
  }

  /** Each kind of promise is broken where no flush is sent. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fsync-overwrite/volatile",
        "fdatasync-append/fua",
        "replace-by-rename/volatile",
        "truncate/volatile",
        "names/fua",
        "dsync-overwrite/volatile",
        "dsync-buffered/fua",
        "syncfs/volatile",
        "freeze/volatile"
      })
  void withoutFlushes_thePromiseIsBroken_andCanBeSeenAgain(String program) {
    PowerCutCampaign.Violation violation = new PowerCutCampaign(1, NOBARRIER).only(program, null);
    assertThat(violation).isNotNull();
    Objects.requireNonNull(violation);
    assertThat(violation.program()).isEqualTo(program);
    assertThat(violation.story()).isNotEmpty();
    assertThat(new PowerCutCampaign(1, NOBARRIER).only(program, violation.cut()))
        .isEqualTo(violation);
  }

  /** FUA of direct I/O does not depend on the mount option. */
  @Test
  void withoutFlushes_aWriteWithFuaIsDurableAllTheSame() {
    assertThat(new PowerCutCampaign(1, NOBARRIER).only("dsync-overwrite/fua", null)).isNull();
  }

  @Test
  void randomProgram_isTheSameEachTime() {
    assertThat(mounts(3)).isEqualTo(mounts(3)).isPositive();
  }

  private static long mounts(long number) {
    PowerCutCampaign campaign = new PowerCutCampaign(7, Seams.UPSTREAM);
    assertThat(campaign.only(String.valueOf(number), null)).isNull();
    return campaign.counts().mounts();
  }

  @Test
  void interruption_endsItBetweenPrograms() {
    PowerCutCampaign campaign = new PowerCutCampaign(1, Seams.UPSTREAM);
    assertThat(campaign.run(1000, () -> campaign.counts().programs() == 0)).isNull();
    assertThat(campaign.counts().programs()).isOne();
  }

  @Test
  void programThatDoesNotExist_isRefused() {
    PowerCutCampaign campaign = new PowerCutCampaign(1, Seams.UPSTREAM);
    assertThatIllegalArgumentException().isThrownBy(() -> campaign.only("fsink", null));
  }
}
