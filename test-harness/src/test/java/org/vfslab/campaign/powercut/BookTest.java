package org.vfslab.campaign.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a book lets be found, and what not. */
final class BookTest {

  private static Book.Found file(int sectors, int... first) {
    List<Integer> values = new ArrayList<>(Collections.nCopies(sectors, 0));
    for (int i = 0; i < first.length; i++) {
      values.set(i, first[i]);
    }
    return new Book.Found(sectors, values);
  }

  @Test
  void write_mayBeFoundOrNot_untilItIsPromised() {
    Book book = new Book();
    book.writes("old", 0, 2, 7, 8);
    book.done();
    assertThat(book.wrong(Map.of("old", file(16)))).isNull();
    assertThat(book.wrong(Map.of("old", file(16, 0, 7)))).isNull();
    assertThat(book.wrong(Map.of("old", file(16, 8)))).contains("sector 0 of old holds 8");
    assertThat(book.wrong(Map.of("old", file(16, -1)))).contains("different bytes");
    book.promiseFile("old", false);
    assertThat(book.wrong(Map.of("old", file(16, 7, 7)))).isNull();
    assertThat(book.wrong(Map.of("old", file(16, 7, 0)))).contains("holds 0 and not [7]");
  }

  @Test
  void promise_coversWhatHadReturned_andNotWhatIsUnderWay() {
    Book book = new Book();
    book.writes("old", 0, 1, 7, 8);
    book.done();
    book.writes("old", 0, 1, 8, 8);
    book.promiseFile("old", false);
    assertThat(book.wrong(Map.of("old", file(16, 7)))).isNull();
    assertThat(book.wrong(Map.of("old", file(16, 8)))).isNull();
    assertThat(book.wrong(Map.of("old", file(16)))).isNotNull();
  }

  /** Names change as a whole: neither both nor none. */
  @Test
  void rename_isSeenWholeOrNotAtAll() {
    Book book = new Book();
    book.renames("old", "a");
    book.done();
    assertThat(book.wrong(Map.of("old", file(16)))).isNull();
    assertThat(book.wrong(Map.of("a", file(16)))).isNull();
    assertThat(book.wrong(Map.of("a", file(16), "old", file(16)))).isNotNull();
    assertThat(book.wrong(Map.of())).isNotNull();
    book.promiseNames();
    assertThat(book.wrong(Map.of("old", file(16)))).isEqualTo("old is there");
  }

  /** {@code fdatasync} promises sizes, and no names. */
  @Test
  void fdatasync_promisesTheSize_andLeavesTheName() {
    Book book = new Book();
    book.writes("old", 16, 4, 7, 8);
    book.done();
    book.renames("old", "a");
    book.done();
    book.promiseFile("a", true);
    Book.Found longer = file(20);
    Collections.fill(longer.values().subList(16, 20), 7);
    assertThat(book.wrong(Map.of("old", longer))).isNull();
    assertThat(book.wrong(Map.of("a", longer))).isNull();
    assertThat(book.wrong(Map.of("a", file(16)))).isNotNull();
  }

  @Test
  void growingWrite_isFoundUpToAPage() {
    Book book = new Book();
    book.writes("old", 14, 8, 7, 8);
    assertThat(book.wrong(Map.of("old", file(16)))).isNull();
    assertThat(book.wrong(Map.of("old", file(22)))).isNull();
    assertThat(book.wrong(Map.of("old", file(20)))).contains("20 sectors and not");
  }
}
