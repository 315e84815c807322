package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfslab.machine.Errno;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.ReportKind;

/** Bios, how they end, and the bounds of a device. */
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
    assertThat(bio.with(Bio.FUA | Bio.PREFLUSH)).hasToString("write 2 sectors at 7 preflush fua");
    assertThat(Bio.flush(ended -> {})).hasToString("flush");
  }

  @Test
  void end_tellsOnce_withTheErrnoOfTheStatus() {
    List<Integer> ends = new ArrayList<>();
    Bio bio = Bio.read(0, 512, ended -> ends.add(ended.status()));
    bio.end(BlkStatus.MEDIUM);
    assertThat(ends).containsExactly(-Errno.ENODATA);
    assertThat(bio).hasToString("read 1 sectors at 0 (ENODATA)");
  }

  /** A second end would give references and freeze protection back twice. */
  @Test
  void end_twice_isABug() {
    Bio bio = bio(3, 512);
    bio.end(BlkStatus.OK);
    assertThatThrownBy(() -> bio.end(BlkStatus.TIMEOUT))
        .isInstanceOfSatisfying(
            KernelFault.class, fault -> assertThat(fault.kind()).isEqualTo(ReportKind.BUG))
        .hasMessage("BUG: bio ended twice: write 1 sectors at 3, now with BLK_STS_TIMEOUT");
  }

  /** block/blk-core.c, blk_errors[]. */
  @ParameterizedTest
  @CsvSource({
    "OK, 0",
    "NOTSUPP, 95",
    "TIMEOUT, 110",
    "NOSPC, 28",
    "TRANSPORT, 67",
    "TARGET, 121",
    "RESV_CONFLICT, 52",
    "MEDIUM, 61",
    "PROTECTION, 84",
    "RESOURCE, 12",
    "IOERR, 5",
    "AGAIN, 11",
    "DEV_RESOURCE, 16",
    "ZONE_OPEN_RESOURCE, 109",
    "ZONE_ACTIVE_RESOURCE, 75",
    "OFFLINE, 19",
    "DURATION_LIMIT, 62",
    "INVAL, 22"
  })
  void status_hasTheErrnoOfTheKernel(BlkStatus status, int errno) {
    assertThat(status.errno()).isEqualTo(-errno);
    assertThat(errno == 0 || !Errno.name(errno).contains("errno")).isTrue();
  }

  @ParameterizedTest
  @EnumSource(BlkStatus.class)
  void everyStatus_isCheckedAbove(BlkStatus status) {
    assertThat(status.kernelName()).isEqualTo("BLK_STS_" + status);
    assertThat(BlkStatus.values()).hasSize(18);
  }

  @ParameterizedTest
  @EnumSource(BioOp.class)
  void isWrite_ofAll_butReadAndFlush(BioOp op) {
    assertThat(op.isWrite()).isEqualTo(!Set.of(BioOp.READ, BioOp.FLUSH).contains(op));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, at least one sector", "1, 0, 1 to 10240", "1, 10241, 1 to 10240"})
  void deviceConfig_outOfBounds_isRefused(long sectors, int depth, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeviceConfig(sectors, depth, new Latency.Any()))
        .withMessageContaining(sentence);
  }

  @Test
  void deviceConfig_withOtherBadValues_isRefused() {
    DeviceConfig config = DeviceConfig.DEFAULT;
    assertThatIllegalArgumentException().isThrownBy(() -> config.withQueues(65));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withAtomicSectors(3));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withSectorsMax(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new DeviceConfig.Timeout.After(0));
  }
}
