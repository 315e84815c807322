package org.vfslab.explore.dpor;

import java.util.List;

/** A statement of a random program. Bodies are what shrinking takes apart. */
sealed interface Statement {

  /** An operation without a body on the object with number {@code a}. */
  record Op(Kind kind, int a, int b) implements Statement {}

  /** {@code if (word.readOnce() == value) body}. */
  record Branch(int word, int value, List<Statement> body) implements Statement {}

  /** A critical section. */
  record Section(Lock lock, int number, List<Statement> body) implements Statement {}

  /** Something that another context does later: an interrupt, a timer's function, a new task. */
  record Later(How how, int number, int delay, List<Statement> body) implements Statement {}

  /** Operations; {@code sleeps} where a handler or an atomic section must not use them. */
  enum Kind {
    READ(false),
    WRITE(false),
    ADD(false),
    CAS(false),
    PLAIN_READ(false),
    PLAIN_WRITE(false),
    MARKED_READ(false),
    MARKED_WRITE(false),
    SPIN_UNTIL(false),
    COMPLETE(false),
    COMPLETE_ALL(false),
    WAIT_COMPLETION(true),
    WAKE_UP(false),
    WAKE_UP_ALL(false),
    WAIT_EVENT(true),
    WAIT_INTERRUPTIBLE(true),
    SIGNAL(false),
    KILL(false),
    QUEUE_WORK(false),
    CANCEL_TIMER(false),
    USE(false),
    FREE(false),
    RETURN(true);

    final boolean sleeps;

    Kind(boolean sleeps) {
      this.sleeps = sleeps;
    }
  }

  /** Sections; {@code atomic} ones in which nobody may sleep, the others only tasks may begin. */
  enum Lock {
    SPIN(true),
    SPIN_IRQ(true),
    SPIN_BH(true),
    PREEMPT(true),
    IRQ(true),
    BH(true),
    RW_READ(false),
    RW_WRITE(false),
    RW_TRY_READ(false),
    RW_TRY_WRITE(false),
    RW_DOWNGRADE(false),
    PERCPU_READ(false),
    PERCPU_TRY_READ(false),
    PERCPU_WRITE(false);

    final boolean atomic;

    Lock(boolean atomic) {
      this.atomic = atomic;
    }
  }

  /** Who does it later. */
  enum How {
    RAISE,
    TIMER,
    TASK
  }
}
