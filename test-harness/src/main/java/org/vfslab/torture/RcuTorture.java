package org.vfslab.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.torture.RcuElements.Element;

/**
 * Read-copy-update in the manner of {@code kernel/rcu/rcutorture.c}, 7.2: readers look at an
 * element that a writer replaces, and grace periods move what was replaced down a pipe. The first
 * writer replaces, the others only wait for grace periods and for callbacks.
 */
final class RcuTorture implements Torture {

  private final String name;
  private final String about;
  private final RcuOps.Flavor flavor;

  RcuTorture(String name, String about, RcuOps.Flavor flavor) {
    this.name = name;
    this.about = about;
    this.flavor = flavor;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String about() {
    return about;
  }

  @Override
  public void setUp(LockTorture torture) {
    Machine machine = torture.machine();
    RcuOps ops = flavor.on(torture);
    Run run = new Run(torture, ops);
    torture.writers(run::write);
    torture.readers(me -> run.read(me, ops.inTask(), null));
    RcuOps.Reader anywhere = ops.anywhere();
    if (anywhere != null) {
      IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
      torture.other("submitter", me -> run.read(me, anywhere, line));
    }
    torture.statistics(() -> run.elements.lines(name, run.barriers()));
    torture.atEnd(
        () -> {
          long wrong = run.elements.failures() + run.barrierErrors.get();
          return wrong == 0
              ? null
              : wrong + " time(s) a grace period or a barrier was over too early";
        });
  }

  /** One torture in progress. */
  private static final class Run {
    private final LockTorture torture;
    private final RcuOps ops;
    private final RcuElements elements = new RcuElements();
    private final AtomicReference<@Nullable Stress> writer = new AtomicReference<>();
    private final AtomicLong barriers = new AtomicLong();
    private final AtomicLong barrierErrors = new AtomicLong();

    /** What the writer waits for itself; only it looks here. */
    private final List<Element> removed = new ArrayList<>();

    Run(LockTorture torture, RcuOps ops) {
      this.torture = torture;
      this.ops = ops;
    }

    void write(Stress me) {
      me.countOnly();
      if (writer.compareAndSet(null, me) || writer.get() == me) {
        replace();
      } else {
        waitOnly();
      }
    }

    /** {@code rcu_torture_writer}. */
    private void replace() {
      Element old = elements.replace();
      if (old == null) {
        ops.synchronize().run();
        goOn();
      } else if (torture.oneIn(2)) {
        ops.call().after(() -> called(old));
      } else {
        removed.add(old);
        ops.synchronize().run();
        goOn();
      }
    }

    /** {@code rcu_torture_pipe_update}. */
    private void goOn() {
      removed.removeIf(elements::goesOn);
    }

    /** {@code rcu_torture_cb}: when the test ends, callbacks are dropped. */
    private void called(Element element) {
      if (torture.goesOn() && !elements.goesOn(element)) {
        ops.call().after(() -> called(element));
      }
    }

    /** {@code rcu_torture_fakewriter}, and a small {@code rcu_torture_barrier}. */
    private void waitOnly() {
      Runnable barrier = ops.barrier();
      if (barrier == null || !torture.oneIn(4)) {
        ops.synchronize().run();
        torture.delay();
        return;
      }
      AtomicBoolean ran = new AtomicBoolean();
      ops.call().after(() -> ran.set(true));
      barrier.run();
      barriers.incrementAndGet();
      if (!ran.get()) {
        barrierErrors.incrementAndGet();
      }
    }

    /** One reader, which ends in an interrupt if there is a line. */
    void read(Stress me, RcuOps.Reader reader, @Nullable IrqLine line) {
      int index = reader.lock().getAsInt();
      Element found = elements.dereference();
      if (ops.sleeps()) {
        torture.delay();
      } else {
        torture.delayAtomic();
      }
      Runnable end =
          () -> {
            if (found != null) {
              elements.leaves(found);
            }
            reader.unlock().accept(index);
          };
      if (line == null) {
        end.run();
      } else {
        torture.inInterrupt(line, end);
        torture.count("readers ended by an interrupt");
      }
      me.countOnly();
    }

    String barriers() {
      return ops.barrier() == null
          ? ""
          : " barrier: " + (barriers.get() - barrierErrors.get()) + "/" + barriers;
    }
  }
}
