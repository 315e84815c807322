package org.vfslab.litmus;

import java.util.List;
import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.machine.Completion;
import org.vfslab.machine.WaitQueue;

/** {@code completion c}, {@code wait_queue q}: what contexts wait for without a lock. */
final class WaitingKinds {

  static final Kind<Completion> COMPLETION =
      Kind.of(
              PrimitiveKind.COMPLETION,
              "a completion",
              Completion.class,
              (lab, name) -> new Completion(lab.machine(), name))
          .step("complete", "lets one waiter go on", Completion::complete)
          .step("complete_all", "lets all waiters go on", Completion::completeAll)
          .step("wait_for_completion", "sleeps until complete", Completion::waitForCompletion)
          .value(
              "wait_for_completion_interruptible",
              "0, or -ERESTARTSYS",
              Completion::waitForCompletionInterruptible)
          .value(
              "wait_for_completion_killable",
              "0, or -ERESTARTSYS",
              Completion::waitForCompletionKillable)
          .valueOf(
              "wait_for_completion_timeout",
              "time",
              "what was left of the time, or 0",
              (completion, nanos) -> completion.waitForCompletionTimeout(Math.max(0, nanos)))
          .test(
              "try_wait_for_completion",
              "1 if it was complete, else 0",
              Completion::tryWaitForCompletion)
          .step("reinit_completion", "nothing is done again", Completion::reinit)
          .test("completion_done", "1 if it is complete, else 0", Completion::completionDone);

  static final Kind<WaitQueue> WAIT_QUEUE =
      waitEvent(
          Kind.of(
                  PrimitiveKind.WAIT_QUEUE,
                  "a wait_queue",
                  WaitQueue.class,
                  (lab, name) -> new WaitQueue(lab.machine(), name))
              .step(
                  "wake_up", "wakes who sleeps there, of exclusive sleepers one", WaitQueue::wakeUp)
              .step("wake_up_all", "wakes all who sleep there", WaitQueue::wakeUpAll));

  private WaitingKinds() {}

  private static Kind<WaitQueue> waitEvent(Kind<WaitQueue> kind) {
    return kind.special(
        Function.of(
            "wait_event",
            List.of("wait_queue", "condition"),
            "sleeps in the queue until the condition holds",
            arguments -> {
              Slot<WaitQueue> slot = arguments.object(0, kind);
              Code condition = arguments.code(1);
              return frame -> {
                frame.world().get(slot).waitEvent("wait_event", () -> condition.run(frame) != 0);
                return 0;
              };
            }));
  }
}
