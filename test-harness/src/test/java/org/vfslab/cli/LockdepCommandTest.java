package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfslab.cli.Vfslab.Outcome;

/** {@code lockdep}: the files of /proc after one run. */
final class LockdepCommandTest {

  @TempDir private Path folder;

  @Test
  void withoutOption_printsTheClasses() {
    Outcome outcome = Vfslab.run("lockdep", "freeze-waits-for-aio");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).startsWith("all lock classes:\n");
    assertThat(outcome.out()).containsPattern("FD: {4}\\d BD: {4}\\d [.+]{4}: sb_internal\n");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void sameSeed_printsTheSame() {
    String[] arguments = {"lockdep", "write-barrier", "--seed", "7", "--chains", "--stats"};

    assertThat(Vfslab.run(arguments).out())
        .isEqualTo(Vfslab.run(arguments).out())
        .contains("all lock chains:\n", " lock-classes:  ");
  }

  @Test
  void lockStat_ofALiveRun_measures() {
    Outcome outcome = Vfslab.run("lockdep", "freeze-waits-for-aio", "--lock-stat", "--live");

    assertThat(outcome.out())
        .startsWith("lock_stat version 0.4\n")
        .containsPattern(" {28}sb_writers-W:( +[0-9.]+){12}\n");
  }

  @Test
  void report_goesToTheStandardError() throws IOException {
    Path file = folder.resolve("abba.litmus");
    Files.writeString(
        file,
        "test \"both orders\" rwsem a rwsem b task t {"
            + " down_write(a) down_write(b) up_write(b) up_write(a)"
            + " down_write(b) down_write(a) up_write(a) up_write(b) }");
    Outcome outcome = Vfslab.run("lockdep", file.toString());

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("WARNING: possible circular locking dependency detected");
    assertThat(outcome.out()).contains("FD:    2 BD:    2 +.+.: a\n -> [");
  }

  @Test
  void json_isRefusedInASentence() {
    Outcome outcome = Vfslab.run("lockdep", "write-barrier", "--json", "-");

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("it has no --json");
  }
}
