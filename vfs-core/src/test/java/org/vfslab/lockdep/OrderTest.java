package org.vfslab.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Report;

/** Which holds give edges, which ways through edges count, and what exempts locks of one class. */
final class OrderTest {
  private static final String RECURSIVE = "WARNING: possible recursive locking detected";
  private static final String CIRCULAR = "WARNING: possible circular locking dependency detected";

  static Stream<Arguments> pairs() {
    return Stream.of(Mode.values())
        .flatMap(first -> Stream.of(Mode.values()).map(second -> Arguments.of(first, second)));
  }

  /** Only a recursive reader may meet a reader of its class. */
  @ParameterizedTest
  @MethodSource("pairs")
  void twoOfOneClass_areRecursionUnlessTheSecondReadsRecursivelyInsideAReader(
      Mode first, Mode second) {
    List<String> titles =
        Scene.titles(
            scene -> {
              LockMap x1 = scene.lockdep.register("X");
              LockMap x2 = scene.lockdep.register("X");
              scene.acquire(x1, first);
              scene.acquire(x2, second);
              scene.release(x2, x1);
            });
    if (second == Mode.READ_RECURSIVE && first != Mode.WRITE) {
      assertThat(titles).isEmpty();
    } else {
      assertThat(titles).containsExactly(RECURSIVE);
    }
  }

  static Stream<Arguments> fours() {
    return pairs()
        .flatMap(
            ab ->
                pairs()
                    .map(ba -> Arguments.of(ab.get()[0], ab.get()[1], ba.get()[0], ba.get()[1])));
  }

  /**
   * A then B against B then A: nobody waits for anybody where a recursive reader meets a reader, so
   * both meetings have to be of another sort.
   */
  @ParameterizedTest
  @MethodSource("fours")
  void abba_isACircleUnlessARecursiveReaderMeetsAReader(
      Mode firstA, Mode firstB, Mode secondB, Mode secondA) {
    boolean atB = firstB != Mode.READ_RECURSIVE || secondB == Mode.WRITE;
    boolean atA = secondA != Mode.READ_RECURSIVE || firstA == Mode.WRITE;
    assertThat(
            Scene.titles(
                scene -> {
                  scene.acquire(scene.a, firstA);
                  scene.acquire(scene.b, firstB);
                  scene.release(scene.b, scene.a);
                  scene.acquire(scene.b, secondB);
                  scene.acquire(scene.a, secondA);
                  scene.release(scene.a, scene.b);
                }))
        .isEqualTo(atA && atB ? List.of(CIRCULAR) : List.of());
  }

  /** The kernel visits B once, weakly, and misses the way through C. */
  @Test
  void classReachedWeaklyFirst_isReachedStronglyToo() {
    assertThat(
            Scene.titles(
                scene -> {
                  // A -> B only as a recursive reader.
                  scene.write(scene.a);
                  scene.acquire(scene.b, Mode.READ_RECURSIVE);
                  scene.release(scene.b, scene.a);
                  scene.nested(scene.a, scene.c);
                  scene.nested(scene.c, scene.b);
                  // B shared, D: counts only behind the second way.
                  scene.read(scene.b);
                  scene.write(scene.d);
                  scene.release(scene.d, scene.b);
                  scene.nested(scene.d, scene.a);
                }))
        .containsExactly(CIRCULAR);
  }

