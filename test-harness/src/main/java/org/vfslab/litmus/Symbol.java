package org.vfslab.litmus;

import org.vfslab.aio.KioContext;
import org.vfslab.block.BlockDevice;
import org.vfslab.litmus.syntax.Context;
import org.vfslab.litmus.syntax.Position;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Task;
import org.vfslab.machine.Timer;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.memory.PlainWord;
import org.vfslab.vfs.Socket;

/** What a name of a litmus file stands for. */
sealed interface Symbol {

  /** How the name's kind is called in sentences. */
  String kind();

  /** A disk. */
  record Disk(Slot<BlockDevice> slot) implements Symbol {
    @Override
    public String kind() {
      return "a disk";
    }
  }

  /**
   * An object of one of the {@link Kinds}.
   *
   * @param of its kind
   */
  record Thing<T>(Kind<T> of, Slot<T> slot) implements Symbol {
    @Override
    public String kind() {
      return of.title();
    }
  }

  /**
   * Memory with fields, which are globals of their own with a dot in their names.
   *
   * @param published 1 while it can be found
   */
  record Memory(Slot<KernelObject> slot, Slot<AtomicWord> published) implements Symbol {
    @Override
    public String kind() {
      return "an object";
    }
  }

  /** A shared plain variable. */
  record Int(Slot<PlainWord> slot) implements Symbol {
    @Override
    public String kind() {
      return "an int";
    }
  }

  /** A shared atomic variable. */
  record Atomic(Slot<AtomicWord> slot) implements Symbol {
    @Override
    public String kind() {
      return "an atomic";
    }
  }

  /** An aio context, declared by its use. */
  record AioContext(Slot<KioContext> slot) implements Symbol {
    @Override
    public String kind() {
      return "an aio context";
    }
  }

  /**
   * An event counter.
   *
   * @param slot its descriptor
   */
  record EventCounter(Slot<Long> slot) implements Symbol {
    @Override
    public String kind() {
      return "an eventfd";
    }
  }

  /** An open file that is no counter: one end of a pipe, or a binder file. */
  record Descriptor(Slot<Long> slot, String kind) implements Symbol {}

  /**
   * A socket.
   *
   * @param fd its descriptor
   */
  record SocketName(Slot<Long> fd, Slot<Socket> slot) implements Symbol {
    @Override
    public String kind() {
      return "a socket";
    }
  }

  /** A task. */
  record TaskName(Slot<Task> slot, int context) implements Symbol {
    @Override
    public String kind() {
      return "a task";
    }
  }

  /** An interrupt line. */
  record Irq(Slot<IrqLine> slot, Context declaration, int context) implements Symbol {
    @Override
    public String kind() {
      return "an irq";
    }
  }

  /**
   * Work for a worker.
   *
   * @param argument where its parameter waits for it, if it has one
   */
  record WorkItem(Slot<Work> slot, Context declaration, Slot<AtomicWord> argument)
      implements Symbol {
    @Override
    public String kind() {
      return "a work";
    }
  }

  /**
   * A timer.
   *
   * @param argument where its parameter waits for it, if it has one
   */
  record TimerName(Slot<Timer> slot, Context declaration, Slot<AtomicWord> argument)
      implements Symbol {
    @Override
    public String kind() {
      return "a timer";
    }
  }

  /** A variable of one context. */
  record Local(int context, int index, Position position) implements Symbol {
    @Override
    public String kind() {
      return "a variable of a task";
    }
  }
}
