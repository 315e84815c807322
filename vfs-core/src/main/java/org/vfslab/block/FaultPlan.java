package org.vfslab.block;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;

/**
 * Which faults a device has, and when each strikes.
 *
 * @param rules faults with their attributes, asked in this order; the first that strikes does
 * @param any faults of which chance picks one, or none, for each request: what an explorer tries
 * @param failMakeRequest {@code fail_make_request}: bios that fail at submission, or null
 * @param failIoTimeout {@code fail_io_timeout}: completions that are swallowed, or null
 */
public record FaultPlan(
    List<Rule> rules,
    Set<Fault> any,
    @Nullable FaultAttr failMakeRequest,
    @Nullable FaultAttr failIoTimeout) {

  /** A device without faults. */
  public static final FaultPlan NONE = new FaultPlan(List.of(), Set.of(), null, null);

  /**
   * One fault.
   *
   * @param fault what goes wrong
   * @param attr when
   */
  public record Rule(Fault fault, FaultAttr attr) {}

  /** Copies what it is given. */
  public FaultPlan {
    rules = List.copyOf(rules);
    // In the order of declaration, whatever was handed over.
    any = any.isEmpty() ? Set.of() : java.util.Collections.unmodifiableSet(EnumSet.copyOf(any));
  }

  /** The same and one rule more. */
  public FaultPlan and(Fault fault, FaultAttr attr) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(fault, attr));
    return new FaultPlan(more, any, failMakeRequest, failIoTimeout);
  }

  /** The same with these left to chance. */
  public FaultPlan andAnyOf(Set<Fault> faults) {
    return new FaultPlan(rules, faults, failMakeRequest, failIoTimeout);
  }

  /** The same with {@code fail_make_request}. */
  public FaultPlan andFailMakeRequest(FaultAttr attr) {
    return new FaultPlan(rules, any, attr, failIoTimeout);
  }

  /** The same with {@code fail_io_timeout}. */
  public FaultPlan andFailIoTimeout(FaultAttr attr) {
    return new FaultPlan(rules, any, failMakeRequest, attr);
  }

  /** Whether nothing ever goes wrong. */
  public boolean isNone() {
    return rules.isEmpty() && any.isEmpty() && failMakeRequest == null && failIoTimeout == null;
  }

  /** The plan at work in one device. */
  static final class Running {
    private final Machine machine;
    private final FaultPlan plan;
    private final List<FaultAttr.Counter> counters = new ArrayList<>();
    private final List<Fault> any;
    private final FaultAttr.@Nullable Counter make;
    private final FaultAttr.@Nullable Counter timeout;

    /** How often each fault struck; not part of the model. Guarded by itself. */
    private final Map<String, Long> struck = new TreeMap<>();

    Running(Machine machine, FaultPlan plan) {
      this.machine = machine;
      this.plan = plan;
      for (Rule rule : plan.rules()) {
        counters.add(new FaultAttr.Counter(machine, rule.attr(), rule.fault().word()));
      }
      this.any = List.copyOf(plan.any());
      this.make = counter(machine, plan.failMakeRequest(), "fail_make_request");
      this.timeout = counter(machine, plan.failIoTimeout(), "fail_io_timeout");
    }

    private static FaultAttr.@Nullable Counter counter(
        Machine machine, @Nullable FaultAttr attr, String what) {
      return attr == null ? null : new FaultAttr.Counter(machine, attr, what);
    }

    /** {@code should_fail_request}. */
    boolean failsMakeRequest(Bio bio) {
      return make != null
          && make.shouldFail((long) bio.sectors() * BlockDevice.SECTOR_BYTES)
          && counted("fail_make_request");
    }

    /** {@code blk_should_fake_timeout}. */
    boolean fakesTimeout() {
      return timeout != null && timeout.shouldFail(1) && counted("fail_io_timeout");
    }

    private boolean counted(String word) {
      synchronized (struck) {
        struck.merge(word, 1L, Long::sum);
      }
      return true;
    }

    /** How often each fault struck, by its word. */
    Map<String, Long> struckNow() {
      synchronized (struck) {
        return new TreeMap<>(struck);
      }
    }

    /** What goes wrong with this command, or null. */
    @Nullable Fault strikes(BioOp op, int sectors) {
      Fault fault = picked(op, sectors);
      if (fault != null) {
        counted(fault.word());
      }
      return fault;
    }

    private @Nullable Fault picked(BioOp op, int sectors) {
      for (int i = 0; i < counters.size(); i++) {
        Fault fault = plan.rules().get(i).fault();
        if (concerns(fault, op)
            && counters.get(i).shouldFail((long) sectors * BlockDevice.SECTOR_BYTES)) {
          return fault;
        }
      }
      if (!any.isEmpty()) {
        List<Fault> possible = any.stream().filter(fault -> concerns(fault, op)).toList();
        int answer = machine.choose(possible.size() + 1, "fault");
        return answer == 0 ? null : possible.get(answer - 1);
      }
      return null;
    }

    private static boolean concerns(Fault fault, BioOp op) {
      return switch (fault) {
        case TORN_WRITE, DROPPED_WRITE -> op == BioOp.WRITE;
        case CORRUPTED_BYTE -> op.hasData();
        default -> true;
      };
    }
  }
}
