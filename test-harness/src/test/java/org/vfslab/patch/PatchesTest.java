package org.vfslab.patch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.aio.BrokenPre410AioFreeze;
import org.vfslab.aio.WriteHold;

/** Patches by name, and what they put into the seams. */
final class PatchesTest {

  @Test
  void find_knowsEveryPatchOfTheListAndNoOther() {
    for (Patch patch : Patches.ALL) {
      assertThat(Patches.find(patch.name())).contains(patch);
    }
    assertThat(Patches.find("upstream")).isEmpty();
    assertThat(Patches.find("")).isEmpty();
    assertThat(Patches.names()).contains("pre-4.10-aio-freeze").doesNotHaveDuplicates();
  }

  @Test
  void everyPatch_saysWhatItIsAndWhereItComesFrom() {
    assertThat(Patches.ALL)
        .allSatisfy(
            patch -> {
              assertThat(patch.name()).matches("[a-z0-9.-]+");
              assertThat(patch.title()).isNotBlank();
              assertThat(patch.source()).isNotBlank();
              assertThat(patch.claim()).isNotBlank();
              assertThat(patch.change().apply(Seams.UPSTREAM)).isNotEqualTo(Seams.UPSTREAM);
            });
  }

  @Test
  void apply_ofNothing_isMainline() {
    assertThat(Patches.apply(List.of())).isEqualTo(Seams.UPSTREAM);
    assertThat(Seams.UPSTREAM.writeHold()).isSameAs(WriteHold.UNTIL_COMPLETION);
  }

  @Test
  void apply_takesPatchesInTheirOrder() {
    Patch back =
        new Patch("back", "t", "s", "c", seams -> seams.withWriteHold(WriteHold.UNTIL_COMPLETION));
    assertThat(Patches.apply(List.of(Patches.PRE_4_10_AIO_FREEZE)).writeHold())
        .isInstanceOf(BrokenPre410AioFreeze.class);
    assertThat(Patches.apply(List.of(Patches.PRE_4_10_AIO_FREEZE, back)).writeHold())
        .isSameAs(WriteHold.UNTIL_COMPLETION);
    assertThat(Patches.apply(List.of(back, Patches.PRE_4_10_AIO_FREEZE)).writeHold())
        .isInstanceOf(BrokenPre410AioFreeze.class);
  }
}
