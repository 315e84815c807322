package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Errno;

/** What {@code io_setup} accepts, how large it makes the ring, and what it accounts. */
final class IoSetupTest {

  private final Aio aio = new Bench().aio;
  private final @Nullable KioContext[] ctxp = new @Nullable KioContext[1];

  /** The ring of the kernel for these arguments on a machine with two CPUs, less one free slot. */
  @ParameterizedTest
  @CsvSource({"1, 126", "8, 126", "62, 126", "63, 254", "128, 382"})
  void setup_ringFillsWholePages(long nr, long slots) {
    assertThat(aio.ioSetup(nr, ctxp)).isZero();

    assertThat(made().slotsNow()).isEqualTo(slots);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "4294967296", "4194305"})
  void setup_numberOutOfRangeIsEinval(long nr) {
    assertThat(aio.ioSetup(nr, ctxp)).isEqualTo(-Errno.EINVAL);
    assertThat(ctxp[0]).isNull();
  }

  @Test
  void setup_contextThereAlreadyIsEinval() {
    aio.ioSetup(1, ctxp);
    KioContext before = made();

    assertThat(aio.ioSetup(1, ctxp)).isEqualTo(-Errno.EINVAL);
    assertThat(ctxp[0]).isSameAs(before);
  }

  @Test
  void setup_beyondTheLimitOfAllContextsIsEagain() {
    assertThat(aio.ioSetup(Aio.AIO_MAX_NR, ctxp)).isZero();

    assertThat(aio.ioSetup(1, new @Nullable KioContext[1])).isEqualTo(-Errno.EAGAIN);
    assertThat(aio.aioNrNow()).isEqualTo(Aio.AIO_MAX_NR);
  }

  @Test
  void destroy_givesTheAccountedNumberBackAtOnce() {
    Bench bench = new Bench();
    bench.aio.ioSetup(10, ctxp);
    bench.task("t", () -> bench.aio.ioDestroy(made()));
    bench.machine.run();

    assertThat(bench.aio.aioNrNow()).isZero();
  }

  private KioContext made() {
    KioContext context = ctxp[0];
    if (context == null) {
      throw new AssertionError("no context was made");
    }
    return context;
  }
}
