package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of lib/fault-inject.c. */
final class FaultAttrTest {

  private static List<Integer> failing(String text, int calls, int size, Integer... answers) {
    List<Integer> failing = new ArrayList<>();
    Disks.alone(
        Disks.answers(answers),
        machine -> {
          FaultAttr.Counter counter = new FaultAttr.Counter(machine, FaultAttr.parse(text), "test");
          for (int call = 1; call <= calls; call++) {
            if (counter.shouldFail(size)) {
              failing.add(call);
            }
          }
        });
    return failing;
  }

  /** Space is used up by three calls, then each third candidate fails, twice. */
  @Test
  void shouldFail_usesUpSpace_thenCountsIntervals_thenTimes() {
    assertThat(failing("3,100,4096,2", 20, 1024)).containsExactly(6, 9);
  }

  @Test
  void shouldFail_withIntervalOne_takesEachCall() {
    assertThat(failing("1,100,0,-1", 4, 512)).containsExactly(1, 2, 3, 4);
    assertThat(failing("0,100,0,3", 9, 512)).containsExactly(1, 2, 3);
    assertThat(failing("1,0,0,-1", 4, 512)).isEmpty();
    assertThat(failing("1,100,0,0", 4, 512)).isEmpty();
  }

  /** {@code probability <= rnd} does not fail: 0 to 29 of a hundred do. */
  @Test
  void shouldFail_comparesProbabilityWithZeroTo99() {
    assertThat(failing("1,30,0,-1", 4, 512, 29, 30, 0, 99)).containsExactly(1, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1,2,3", "1,2,3,4,5", "a,1,1,1", "1,101,0,1", "1,1,-1,1", "1,1,1,-2"})
  void parse_ofAnythingElse_saysWhatIsRight(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultAttr.parse(text))
        .withMessageMatching("(?s)fault attributes are .*");
  }
}
