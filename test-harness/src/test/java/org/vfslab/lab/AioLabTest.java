package org.vfslab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.vfslab.aio.WriteHold;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Verdict;
import org.vfslab.machine.Completion;
import org.vfslab.memory.AtomicWord;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.SuperBlock;

/** Asynchronous I/O, in all schedules: exactly one event for each request, and nothing is left. */
final class AioLabTest {

  private record World(BlockDevice disk, Inode inode) {
    static World of(Lab lab, int queueDepth) {
      return of(lab, queueDepth, 512);
    }

    static World of(Lab lab, int queueDepth, int blockBytes) {
      BlockDevice disk =
          lab.disk(
              "d", new DeviceConfig(DeviceConfig.DEFAULT.sectors(), queueDepth, new Latency.Any()));
      SuperBlock sb = lab.mount("/mnt", disk, blockBytes);
      return new World(disk, lab.file(sb, "/mnt/a", 4096));
    }

    long inFlight() {
      return disk.inFlightNow(BioOp.WRITE);
    }
  }

  private static void holds(Exploration exploration) {
    assertThat(exploration.failures()).extracting(failure -> failure.finding().text()).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** Says where the completion comes: between which steps of the submitter. */
  private static final class Telling implements WriteHold {
    final List<String> told = new ArrayList<>();

    @Override
    public void submits(Kiocb iocb) {
      told.add("submits");
      UNTIL_COMPLETION.submits(iocb);
    }

    @Override
    public void submitted(Kiocb iocb) {
      told.add("submitted");
    }

    @Override
    public void completes(Kiocb iocb) {
      told.add("completes");
      UNTIL_COMPLETION.completes(iocb);
    }
  }

  // ---- two references

  /** Who is last posts the event: the submitter or the interrupt, whichever comes first. */
  @Test
  void completion_beforeBetweenAndAfterTheSubmission_givesOneEvent() {
    Telling telling = new Telling();
    Exploration exploration =
        Question.of(
                "one write",
                lab -> {
                  telling.told.clear();
                  World.of(lab, 8);
                  AioUser user = new AioUser(lab, 2);
                  List<String> events = new ArrayList<>();
                  user.thread(
                      "t",
                      () -> {
                        long fd = user.open(AioUser.DIRECT);
                        user.submit(user.write(fd, 0, 512));
                        events.add(user.reap(1));
                      });
                  return user.nothingLeft(
                      new Watch()
                          .observe(() -> telling.told + " " + events)
                          .last("one event", () -> user.context.completedNow() == 1),
                      0);
                })
            .under(Seams.UPSTREAM.withWriteHold(telling))
            .dfs();
    holds(exploration);
    assertThat(exploration.observations())
        .containsOnlyKeys(
            "[submits, submitted, completes] [0:512]", "[submits, completes, submitted] [0:512]");
  }

  @Test
  void file_closedWhileInFlight_staysUntilTheEnd() {
    Exploration exploration =
        oneThread(
            (user, results) -> {
              long fd = user.open(AioUser.DIRECT);
              results.add(user.submit(user.write(fd, 0, 512)) + "");
              results.add(user.close(fd) + "");
              results.add(user.reap(1));
            },
            0);
    assertThat(exploration.observations()).containsOnlyKeys("[1, 0, 0:512]");
  }

  @Test
  void exit_withoutReaping_waitsForTheIo() {
    Exploration exploration =
        oneThread(
            (user, results) ->
                results.add(user.submit(user.write(user.open(AioUser.DIRECT), 0, 512)) + ""),
            1);
    assertThat(exploration.observations()).containsOnlyKeys("[1]");
  }

  @Test
  void destroy_whileInFlight_waits() {
    Exploration exploration =
        oneThread(
            (user, results) -> {
              results.add(user.submit(user.write(user.open(AioUser.DIRECT), 0, 512)) + "");
              results.add(user.destroy() + "");
              results.add(user.context.requestsNow() + " left");
              results.add(user.destroy() + "");
            },
            1);
    assertThat(exploration.observations()).containsOnlyKeys("[1, 0, 0 left, -22]");
  }

  private static Exploration oneThread(BiConsumer<AioUser, List<String>> body, int unread) {
    Question question =
        Question.of(
            "one thread",
            lab -> {
              World world = World.of(lab, 8);
              AioUser user = new AioUser(lab, 2);
              List<String> results = new ArrayList<>();
              user.thread("t", () -> body.accept(user, results));
              return user.nothingLeft(
                  new Watch()
                      .observe(results::toString)
                      .last("nothing in flight", () -> world.inFlight() == 0)
                      .last("one event", () -> user.context.completedNow() == 1),
                  unread);
            });
    Exploration all = question.dfs();
    holds(all);
    Exploration reduced = question.dpor();
    holds(reduced);
    assertThat(reduced.observations().keySet()).isEqualTo(all.observations().keySet());
    assertThat(reduced.executions()).isLessThanOrEqualTo(all.executions());
    return all;
  }

  // ---- several requests

  @Test
  void twoRequests_endInBothOrders_eachWithOneEvent() {
    Exploration exploration =
        Question.of(
                "two requests",
                lab -> {
                  World.of(lab, 8);
                  AioUser user = new AioUser(lab, 2);
                  List<String> events = new ArrayList<>();
                  user.thread(
                      "t",
                      () -> {
                        long fd = user.open(AioUser.DIRECT);
                        user.submit(user.write(fd, 0, 512), user.write(fd, 512, 512));
                        events.add(user.reap(2));
                      });
                  return user.nothingLeft(new Watch().observe(events::toString), 0);
                })
            .dpor();
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("[0:512 512:512]", "[512:512 0:512]");
  }

  /** Two submitters on two CPUs and one slot: one may be refused, nothing is lost. */
  @Test
  void twoThreads_oneSlot_neverBothGetIt() {
    Exploration exploration =
        Question.of(
                "one slot",
                lab -> {
                  World.of(lab, 8);
                  AioUser user = new AioUser(lab, 1);
                  long[] results = new long[2];
                  for (int i = 0; i < 2; i++) {
                    int number = i;
                    user.thread(
                        "t" + i,
                        () ->
                            results[number] =
                                user.submit(
                                    user.write(user.open(AioUser.DIRECT), 512L * number, 512)));
                  }
                  return user.nothingLeft(
                      new Watch()
                          .observe(() -> results[0] + " " + results[1])
                          .last("one event", () -> user.context.completedNow() == 1),
                      1);
                })
            .dpor();
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("1 -11", "-11 1");
  }

  // ---- contexts that die

  /** io_destroy waits for submissions under way as well ({@code percpu_ref users}). */
  @Test
  void destroy_besideASubmission_leavesNothingInFlight() {
    Exploration exploration =
        Question.of(
                "submit beside destroy",
                lab -> {
                  World world = World.of(lab, 8);
                  AioUser user = new AioUser(lab, 2);
                  AtomicWord destroyed = new AtomicWord(lab.machine(), "destroyed", 0);
                  long[] submitted = new long[1];
                  user.thread(
                      "submitter",
                      () ->
                          submitted[0] =
                              user.submit(user.write(user.open(AioUser.DIRECT), 0, 512)));
                  user.thread(
                      "destroyer",
                      () -> {
                        user.destroy();
                        destroyed.writeOnce(1);
                      });
                  return new Watch()
                      .never(
                          "requests after io_destroy",
                          () -> destroyed.peek() == 1 && user.context.requestsNow() > 0,
                          destroyed::peek,
                          user.context::requestsNow)
                      .observe(() -> submitted[0] + "")
                      .last("nothing in flight", () -> world.inFlight() == 0);
                })
            .dpor();
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("1", "-22");
  }

  @Test
  void reaper_besideDestroy_getsEinvalOrItsEvent() {
    Exploration exploration =
        Question.of(
                "reap beside destroy",
                lab -> {
                  World.of(lab, 8);
                  AioUser user = new AioUser(lab, 2);
                  List<String> results = new ArrayList<>();
                  Completion submitted = new Completion(lab.machine(), "submitted");
                  user.thread(
                      "reaper",
                      () -> {
                        user.submit(user.write(user.open(AioUser.DIRECT), 0, 512));
                        submitted.complete();
                        results.add(user.reap(1));
                      });
                  user.thread(
                      "destroyer",
                      () -> {
                        submitted.waitForCompletion();
                        user.destroy();
                      });
                  return new Watch().observe(results::toString);
                })
            .dpor();
    holds(exploration);
    assertThat(exploration.observations()).containsOnlyKeys("[0:512]", "[-22]");
  }

  // ---- the device

  @Test
  void oneTag_isEnoughForTwoWriters() {
    holds(
        Question.of(
                "queue depth 1",
                lab -> {
                  World world = World.of(lab, 1);
                  for (int i = 0; i < 2; i++) {
                    long offset = 512L * i;
                    lab.machine()
                        .task(
                            "t" + i,
                            () -> {
                              long fd = lab.process().open("/mnt/a", AioUser.DIRECT);
                              lab.process().pwrite(fd, new byte[512], offset);
                            });
                  }
                  return new Watch()
                      .never("two in flight", () -> world.inFlight() > 1, world::inFlight)
                      .last("none in flight", () -> world.inFlight() == 0);
                })
            .dpor());
  }

  /** Two that fsync: when the second returns, what the first wrote before is on the medium. */
  @Test
  void fsync_besideFsync_waitsForTheWritebackInFlight() {
    holds(
        Question.of(
                "fsync beside fsync",
                lab -> {
                  World world = World.of(lab, 8, 4096);
                  long sector = world.inode().sectorOf(0);
                  Completion written = new Completion(lab.machine(), "written");
                  AtomicWord synced = new AtomicWord(lab.machine(), "synced", 0);
                  lab.machine()
                      .task(
                          "one",
                          () -> {
                            long fd = lab.process().open("/mnt/a", 2);
                            lab.process().pwrite(fd, new byte[] {7}, 0);
                            written.complete();
                            lab.process().fsync(fd);
                          });
                  lab.machine()
                      .task(
                          "two",
                          () -> {
                            long fd = lab.process().open("/mnt/a", 2);
                            written.waitForCompletion();
                            lab.process().fsync(fd);
                            synced.writeOnce(1);
                          });
                  return new Watch()
                      .never(
                          "synced but not on the medium",
                          () -> synced.peek() == 1 && world.disk().onMedium(sector, 1)[0] != 7,
                          synced::peek,
                          () -> world.disk().onMedium(sector, 1)[0]);
                })
            .dpor());
  }
}
