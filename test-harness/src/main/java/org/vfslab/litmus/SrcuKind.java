package org.vfslab.litmus;

import java.util.List;
import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.locking.Srcu;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Task;

/** {@code srcu ss}. */
final class SrcuKind {

  static final Kind<Srcu> SRCU = withTwoObjects(oneObject());

  private SrcuKind() {}

  private static Kind<Srcu> oneObject() {
    return Kind.of(
            PrimitiveKind.SRCU,
            "an srcu",
            Srcu.class,
            (lab, name) -> new Srcu(lab.lockdep(), lab.rcu(), name))
        .value("srcu_read_lock", "begins a reader; its index", Srcu::srcuReadLock)
        .valueOf("srcu_read_unlock", "index", "ends it", ending(Srcu::srcuReadUnlock))
        .value("srcu_down_read", "begins a reader for any context to end", Srcu::srcuDownRead)
        .valueOf("srcu_up_read", "index", "ends it", ending(Srcu::srcuUpRead))
        .step("synchronize_srcu", "waits for all earlier readers", Srcu::synchronizeSrcu)
        .step(
            "synchronize_srcu_expedited", "the same, without delay", Srcu::synchronizeSrcuExpedited)
        .step("srcu_barrier", "waits for the callbacks of call_srcu", Srcu::srcuBarrier)
        .value(
            "start_poll_synchronize_srcu",
            "starts a grace period; a cookie",
            Srcu::startPollSynchronizeSrcu)
        .valueOf(
            "poll_state_synchronize_srcu",
            "cookie",
            "1 once its grace period has ended, else 0",
            (srcu, cookie) -> srcu.pollStateSynchronizeSrcu(cookie) ? 1 : 0);
  }

  /** Ends a reader. */
  private interface End {
    void end(Srcu srcu, int index);
  }

  private static Kind.WithNumber<Srcu> ending(End end) {
    return (srcu, index) -> {
      // What is no int is no index either, and is refused as such.
      end.end(srcu, (int) Math.max(-1, Math.min(index, Integer.MAX_VALUE)));
      return 0;
    };
  }

  private static Kind<Srcu> withTwoObjects(Kind<Srcu> kind) {
    return kind.special(
            Function.of(
                "call_srcu",
                List.of("srcu", "completion"),
                "completes it after a grace period",
                arguments -> {
                  Slot<Srcu> srcu = arguments.object(0, kind);
                  Slot<Completion> done = arguments.object(1, WaitingKinds.COMPLETION);
                  return frame -> {
                    Completion completion = frame.world().get(done);
                    frame.world().get(srcu).callSrcu(completion::complete);
                    return 0;
                  };
                }))
        .specialQuestion(
            Function.of(
                "active_readers_before",
                List.of("srcu", "task"),
                "how many readers are active that began before the task's synchronize_srcu",
                arguments -> {
                  Slot<Srcu> srcu = arguments.object(0, kind);
                  Slot<Task> task = arguments.symbol(1, Symbol.TaskName.class, "a task").slot();
                  return frame ->
                      frame.world().get(srcu).activeReadersBefore(frame.world().get(task));
                }));
  }
}
