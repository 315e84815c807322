package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.MachineConfig;
import org.vfslab.trace.Happening;
import org.vfslab.trace.Happening.LockAction;
import org.vfslab.trace.TraceEvent;

final class FingerprintTest {

  @Test
  void everyPartOfAnEvent_counts() {
    Happening locked = new Happening.Locked(LockAction.ACQUIRED, "a", "read", "count 0x100");
    List<TraceEvent> different =
        List.of(
            new TraceEvent(1, 0, "t", locked),
            new TraceEvent(2, 0, "t", locked),
            new TraceEvent(1, 5, "t", locked),
            new TraceEvent(1, 0, "u", locked),
            new TraceEvent(
                1, 0, "t", new Happening.Locked(LockAction.ACQUIRED, "a", "read", "count 0x200")),
            new TraceEvent(
                1, 0, "t", new Happening.Locked(LockAction.ACQUIRED, "b", "read", "count 0x100")));

    assertThat(different.stream().map(event -> Fingerprint.of(List.of(event))))
        .doesNotHaveDuplicates();
  }

  @Test
  void bordersOfTexts_count() {
    TraceEvent one = new TraceEvent(1, 0, "ab", new Happening.Noted("c"));
    TraceEvent other = new TraceEvent(1, 0, "a", new Happening.Noted("bc"));

    assertThat(Fingerprint.of(List.of(one))).isNotEqualTo(Fingerprint.of(List.of(other)));
  }

  @Test
  void value_isTheSameForEver() {
    assertThat(Fingerprint.of(List.of())).isEqualTo("cbf29ce484222325");
    assertThat(Fingerprint.of(List.of(new TraceEvent(1, 0, "t", new Happening.Noted("x")))))
        .isEqualTo("0d9e3bc80006f935");
  }

  @Test
  void sameRunTwice_hasOneFingerprint() {
    Told once = Deadlocks.abba(MachineConfig.DEFAULT);
    Told again = Deadlocks.abba(MachineConfig.DEFAULT);

    assertThat(Fingerprint.of(once.trace())).isEqualTo(Fingerprint.of(again.trace()));
  }
}
