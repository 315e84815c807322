package org.vfslab.litmus;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.litmus.syntax.Declaration.VariableKind;
import org.vfslab.locking.PercpuRef;
import org.vfslab.locking.Semaphore;
import org.vfslab.locking.WaitBit;
import org.vfslab.machine.Completion;
import org.vfslab.machine.TaskState;

/** {@code semaphore s = 1}, {@code percpu_ref r}, {@code wait_bits w}: counts and bits. */
final class CountKinds {

  static final Kind<Semaphore> SEMAPHORE =
      Kind.withInitial(
              VariableKind.SEMAPHORE,
              "a semaphore",
              Semaphore.class,
              (lab, name, initial) -> new Semaphore(lab.machine(), name, initial))
          .step("down", "takes a unit", Semaphore::down)
          .value("down_interruptible", "0, or -EINTR", Semaphore::downInterruptible)
          .value("down_killable", "0, or -EINTR", Semaphore::downKillable)
          .value(
              "down_trylock",
              "0 if a unit was taken, else 1",
              semaphore -> semaphore.downTrylock() ? 0 : 1)
          .valueOf(
              "down_timeout",
              "time",
              "0, or -ETIME",
              (semaphore, nanos) -> semaphore.downTimeout(Math.max(0, nanos)))
          .step("up", "gives a unit, in any context", Semaphore::up);

  /** A count with the completion that its users pair it with. */
  static final class Counted {
    private final PercpuRef ref;
    private final Completion released;
    private final AtomicLong releases = new AtomicLong();

    Counted(Lab lab, String name) {
      released = new Completion(lab.machine(), name + " released");
      ref =
          new PercpuRef(
              lab.rcu(),
              name,
              () -> {
                releases.incrementAndGet();
                released.complete();
              },
              Set.of(PercpuRef.Flag.ALLOW_REINIT));
    }

    PercpuRef ref() {
      return ref;
    }
  }

  static final Kind<Counted> PERCPU_REF =
      Kind.of(PrimitiveKind.PERCPU_REF, "a percpu_ref", Counted.class, Counted::new)
          .step("percpu_ref_get", "takes a reference", counted -> counted.ref().get())
          .test(
              "percpu_ref_tryget", "1 if one was taken, else 0", counted -> counted.ref().tryget())
          .test(
              "percpu_ref_tryget_live",
              "1 if one was taken, else 0",
              counted -> counted.ref().trygetLive())
          .step("percpu_ref_put", "gives a reference", counted -> counted.ref().put())
          .step("percpu_ref_kill", "gives the initial reference", counted -> counted.ref().kill())
          .step(
              "percpu_ref_switch_to_atomic_sync",
              "counts in one word from now on",
              counted -> counted.ref().switchToAtomicSync())
          .step(
              "percpu_ref_switch_to_percpu",
              "counts on the CPUs again",
              counted -> counted.ref().switchToPercpu())
          .step("percpu_ref_reinit", "makes it as new", counted -> counted.ref().reinit())
          .step("percpu_ref_resurrect", "undoes a kill", counted -> counted.ref().resurrect())
          .step(
              "wait_for_release",
              "sleeps until the last reference was given",
              counted -> counted.released.waitForCompletion())
          .question(
              "references", "how many references there are", counted -> counted.ref.references())
          .question(
              "releases", "how often the last one was given", counted -> counted.releases.get());

  static final Kind<WaitBit> WAIT_BITS =
      Kind.of(
              PrimitiveKind.WAIT_BITS,
              "a wait_bits",
              WaitBit.class,
              (lab, name) -> new WaitBit(lab.machine(), name))
          .valueOf(
              "test_bit", "bit", "1 if it is set", (bits, bit) -> bits.testBit(of(bit)) ? 1 : 0)
          .valueOf("set_bit", "bit", "sets it", doing(WaitBit::setBit))
          .valueOf(
              "test_and_set_bit",
              "bit",
              "sets it; 1 if it was set before",
              (bits, bit) -> bits.testAndSetBit(of(bit)) ? 1 : 0)
          .valueOf("clear_bit_unlock", "bit", "clears it", doing(WaitBit::clearBitUnlock))
          .valueOf(
              "wait_on_bit",
              "bit",
              "sleeps while it is set",
              (bits, bit) -> bits.waitOnBit(of(bit), TaskState.UNINTERRUPTIBLE))
          .valueOf(
              "wait_on_bit_lock",
              "bit",
              "sets it, sleeping while another has",
              (bits, bit) -> bits.waitOnBitLock(of(bit), TaskState.UNINTERRUPTIBLE))
          .valueOf("wake_up_bit", "bit", "wakes who waits for it", doing(WaitBit::wakeUpBit))
          .valueOf(
              "clear_and_wake_up_bit",
              "bit",
              "clears it and wakes who waits for it",
              doing(WaitBit::clearAndWakeUpBit));

  private CountKinds() {}

  /** What is done with a bit. */
  private interface OnBit {
    void apply(WaitBit bits, int bit);
  }

  private static Kind.WithNumber<WaitBit> doing(OnBit operation) {
    return (bits, bit) -> {
      operation.apply(bits, of(bit));
      return 0;
    };
  }

  /** The number of a bit; there are 64, and C's shift takes any number modulo that too. */
  private static int of(long bit) {
    return (int) (bit & 63);
  }
}
