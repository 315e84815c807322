package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.litmus.syntax.LitmusSyntaxException;

/** Files that can be read and make no sense: each mistake, by its place and its sentence. */
final class LitmusMeaningMistakesTest {

  /** The text stands on line 2; a task that does nothing follows on line 3. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          machine { cpus 0 } @ 2:16 @ 'cpus' is from 1 to 64, not 0
          machine { cpus 65 } @ 2:16 @ 'cpus' is from 1 to 64, not 65
          machine { cpus 2us } @ 2:16 @ 'cpus' is a number
          machine { cpus 2k } @ 2:16 @ 'cpus' is a number
          machine { cpus many } @ 2:16 @ 'cpus' is a number
          machine { cpu 2 } @ 2:11 @ 'cpu' cannot be set here; did you mean 'cpus'?
          machine { spin_on_owner 1 } @ 2:25 @ 'spin_on_owner' is 'on' or 'off'
          machine { memory 2G } @ 2:11 @ 'memory' cannot be set here; known are cpus, spin_on_owner, handed_over
          machine { handed_over on } @ 2:23 @ 'handed_over' is a string with the names of lock classes, such as "i_rwsem"
          machine { } machine { } @ 2:13 @ there is a 'machine' already
          disk d { latency 10 } @ 2:18 @ a time needs one of the units ns, us, ms and s
          disk d { latency 10k } @ 2:18 @ a time needs one of the units ns, us, ms and s
          disk d { latency never } @ 2:18 @ a latency is 'any', 'none', a time such as '10us', 'uniform 10us 100us', 'exponential 50us', 'lognormal 50us 80' (median, and sigma in percent), or a table in a string
          disk d { latency "any" } @ 2:18 @ 'any' is no row of a latency table; write nanoseconds and a weight
          disk d { latency uniform 10us } @ 2:18 @ a latency is 'any', 'none', a time such as '10us', 'uniform 10us 100us', 'exponential 50us', 'lognormal 50us 80' (median, and sigma in percent), or a table in a string
          disk d { latency uniform 2us 1us } @ 2:18 @ the least latency is above the largest
          disk d { queue_depth 0 } @ 2:22 @ 'queue_depth' is from 1 to 10240, not 0
          disk d { size 100 } @ 2:15 @ 'size' is from 512 to 1099511627776, not 100
          disk d { size 1us } @ 2:15 @ 'size' is a size such as 4k
          disk d { sector 4k } @ 2:17 @ a sector has 512 bytes in this version
          disk d { latency any latency any } @ 2:22 @ 'latency' is set twice
          disk d { seek 5ms } @ 2:10 @ 'seek' cannot be set here; known are latency, queue_depth, queues, irq_cpu, completion, cache, atomic, max_request, timeout, on_timeout, fault, fail_make_request, fail_io_timeout, size, sector
          disk d disk d @ 2:8 @ 'd' is a disk already; choose another name
          rwsem d disk d @ 2:9 @ 'd' is an rwsem already; choose another name
          fs "/mnt" on d @ 2:1 @ 'd' is not declared; a disk of that name is wanted
          disk disk1 fs "/mnt" on disk2 @ 2:12 @ 'disk2' is not declared; did you mean 'disk1'?
          rwsem s fs "/mnt" on s @ 2:9 @ 's' is an rwsem, and a disk is wanted
          disk d fs "mnt" on d @ 2:8 @ "mnt" is no path: it begins with '/' and does not end with it
          disk d fs "/" on d @ 2:8 @ "/" is no path: it begins with '/' and does not end with it
          disk d fs "/mnt" on d { block 1000 } @ 2:31 @ a block is 512, 1k, 2k or 4k bytes, not 1000
          disk d fs "/mnt" on d { block 8k } @ 2:31 @ 'block' is from 512 to 4096, not 8192
          disk d fs "/a" on d fs "/a" on d @ 2:21 @ "/a" is a mounted filesystem already
          file "/mnt/a" size 4k @ 2:1 @ "/mnt/a" lies on no filesystem; declare the 'fs' before it
          disk d fs "/mnt" on d file "/mnta" size 4k @ 2:23 @ "/mnta" lies on no filesystem; declare the 'fs' before it
          disk d fs "/mnt" on d file "/mnt/a" size 4us @ 2:42 @ the size of a file is a number of bytes
          disk d fs "/mnt" on d file "/mnt/a" size 9M @ 2:42 @ a file of a test has at most 8M
          disk d fs "/mnt" on d file "/mnt/a" size 1 file "/mnt/a" size 1 @ 2:44 @ "/mnt/a" is a file already
          task a on cpu 2 { } @ 2:15 @ there is no cpu 2: the machine has 2, numbered from 0
          eventfd e = -1 @ 2:1 @ an eventfd begins with 0 or more
          irq i(x, y) { } @ 2:10 @ an irq takes at most one argument
          task z { } @ 2:6 @ 'z' is a task already; choose another name
          """)
  void declaration_thatMakesNoSense_isRefused(String text, String place, String sentence) {
    String source = "test \"t\"\n" + text + "\n" + (text.contains("task z") ? text : "task z { }");
    if (text.contains("task z")) {
      source = "test \"t\"\n" + text + " " + text;
      place = "2:12";
    }
    check(source, place, sentence);
  }

  /** The text stands in a task on line 2, after its opening brace at column 8. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          dwn_read(s) @ 2:10 @ there is no step 'dwn_read'; did you mean 'down_read'?
          frobnicate(s) @ 2:10 @ there is no step 'frobnicate'; docs/litmus.md lists all of them
          frozen("/mnt") @ 2:10 @ 'frozen' asks for the state and can only stand in a property
          down_read(q) @ 2:20 @ 'q' is not declared; did you mean 's'?
          down_read(semaphore) @ 2:20 @ 'semaphore' is not declared; an rwsem of that name is wanted
          down_read(l) @ 2:20 @ 'l' is a spinlock, and an rwsem is wanted
          down_read(1) @ 2:20 @ '1' is not the name of an rwsem
          down_read() @ 2:10 @ 'down_read(rwsem)' is what is wanted, not 0 arguments
          down_read(s, s) @ 2:10 @ 'down_read(rwsem)' is what is wanted, not 2 arguments
          pwrite(3, 0) @ 2:10 @ 'pwrite(fd, offset, bytes)' is what is wanted, not 2 arguments
          pwrite(3, 0, 1, fll 2) @ 2:26 @ 'pwrite' has no argument 'fll'; it knows fill
          pread(3, 0, 1, fill 2) @ 2:25 @ 'pread' has no argument 'fill'
          result = 1  x = reslt @ 2:26 @ 'reslt' is not declared; did you mean 'result'?
          x = undeclared @ 2:14 @ 'undeclared' is not declared; nothing of that name was assigned before
          x = O_RDWD @ 2:14 @ 'O_RDWD' is not declared; did you mean 'O_RDWR'?
          x = s @ 2:14 @ 's' is an rwsem and has no value
          x = "text" @ 2:14 @ a string cannot stand here; only some arguments are strings
          s = 1 @ 2:10 @ 's' is an rwsem and cannot be assigned to
          EBUSY = 1 @ 2:10 @ 'EBUSY' is a constant
          open(3, O_RDWR) @ 2:15 @ '3' is not a path, which is a string
          ioctl("/nowhere", FIFREEZE) @ 2:16 @ nothing is mounted at "/nowhere"; declare it with 'fs "/nowhere" on ...'
          ioctl("/mmt", FIFREEZE) @ 2:16 @ nothing is mounted at "/mmt"; did you mean '/mnt'?
          io_submit(w, 3) @ 2:23 @ '3' is not a request such as pwrite(fd, 0, 4k)
          io_submit(w, poll(3)) @ 2:23 @ 'poll(fd, events)' is what is wanted in io_submit
          io_cancel(s) @ 2:20 @ 's' is an rwsem, and an aio context is wanted
          io_submit(s, pwrite(3, 0, 1)) @ 2:20 @ 's' is an rwsem, and an aio context is wanted
          raise(i, 1) @ 2:16 @ irq 'i' takes no argument
          raise(j) @ 2:16 @ irq 'j' takes one argument
          queue_work(k) @ 2:21 @ work 'k' takes one argument
          mod_timer(t, 1us, 2) @ 2:20 @ timer 't' takes no argument
          kfree(s) @ 2:16 @ 's' is an rwsem, and an object is wanted
          x = o.lenght @ 2:14 @ 'o' has no field 'lenght'; did you mean 'o.length'?
          x = s.length @ 2:14 @ 's' is an rwsem, and an object is wanted
          down_read(o.length) @ 2:20 @ 'o.length' is an int, and an rwsem is wanted
          raise(s) @ 2:16 @ 's' is an rwsem, and an irq is wanted
          READ_ONCE(s) @ 2:20 @ 's' is not declared as 'int' or 'atomic'
          atomic_inc_return(n) @ 2:28 @ 'n' is an int, and an atomic is wanted
          await(n) @ 2:16 @ 'n' is not a mark, which is a string
          """)
  void statement_thatMakesNoSense_isRefused(String text, String place, String sentence) {
    check(
        "test \"t\"\ntask z { "
            + text
            + " }\nrwsem s spinlock l int n disk d fs \"/mnt\" on d"
            + " irq i { } irq j(x) { } work k(x) { } timer t { } object o { int length }",
        place,
        sentence);
  }

  /** The property stands on line 3. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          never frozn("/mnt") @ 3:7 @ there is no state function 'frozn'; did you mean 'frozen'?
          never down_read(s) @ 3:7 @ 'down_read' does something and cannot stand in a property
          never frozen("/x/y/z") @ 3:14 @ nothing is mounted at "/x/y/z"; declare it with 'fs "/x/y/z" on ...'
          never in_flight(d, erase) @ 3:20 @ a request is 'read' or 'write'
          never in_flight(s, read) @ 3:17 @ 's' is an rwsem, and a disk is wanted
          never size_of("/mnt/a") > 0 @ 3:15 @ there is no file "/mnt/a"; declare it with 'file "/mnt/a" size ...'
          never locked(q9) @ 3:14 @ 'q9' is not declared
          never locked(d) @ 3:14 @ 'd' is no lock
          never x == 1 @ 3:7 @ several contexts have a variable 'x'; write z.x
          never nothing_like_it == 1 @ 3:7 @ 'nothing_like_it' is not declared; nothing of that name was assigned before
          never s == 1 @ 3:7 @ 's' is an rwsem and has no value
          finally waiters(d) == 0 @ 3:17 @ 'd' is a disk, and an rwsem is wanted
          expect holds under upstraem @ 3:1 @ there is no patch 'upstraem'; './vfslab patches' lists them
          expect holds under pre-4.10-aio-freze @ 3:1 @ there is no patch 'pre-4.10-aio-freze'; did you mean 'pre-4.10-aio-freeze'?
          """)
  void property_thatMakesNoSense_isRefused(String text, String place, String sentence) {
    check(
        "test \"t\"\nrwsem s disk d fs \"/mnt\" on d task z { x = 1 } task y { x = 2 }\n" + text,
        place,
        sentence);
  }

  private static void check(String source, String place, String sentence) {
    LitmusSyntaxException mistake =
        catchThrowableOfType(LitmusSyntaxException.class, () -> Litmus.compile(source));
    assertThat(mistake).as(source).isNotNull();
    assertThat(mistake.line() + ":" + mistake.column() + " " + mistake.sentence())
        .isEqualTo(place + " " + sentence);
  }

  @Test
  void fileWithoutContexts_isRefused() {
    check("test \"t\"\nrwsem s", "1:1", "a test has at least one task");
  }

  // ---- not there yet

  @Test
  void everythingThatIsMissing_isListedWithItsLines() {
    LitmusUnsupportedException missing =
        catchThrowableOfType(
            LitmusUnsupportedException.class,
            () ->
                Litmus.test(
                    """
                    task a {
                      io_submit(w, preadv(3))
                      io_submit(w, sendmsg(3))
                    }
                    """));
    assertThat(missing.missing())
        .containsExactly("io_submit of preadv() (line 3)", "io_submit of sendmsg() (line 4)");
    assertThat(missing)
        .hasMessageStartingWith(
            "t.litmus: not supported yet: io_submit of preadv() (line 3), io_submit of sendmsg()"
                + " (line 4)");
  }

  /** What follows from something that is missing is no mistake of the file. */
  @Test
  void mistakeThatComesFromWhatIsMissing_isNotToldInstead() {
    LitmusUnsupportedException missing =
        catchThrowableOfType(
            LitmusUnsupportedException.class,
            () -> Litmus.test("task a { io_submit(w, preadv(3)) down_read(g) }"));
    assertThat(missing.missing()).containsExactly("io_submit of preadv() (line 2)");
  }

  @Test
  void questions_thatCanBeAsked_compile() {
    for (String name :
        List.of(
            "abandon-writer",
            "aio-poll-orders",
            "delegated-reader",
            "freeze-levels",
            "freeze-waits-for-aio",
            "fsync-then-power-cut",
            "rwsem-released-by-irq",
            "rwsem-return-to-user",
            "rwsem-stale-owner",
            "rwsem-wait-killable",
            "rwsem-wait-then-writer",
            "subblock-dio",
            "truncate-vs-aio-dio",
            "write-barrier")) {
      assertThat(Litmus.compile(Litmus.bundled(name)).name()).isNotEmpty();
    }
  }
}
