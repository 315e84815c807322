package org.vfslab.trace;

/** What a {@link TraceEvent} tells. Each kind renders itself as the words of a story. */
public sealed interface Happening {

  /** The words for it, without the name of the context. */
  String words();

  /**
   * Whether it belongs into a short story: the events of a protocol do; the accesses to single
   * words and lock operations that succeeded at once inside other operations do not.
   */
  default boolean inStory() {
    return true;
  }

  /** An access to one shared word. */
  record Accessed(String object, String operation) implements Happening {
    @Override
    public String words() {
      return operation + " " + object;
    }

    @Override
    public boolean inStory() {
      return false;
    }
  }

  /** A system call began. */
  record EnteredSyscall(String call) implements Happening {
    @Override
    public String words() {
      return call;
    }
  }

  /** A system call returned to user space. */
  record LeftSyscall(String call, long result) implements Happening {
    @Override
    public String words() {
      return call + " = " + result;
    }
  }

  /** A lock changed hands. */
  record Locked(LockAction action, String lock, String mode, String word) implements Happening {
    @Override
    public String words() {
      String what = mode.isEmpty() ? lock : lock + " (" + mode + ")";
      return action.verb() + " " + what;
    }
  }

  /** What a context did to a lock. */
  enum LockAction {
    ACQUIRED("takes"),
    WAITS("WAITS for"),
    RELEASED("releases");

    private final String verb;

    LockAction(String verb) {
      this.verb = verb;
    }

    /** The verb of the third person, as the story has it. */
    public String verb() {
      return verb;
    }
  }

  /** A task went to sleep. */
  record Slept(String state, String why) implements Happening {
    @Override
    public String words() {
      return "SLEEPS" + (why.isEmpty() ? "" : ": " + why) + " [" + state + "]";
    }
  }

  /** A context woke a sleeping task. */
  record Woke(String task) implements Happening {
    @Override
    public String words() {
      return "wakes " + task;
    }
  }

  /** An interrupt was taken by a CPU. */
  record InterruptEntered(String line, int cpu) implements Happening {
    @Override
    public String words() {
      return "interrupt on cpu" + cpu;
    }
  }

  /** An interrupt's handler returned. */
  record InterruptLeft(String line, int cpu) implements Happening {
    @Override
    public String words() {
      return "return from interrupt";
    }
  }

  /** A named piece of the model's state changed. */
  record Changed(String what, String from, String to) implements Happening {
    @Override
    public String words() {
      return what + ": " + from + " -> " + to;
    }
  }

  /** A block device took or completed a request. */
  record Io(String device, String what) implements Happening {
    @Override
    public String words() {
      return device + ": " + what;
    }
  }

  /** A remark of the scenario or of the model. */
  record Noted(String text) implements Happening {
    @Override
    public String words() {
      return text;
    }
  }

  /** A splat, fault or broken property was reported here. */
  record Reported(String title) implements Happening {
    @Override
    public String words() {
      return "*** " + title;
    }
  }

  /** A task or interrupt handler ended. */
  record Ended(String how) implements Happening {
    @Override
    public String words() {
      return how;
    }
  }
}
