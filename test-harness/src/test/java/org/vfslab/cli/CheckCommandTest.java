package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfslab.cli.Vfslab.Outcome;

final class CheckCommandTest {

  private static final String GOOD = "test \"good\"\nrwsem s\ntask a { down_read(s) up_read(s) }\n";
  private static final String LATER =
      "test \"later\"\ntask a { io_submit(w, preadv(3))\nio_submit(w, sendmsg(3)) }\n";
  private static final String BAD = "test \"bad\"\ntask a { down_read(s) }\n";

  @TempDir private Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("a-good.litmus"), GOOD);
    Files.writeString(folder.resolve("b-later.litmus"), LATER);
    Files.writeString(folder.resolve("notes.txt"), "not read");
  }

  @Test
  void folder_isReadFileByFile() {
    Outcome outcome = Vfslab.run("check", folder.toString());

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines())
        .containsExactly(
            "ok       " + folder.resolve("a-good.litmus") + ": good",
            "not yet  "
                + folder.resolve("b-later.litmus")
                + ": needs io_submit of preadv() (line 2), io_submit of sendmsg() (line 3)",
            "2 files: 1 ok, 1 not supported yet, 0 with a mistake");
  }

  @Test
  void mistake_isToldWithItsPlace_andTheOthersAreReadToo() throws IOException {
    Files.writeString(folder.resolve("0-bad.litmus"), BAD);
    Outcome outcome = Vfslab.run("check", folder.toString());

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out())
        .contains("error    " + folder.resolve("0-bad.litmus") + ":2:20: 's' is not declared")
        .contains("3 files: 1 ok, 1 not supported yet, 1 with a mistake");
  }

  @Test
  void unknownFile_isAMistakeAmongOthers() {
    Outcome outcome = Vfslab.run("check", "no-such-file.litmus", "write-barrier");

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out())
        .contains("error    there is no file and no scenario 'no-such-file.litmus'")
        .contains("ok       scenarios/write-barrier.litmus: ");
  }

  @Test
  void folderWithoutFiles_isRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Outcome outcome = Vfslab.run("check", empty.toString());

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("there is no .litmus file in this folder");
  }

  @Test
  void json_hasAnEntryForEachFile() throws IOException {
    JsonNode tree =
        new JsonMapper().readTree(Vfslab.run("check", folder.toString(), "--json", "-").out());

    assertThat(tree).hasSize(2);
    assertThat(tree.path(0).path("status").asText()).isEqualTo("ok");
    assertThat(tree.path(1).path("missing")).hasSize(2);
  }
}
