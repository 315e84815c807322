package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of campaigns. */
final class CampaignCommandTest {

  @Test
  void faults_printsATableOfFaultsAndOutcomes() {
    Vfslab.Outcome outcome = Vfslab.run("campaign", "faults", "--ios", "2000", "--seed", "3");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .startsWith("fault")
        .contains("torn_write")
        .contains("2,000 bios and 0 aio requests in ")
        .endsWith("; no write reached a frozen device; no lock, reference or tag was left\n");
  }

  @Test
  void faults_ofOneBatch_makesThatOne() {
    Vfslab.Outcome outcome =
        Vfslab.run("campaign", "faults", "--seed", "3", "--batch", "9", "--ios", "100");
    assertThat(outcome.out())
        .contains("0 bios and 100 aio requests")
        .contains("\naio requests: ")
        .contains("\nfreezes: ");
  }

  @Test
  void faults_underAPatch_tellsHowToSeeItAgain() {
    Vfslab.Outcome outcome =
        Vfslab.run("campaign", "faults", "--batch", "9", "--patch", "pre-4.10-aio-freeze");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("VIOLATED in batch 9: on the frozen device ")
        .endsWith("campaign faults --seed 1 --batch 9 --patch pre-4.10-aio-freeze\n");
  }

  @Test
  void powercut_ofOneProgram_printsCounts() {
    Vfslab.Outcome outcome =
        Vfslab.run("campaign", "powercut", "--only", "dsync-overwrite/volatile");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .startsWith("1 program of ")
        .contains(" disks mounted again, which had lost ")
        .endsWith("all of them mounted, and everything that was promised was there\n");
  }

  @Test
  void powercut_withoutFlushes_saysWhatWasLost_andHowToSeeItAgain() {
    Vfslab.Outcome outcome = Vfslab.run("campaign", "powercut", "-p", "nobarrier");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("VIOLATED in program fsync-overwrite/volatile, power cut after step ")
        .contains("sector 0 of old holds 0 and not [1]")
        .contains("  actor0: fsync old\n")
        .containsPattern("--only fsync-overwrite/volatile --cut \\d+ --patch nobarrier\n$");
  }

  @Test
  void powercut_asJson_hasCountsAndTheViolation() {
    Vfslab.Outcome outcome =
        Vfslab.run(
            "campaign", "powercut", "--only", "freeze/fua", "-p", "nobarrier", "--json", "-");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .startsWith("{")
        .contains("\"patches\"")
        .contains("\"program\": \"freeze/fua\"");
  }

  @Test
  void powercut_list_namesTheSmallPrograms() {
    assertThat(Vfslab.run("campaign", "powercut", "--list").out())
        .contains("fsync-append/none\n")
        .contains("freeze-meets-aio/fua\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--only fsync-apend/none, did you mean 'fsync-append/none'",
    "--cut 4, --cut needs --only",
    "--only 3 --cut 0, --cut is at least 1",
    "--mounts -1, --mounts is at least 0",
    "-p nobarier, nobarrier",
  })
  void mistakesOfPowercut_areSentences(String options, String sentence) {
    Vfslab.Outcome outcome = Vfslab.run(("campaign powercut " + options).split(" "));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(sentence).hasLineCount(1);
  }

  @Test
  void campaign_withoutAName_listsThem() {
    Vfslab.Outcome outcome = Vfslab.run("campaign");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("faults").contains("CAMPAIGN");
  }

  @ParameterizedTest
  @CsvSource({
    "--ios 0, --ios is at least 1",
    "--ios x, is not a whole number",
    "--batch -1, --batch is at least 0",
    "--workers 0, --workers is from 1 to 1024",
    "--patch pre-4.10, there is no patch",
    "--sed 1, did you mean '--seed'"
  })
  void mistakes_areSentences(String options, String sentence) {
    Vfslab.Outcome outcome = Vfslab.run(("campaign faults " + options).split(" "));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(sentence).hasLineCount(1);
  }
}
