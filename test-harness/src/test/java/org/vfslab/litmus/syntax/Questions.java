package org.vfslab.litmus.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The questions of the mail threads, as files beside this test. */
final class Questions {

  static final List<String> NAMES =
      List.of(
          "abandon-writer",
          "aio-poll-orders",
          "delegated-reader",
          "freeze-levels",
          "freeze-waits-for-aio",
          "listener-meets-freeze",
          "rwsem-released-by-irq",
          "rwsem-return-to-user",
          "rwsem-stale-owner",
          "rwsem-wait-killable",
          "rwsem-wait-then-writer",
          "srcu-across-contexts",
          "subblock-dio",
          "truncate-vs-aio-dio",
          "write-barrier");

  private Questions() {}

  static String text(String name) {
    try (InputStream in = Questions.class.getResourceAsStream(name + ".litmus")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
