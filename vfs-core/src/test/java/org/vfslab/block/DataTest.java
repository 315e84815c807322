package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Bytes that are shared must read like bytes that are copied. */
final class DataTest {

  @Test
  void copyOf_isApartFromTheArray() {
    byte[] array = {1, 2, 3};
    Data data = Data.copyOf(array);
    array[1] = 9;
    assertThat(data.toBytes()).containsExactly(1, 2, 3);
    data.toBytes()[0] = 7;
    assertThat(data.at(0)).isEqualTo((byte) 1);
  }

  @Test
  void copyOf_ofEqualBytes_needsNoArray() {
    byte[] array = new byte[4096];
    Arrays.fill(array, (byte) 7);
    assertThat(Data.copyOf(array)).isEqualTo(new Data.Uniform((byte) 7, 4096));
    array[4095] = 8;
    assertThat(Data.copyOf(array)).isInstanceOf(Data.Bytes.class);
    assertThat(Data.copyOf(array, 0, 4095)).isEqualTo(new Data.Uniform((byte) 7, 4095));
    array[4095] = 7;
    array[0] = 8;
    assertThat(Data.copyOf(array)).isInstanceOf(Data.Bytes.class);
    assertThat(Data.copyOf(new byte[0]).length()).isZero();
  }

  /** Random replacements and slices, against an array. */
  @Test
  void with_andSlice_agreeWithAnArray() {
    SplittableRandom dice = new SplittableRandom(5);
    byte[] truth = new byte[64];
    Data data = Data.zeroes(64);
    for (int i = 0; i < 2_000; i++) {
      int from = dice.nextInt(64);
      int to = from + 1 + dice.nextInt(64 - from);
      byte value = (byte) dice.nextInt(2);
      byte[] before = data.toBytes();
      Data changed = data.with(from, new Data.Uniform(value, to - from));
      assertThat(data.toBytes()).isEqualTo(before);
      Arrays.fill(truth, from, to, value);
      data = changed;
      assertThat(data.toBytes()).isEqualTo(truth);
      assertThat(data.slice(from, to).toBytes()).isEqualTo(Arrays.copyOfRange(truth, from, to));
      assertThat(data.sameAs(Data.copyOf(truth))).isTrue();
      truth[from] ^= 1;
      assertThat(data.sameAs(Data.copyOf(truth))).isFalse();
      truth[from] ^= 1;
    }
  }

  @Test
  void uniformValue_isTheByteThatAllAre() {
    assertThat(Data.zeroes(5).uniformValue()).isZero();
    assertThat(new Data.Uniform((byte) -1, 2).uniformValue()).isEqualTo(255);
    assertThat(Data.copyOf(new byte[] {1, 2}).uniformValue()).isEqualTo(-1);
    assertThat(Data.copyOf(new byte[] {1, 2}).slice(1, 2).uniformValue()).isEqualTo(2);
    assertThat(Data.zeroes(0).uniformValue()).isEqualTo(-1);
    assertThatIllegalArgumentException().isThrownBy(() -> Data.zeroes(-1));
  }

  @Test
  void media_readsWhatWasWritten_acrossChunksAndCopies() {
    SplittableRandom dice = new SplittableRandom(6);
    Media media = new Media();
    byte[] truth = new byte[40 * 512];
    for (int i = 0; i < 500; i++) {
      int sector = dice.nextInt(40);
      int count = 1 + dice.nextInt(40 - sector);
      byte value = (byte) dice.nextInt(4);
      Media copy = media.copy();
      media.write(sector, new Data.Uniform(value, count * 512));
      assertThat(copy.read(0, truth.length).toBytes()).isEqualTo(truth);
      Arrays.fill(truth, sector * 512, (sector + count) * 512, value);
      assertThat(media.read(sector, count * 512).uniformValue()).isEqualTo(value);
      assertThat(media.read(0, truth.length).toBytes()).isEqualTo(truth);
    }
  }
}
