package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfslab.cli.Vfslab.Outcome;

/** {@code selftest}: does lockdep find every bug shape of the kernel's suite, and nothing else? */
final class SelftestCommandTest {

  @Test
  void locking_isGoodInEveryCell() {
    Outcome outcome = Vfslab.run("selftest", "locking");

    assertThat(outcome.out()).doesNotContain("FAILED").contains("Good, all 452 testcases passed!");
    assertThat(outcome.out())
        .contains(
            "                    A-B-B-A deadlock:|  ok  |  ok  |  ok  |  ok  |  ok  |  ok  |  ok "
                + " |  ok  |\n")
        .contains(
            "                 recursive read-lock:|      |      |  ok  |      |      |  ok  |");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void nothing_isAnsweredWithTheSubcommands() {
    assertThat(Vfslab.run("selftest").out()).contains("  locking ");
  }
}