  /** The kernel stops at the recursive reader, behind which the strong way ends. */
  @Test
  void recursiveReaderInBetween_doesNotHideWhoIsHeldBefore() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.write(scene.a);
                  scene.acquire(scene.b, Mode.READ_RECURSIVE);
                  scene.write(scene.c);
                  scene.release(scene.c, scene.b, scene.a);
                  scene.nested(scene.c, scene.a);
                }))
        .containsExactly(CIRCULAR);
  }

  @Test
  void trylock_getsNoEdgeFromWhatIsHeldAndGivesOneToWhatFollows() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.write(scene.a);
                  scene.trylock(scene.b, Mode.WRITE);
                  scene.write(scene.c);
                  scene.release(scene.c, scene.b, scene.a);
                  scene.nested(scene.b, scene.a);
                }))
        .isEmpty();
    for (String second : List.of("C-A", "C-B")) {
      assertThat(
              Scene.titles(
                  scene -> {
                    scene.write(scene.a);
                    scene.trylock(scene.b, Mode.WRITE);
                    scene.write(scene.c);
                    scene.release(scene.c, scene.b, scene.a);
                    scene.nested(scene.c, second.equals("C-A") ? scene.a : scene.b);
                  }))
          .as(second)
          .containsExactly(CIRCULAR);
    }
  }

  @Test
  void releaseOutOfOrder_ordersWhatIsLeft() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.write(scene.a);
                  scene.trylock(scene.b, Mode.WRITE);
                  scene.write(scene.c);
                  scene.release(scene.b, scene.a, scene.c);
                  scene.nested(scene.a, scene.c);
                }))
        .isEmpty();
  }

  @Test
  void sync_waitsForHoldersAndHoldsNothing() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.write(scene.a);
                  scene.lockdep.sync(scene.b, "synchronize");
                  assertThat(scene.lockdep.isHeld(scene.b)).isEqualTo(LockState.NOT_HELD);
                  scene.release(scene.a);
                  scene.nested(scene.b, scene.a);
                }))
        .containsExactly(CIRCULAR);
  }

  /** Nobody can be interrupted with a lock that he does not hold. */
  @Test
  void sync_withInterruptsEnabled_isNoUseWithInterruptsEnabled() {
    for (boolean held : new boolean[] {false, true}) {
      assertThat(
              Scene.titles(
                  scene -> {
                    scene.inInterrupt(IrqLine.Kind.HARD, () -> scene.nested(scene.a));
                    if (held) {
                      scene.nested(scene.a);
                    } else {
                      scene.lockdep.sync(scene.a, "synchronize");
                    }
                  }))
          .isEqualTo(held ? List.of("WARNING: inconsistent lock state") : List.of());
    }
  }

  @Test
  void sync_insideASectionOfItsOwn_isRecursion() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.acquire(scene.a, Mode.READ_RECURSIVE);
                  scene.lockdep.sync(scene.a, "synchronize");
                  scene.release(scene.a);
                }))
        .containsExactly(RECURSIVE);
  }

  @Test
  void order_letsLocksOfAClassNestInOneDirection() {
    assertThat(
            Scene.titles(
                scene -> {
                  LockMap x1 = scene.lockdep.register("X", WaitType.CONFIG);
                  LockMap x2 = scene.lockdep.register("X", WaitType.CONFIG);
                  scene.lockdep.setOrder(x1, (outer, inner) -> outer == x1 ? -1 : 1);
                  scene.nested(x1, x2);
                  scene.nested(scene.a, x1, x2);
                  scene.nested(x2, x1);
                }))
        .containsExactly(RECURSIVE);
  }

  @Test
  void noValidateClass_isNotOrdered() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.setNoValidateClass(scene.a);
                  scene.nested(scene.a, scene.b);
                  scene.nested(scene.b, scene.a);
                }))
        .isEmpty();
  }

  @Test
  void setClass_movesTheHoldToAnotherClass() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.nested(scene.a, scene.b);
                  scene.write(scene.b);
                  scene.lockdep.setClass(scene.b, scene.lockdep.newKey(), 0);
                  scene.write(scene.a); // after what B is now
                  scene.release(scene.a, scene.b);
                  scene.nested(scene.a, scene.b);
                }))
        .containsExactly(CIRCULAR);
  }

  @Test
  void keys_ofOneName_areToldApartByANumber() {
    List<Report> reports =
        Scene.reports(
            scene -> {
              LockMap second =
                  scene.lockdep.register(
                      "A", scene.lockdep.newKey(), WaitType.CONFIG, WaitType.INV, LockType.NORMAL);
              scene.write(scene.a);
              scene.write(second);
              scene.lockdep.acquire(second, 3, false, Mode.WRITE, true, null, "lock_nested");
            });
    assertThat(reports.getLast().text())
        .contains(" #0: ")
        .contains("(A){+.+.}-{3:3}, at: lock_A")
        .contains("(A#2){+.+.}-{3:3}, at: lock_A")
        .contains("(A#2/3){+.+.}-{3:3}, at: lock_nested");
  }

  @Test
  void mightLock_isAnAcquisition() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.write(scene.a);
                  scene.lockdep.mightLock(scene.b, Mode.WRITE, "might_lock");
                  scene.release(scene.a);
                  scene.nested(scene.b, scene.a);
                }))
        .containsExactly(CIRCULAR);
  }

  /** In the end the same edges are known, so both orders end with one report of the kind. */
  @Test
  void circle_isReportedOnceWhateverComesFirst() {
    for (boolean swapped : new boolean[] {false, true}) {
      assertThat(
              Scene.titles(
                  scene -> {
                    LockMap first = swapped ? scene.b : scene.a;
                    LockMap second = swapped ? scene.a : scene.b;
                    scene.nested(first, second);
                    scene.nested(second, first);
                    scene.nested(first, second);
                    scene.nested(second, first);
                    scene.nested(scene.c, first, second);
                  }))
          .containsExactly(CIRCULAR);
    }
  }

  @Test
  void reportOnce_saysOneThingAndKnowsNothingAfterwards() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.reportOnce();
                  scene.nested(scene.a, scene.b);
                  scene.nested(scene.b, scene.a);
                  assertThat(scene.lockdep.isOn()).isFalse();
                  assertThat(scene.lockdep.isHeld(scene.a)).isEqualTo(LockState.UNKNOWN);
                  scene.lockdep.assertHeld(scene.a, "here");
                  scene.release(scene.c);
                }))
        .containsExactly(CIRCULAR);
  }

  @Test
  void pinnedLock_mayNotBeReleased() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.write(scene.a);
                  int cookie = scene.lockdep.pin(scene.a);
                  scene.lockdep.unpin(scene.a, cookie);
                  scene.release(scene.a);
                  scene.lockdep.pin(scene.a);
                  scene.write(scene.a);
                  scene.lockdep.unpin(scene.a, cookie);
                  scene.lockdep.pin(scene.a);
                  scene.release(scene.a);
                }))
        .containsExactly(
            "WARNING: at lock_pin_lock: pinning an unheld lock",
            "WARNING: at lock_unpin_lock: unpinning an unpinned lock",
            "WARNING: at lock_release: releasing a pinned lock");
  }

  @Test
  void tooDeep_isTheEndOfTheValidator() {
    assertThat(
            Scene.titles(
                scene -> {
                  for (int i = 0; i < HeldStack.DEPTH_MAX + 2; i++) {
                    scene.write(scene.lockdep.register("lock " + i));
                  }
                  assertThat(scene.lockdep.isOn()).isFalse();
                }))
        .containsExactly("BUG: MAX_LOCK_DEPTH too low!");
  }

  /** A handler's locks are not taken inside those of the task that it interrupts. */
  @Test
  void interrupt_isNotOrderedAfterWhatTheTaskHolds() {
    assertThat(
            Scene.titles(
                scene -> {
                  LockMap mutex = scene.lockdep.register("mutex");
                  scene.write(mutex);
                  scene.inInterrupt(
                      IrqLine.Kind.HARD,
                      () -> {
                        scene.write(scene.a);
                        assertThat(scene.lockdep.isHeld(mutex)).isEqualTo(LockState.NOT_HELD);
                        scene.release(scene.a);
                      });
                  scene.release(mutex);
                  scene.irqsOff(
                      () -> {
                        scene.write(scene.a);
                        scene.trylock(mutex, Mode.WRITE);
                        scene.release(mutex, scene.a);
                      });
                }))
        .isEmpty();
  }

  /** The freeze code's way to leave a lock held: clean. With a real acquisition it is not. */
  @Test
  void holdTakenUpInAnInterrupt_isFineAsATrylockOnly() {
    for (boolean trylock : new boolean[] {true, false}) {
      List<String> titles =
          Scene.titles(
              scene -> {
                LockMap sb = scene.lockdep.register("sb_writers", WaitType.INV);
                scene.call(
                    "io_submit",
                    () -> {
                      scene.read(sb);
                      scene.release(sb);
                    });
                scene.inInterrupt(
                    IrqLine.Kind.HARD,
                    () -> {
                      scene.lockdep.acquire(sb, 0, trylock, Mode.READ, true, null, "acquire");
                      scene.release(sb);
                    });
                scene.call("fifreeze", () -> scene.nested(sb));
              });
      assertThat(titles)
          .isEqualTo(
              trylock
                  ? List.of()
                  // A fair reader waits behind a writer, which waits for the reader below.
                  : List.of(
                      "WARNING: possible irq lock inversion dependency detected",
                      "WARNING: inconsistent lock state"));
    }
  }
}
