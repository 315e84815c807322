package org.vfslab.compare;

import java.util.List;
import org.vfslab.litmus.BundledText;
import org.vfslab.litmus.syntax.LitmusFile;
import org.vfslab.litmus.syntax.LitmusParser;

/**
 * A column of the comparison: a litmus file in which {@code BARRIER} and {@code RELEASE} stand for
 * the statements of a row, with {@code TRY} before them if they may fail.
 *
 * @param id the name of the file
 * @param title what the column is called
 * @param reading how the answer is read off an exploration
 */
public record Question(String id, String title, Reading reading) {

  /** How an answer is read off an exploration. */
  public enum Reading {
    /** Yes if no schedule breaks the properties. */
    HOLDS,
    /** The largest value of the one observed variable, as a time. */
    LONGEST,
    /** How many steps the only schedule takes more than on mainline. */
    EXTRA_STEPS
  }

  /** All questions, in the order of the columns. */
  public static final List<Question> ALL =
      List.of(
          new Question("write", "waits for write(2) in flight", Reading.HOLDS),
          new Question("aio", "waits for aio in flight", Reading.HOLDS),
          new Question("names", "waits for a rename in flight", Reading.HOLDS),
          new Question("mmap", "waits for mmap stores", Reading.HOLDS),
          new Question("new-writers", "a new write is blocked for", Reading.LONGEST),
          new Question("durable", "earlier data survives a power cut", Reading.HOLDS),
          new Question("quiet", "device quiet until released", Reading.HOLDS),
          new Question("dead-disk", "takes while a write hangs", Reading.LONGEST),
          new Question("dead-writeback", "takes while write-back hangs", Reading.LONGEST),
          new Question("killed", "SIGKILL ends the wait", Reading.HOLDS),
          new Question("listener", "a listener may write", Reading.HOLDS),
          new Question("change-log", "change log complete", Reading.HOLDS),
          new Question("cost", "accesses per write", Reading.EXTRA_STEPS));

  /** The file with the statements of {@code barrier} in it. */
  public LitmusFile about(Barrier barrier) {
    String text =
        text()
            .replaceAll("(?m)^( *)BARRIER$", "$1" + barrier.call())
            .replaceAll("(?m)^( *)RELEASE$", "$1" + barrier.release())
            .replaceAll("(?m)^( *)TRY BARRIER$", "$1" + undemanding(barrier.call()))
            .replaceAll("(?m)^( *)TRY RELEASE$", "$1" + undemanding(barrier.release()));
    return LitmusParser.parse("barriers/" + id + ".litmus", text);
  }

  /** A statement that may fail. */
  private static String undemanding(String statement) {
    return statement.replaceAll(" == 0$", "");
  }

  /** What the question is, in words: the comment at the top of its file. */
  public String words() {
    return BundledText.question(text());
  }

  private String text() {
    return BundledText.of("/barriers/" + id + ".litmus");
  }
}
