package org.vfslab.litmus.syntax;

import java.util.List;

/** Something that exists before the first context runs. */
public sealed interface Declaration extends Node {

  /** {@code machine { cpus 2 }}. */
  record Machine(Position position, List<Setting> settings) implements Declaration {
    /** Copies the list. */
    public Machine {
      settings = List.copyOf(settings);
    }
  }

  /** {@code disk d { latency any }}. */
  record Disk(Position position, String name, List<Setting> settings) implements Declaration {
    /** Copies the list. */
    public Disk {
      settings = List.copyOf(settings);
    }
  }

  /** {@code fs "/mnt" on d { block 4k }}. */
  record Filesystem(Position position, String mountPoint, String disk, List<Setting> settings)
      implements Declaration {
    /** Copies the list. */
    public Filesystem {
      settings = List.copyOf(settings);
    }
  }

  /** {@code file "/mnt/a" size 64k}. */
  record DataFile(Position position, String path, Expression.IntegerLiteral size)
      implements Declaration {}

  /** {@code eventfd e = 0}; the counter begins at zero if the file does not say. */
  record EventCounter(Position position, String name, long initial) implements Declaration {}

  /** {@code aio w = 2}: an aio context for so many events. */
  record AioContext(Position position, String name, long events) implements Declaration {}

  /** {@code pipe r w}: the names of what is read from and of what is written to. */
  record Pipe(Position position, String readEnd, String writeEnd) implements Declaration {}

  /** {@code socket s}. */
  record Socket(Position position, String name) implements Declaration {}

  /** {@code binder b}: a file whose wait queue goes before it does. */
  record Binder(Position position, String name) implements Declaration {}

  /**
   * {@code fanotify f { class pre_content mark "/mnt/a" FAN_PRE_ACCESS }}.
   *
   * @param notificationClass the word after {@code class}
   */
  record FanotifyGroup(Position position, String name, String notificationClass, List<Mark> marks)
      implements Declaration {
    /** Copies the list. */
    public FanotifyGroup {
      marks = List.copyOf(marks);
    }
  }

  /** {@code inotify i { watch "/mnt" IN_CREATE }}. */
  record InotifyInstance(Position position, String name, List<Mark> watches)
      implements Declaration {
    /** Copies the list. */
    public InotifyInstance {
      watches = List.copyOf(watches);
    }
  }

  /** One mark of a fanotify group, or watch: the path and the events it asks for. */
  record Mark(Position position, String path, Expression mask) implements Node {}

  /** {@code object o { delegated_lock g int refs = 1 }}: memory that can be freed. */
  record KernelObject(Position position, String name, List<Field> fields) implements Declaration {
    /** Copies the list. */
    public KernelObject {
      fields = List.copyOf(fields);
    }
  }

  /** What can stand for itself or be a field of an object. */
  sealed interface Field extends Declaration {
    /** The name of the variable, lock or field. */
    String name();
  }

  /** {@code rwsem s}. */
  record Primitive(Position position, PrimitiveKind kind, String name) implements Field {}

  /** {@code int x = 1}; a variable begins at zero if the file does not say. */
  record Variable(Position position, VariableKind kind, String name, long initial)
      implements Field {}

  /** The locks and other means of synchronisation that need no more than a name. */
  enum PrimitiveKind implements Spelled {
    /** {@code struct rw_semaphore}. */
    RWSEM("rwsem"),
    /** {@code spinlock_t}. */
    SPINLOCK("spinlock"),
    /** {@code raw_spinlock_t}. */
    RAW_SPINLOCK("raw_spinlock"),
    /** {@code rwlock_t}. */
    RWLOCK("rwlock"),
    /** {@code struct mutex}. */
    MUTEX("mutex"),
    /** {@code struct percpu_rw_semaphore}. */
    PERCPU_RWSEM("percpu_rwsem"),
    /** {@code struct srcu_struct}. */
    SRCU("srcu"),
    /** A lock whose read side may travel between contexts. */
    DELEGATED_LOCK("delegated_lock"),
    /** {@code struct percpu_ref}. */
    PERCPU_REF("percpu_ref"),
    /** A word of flags for whose bits tasks can wait. */
    WAIT_BITS("wait_bits"),
    /** {@code struct completion}. */
    COMPLETION("completion"),
    /** {@code wait_queue_head_t}. */
    WAIT_QUEUE("wait_queue"),
    /** A descriptor for an io_uring. */
    IO_URING("io_uring");

    private final String spelling;

    PrimitiveKind(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  /** What begins with a number. */
  enum VariableKind implements Spelled {
    /** A plain word; unsynchronised use is a data race. */
    INT("int"),
    /** {@code atomic_t}. */
    ATOMIC("atomic"),
    /** {@code struct semaphore}. */
    SEMAPHORE("semaphore");

    private final String spelling;

    VariableKind(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }
}
