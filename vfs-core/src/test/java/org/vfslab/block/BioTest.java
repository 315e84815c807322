package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.ReportKind;

/** Bios, requests and the bounds of a device. */
final class BioTest {

  private static Bio bio(long sector, int bytes) {
    return new Bio(BioOp.WRITE, sector, new byte[bytes], ended -> {});
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "0, 511", "0, 513", "-1, 512"})
  void new_withoutWholeSectors_isRefused(long sector, int bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bio(sector, bytes))
        .withMessageContaining("whole sectors of 512 bytes")
        .withMessageContaining(bytes + " bytes at sector " + sector);
  }

  @Test
  void new_countsItsSectorsAndHasNoErrorYet() {
    Bio bio = bio(7, 1024);
    assertThat(bio.sectors()).isEqualTo(2);
    assertThat(bio.status()).isEqualTo(Bio.OK);
    assertThat(bio).hasToString("write 2 sectors at 7");
  }

  @Test
  void complete_ofARequestInFlight_endsIt() {
    Request request = new Request(bio(0, 512));
    request.start();
    request.complete();
  }

  /** A duplicate completion would give references and freeze protection back twice. */
  @Test
  void complete_twice_isABug() {
    Request request = new Request(bio(3, 512));
    request.start();
    request.complete();
    assertThatThrownBy(request::complete)
        .isInstanceOfSatisfying(
            KernelFault.class, fault -> assertThat(fault.kind()).isEqualTo(ReportKind.BUG))
        .hasMessage("BUG: completion of a request that is COMPLETE: write 1 sectors at 3");
  }

  @Test
  void complete_ofARequestThatWasNotStarted_isABug() {
    assertThatThrownBy(new Request(bio(0, 512))::complete)
        .isInstanceOf(KernelFault.class)
        .hasMessageContaining("IDLE");
  }

  @ParameterizedTest
  @CsvSource({"0, 1, at least one sector", "1, 0, 1 to 10240", "1, 10241, 1 to 10240"})
  void deviceConfig_outOfBounds_isRefused(long sectors, int depth, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeviceConfig(sectors, depth, new Latency.Any()))
        .withMessageContaining(sentence);
  }

  @Test
  void latency_outOfBounds_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Latency.Fixed(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Latency.Uniform(-1, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Latency.Uniform(6, 5))
        .withMessage("a uniform latency needs 0 <= min <= max, not 6 ns to 5 ns");
  }
}
