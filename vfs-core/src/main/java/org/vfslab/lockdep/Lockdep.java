package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineListener;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Task;

/**
 * The validator of one machine. Reports follow {@code kernel/locking/lockdep.c}, 7.2, in layout and
 * wording; unlike the kernel's it goes on after the first.
 *
 * <p>All calls may be made in any context and never sleep. Where nobody runs (set-up, properties)
 * they do nothing.
 */
public final class Lockdep implements MachineListener {

  /** The release that reports name, and whose behaviour the model follows. */
  public static final String RELEASE = "7.2.0-vfslab Not tainted";

  private final Machine machine;
  private final boolean on;
  private int instances;

  private Lockdep(Machine machine, boolean on) {
    this.machine = machine;
    this.on = on;
    machine.listen(this);
  }

  /** A validator that watches {@code machine}. */
  public static Lockdep on(Machine machine) {
    return new Lockdep(machine, true);
  }

  /** A validator that is switched off: it reports nothing, and every question is unknown to it. */
  public static Lockdep off(Machine machine) {
    return new Lockdep(machine, false);
  }

  /** Whether it watches; then the locks' own checks are on too, as the kernel configures them. */
  public boolean isOn() {
    return on;
  }

  /** The machine that is watched. */
  public Machine machine() {
    return machine;
  }

  /**
   * Registers a lock that sleeps, whose class is called {@code name} ({@code lockdep_init_map}).
   */
  public LockMap register(String name) {
    return register(name, WaitType.SLEEP);
  }

  /** Registers a lock with a class and a wait type ({@code lockdep_init_map_wait}). */
  public LockMap register(String name, WaitType wait) {
    return new LockMap(instances++, name);
  }

  /**
   * {@code lock_acquire}: the current context is about to take, or has taken, a lock.
   *
   * @param site the operation, as reports name it
   */
  public void acquire(LockMap map, Mode mode, String site) {
    acquire(map, 0, false, mode, true, null, site);
  }

  /**
   * {@code lock_acquire} with all that it can be told.
   *
   * @param subclass the nesting level, from 0 to 7
   * @param trylock whether this cannot wait: no lock held before is then ordered before it
   * @param check whether dependencies are followed
   * @param nestLock a held lock that makes it safe to hold several of this class, or null
   */
  public void acquire(
      LockMap map,
      int subclass,
      boolean trylock,
      Mode mode,
      boolean check,
      @Nullable LockMap nestLock,
      String site) {
    if (on) {
      Context me = machine.currentOrNull();
      if (me != null) {
        held(me).add(new HeldLock(map, mode, site));
      }
    }
  }

  /** {@code lock_sync}: waits for all holders of the lock without holding it. */
  public void sync(LockMap map, String site) {}

  /** {@code lock_contended}: the current context has to wait for a lock that it acquires. */
  public void contended(LockMap map, String site) {}

  /** {@code lock_acquired}: the wait is over. */
  public void acquired(LockMap map, String site) {}

  /** {@code lock_release}: the current context gives a lock back. */
  public void release(LockMap map) {
    if (on) {
      Context me = machine.currentOrNull();
      if (me != null && !forget(held(me), map)) {
        badUnlockBalance(me, map);
      }
    }
  }

  /** {@code lock_downgrade}: a lock held exclusively is held shared from now on. */
  public void downgrade(LockMap map) {
    if (on) {
      Context me = machine.current();
      List<HeldLock> stack = held(me);
      for (int i = stack.size() - 1; i >= 0; i--) {
        HeldLock lock = stack.get(i);
        if (lock.map() == map) {
          stack.set(i, new HeldLock(map, Mode.READ, lock.site()));
          return;
        }
      }
      badUnlockBalance(me, map);
    }
  }

  /** {@code lock_is_held}: whether the current context holds the lock in any mode. */
  public LockState isHeld(LockMap map) {
    return holds(map, null);
  }

  /** {@code lock_is_held_type}: whether the current context holds the lock in this mode. */
  public LockState isHeld(LockMap map, Mode mode) {
    return holds(map, mode);
  }

  private LockState holds(LockMap map, @Nullable Mode mode) {
    Context me = on ? machine.currentOrNull() : null;
    if (me == null) {
      return LockState.UNKNOWN;
    }
    for (HeldLock lock : held(me)) {
      if (lock.map() == map) {
        return mode == null || mode == lock.mode() ? LockState.HELD : LockState.NOT_HELD;
      }
    }
    return LockState.NOT_HELD;
  }

  /** {@code lockdep_assert_held}: warns if the current context is known not to hold the lock. */
  public void assertHeld(LockMap map, String where) {
    if (isHeld(map) == LockState.NOT_HELD) {
      warn(where, "lockdep_assert_held(" + map.name() + ")");
    }
  }

  /** {@code lockdep_assert_held_write}. */
  public void assertHeldWrite(LockMap map, String where) {
    if (isHeld(map, Mode.WRITE) == LockState.NOT_HELD) {
      warn(where, "lockdep_assert_held_write(" + map.name() + ")");
    }
  }

  /** {@code lockdep_assert_not_held}: warns if the current context is known to hold the lock. */
  public void assertNotHeld(LockMap map, String where) {
    if (isHeld(map) == LockState.HELD) {
      warn(where, "lockdep_assert_not_held(" + map.name() + ")");
    }
  }

  private void warn(String where, String assertion) {
    String title = "WARNING: at " + where + ": " + assertion + " failed";
    machine.report(ReportKind.LOCKDEP, title, title + "\n" + heldList(machine.current()));
  }

  /** The names of the locks that {@code context} holds, oldest first. */
  public List<String> heldBy(Context context) {
    List<String> names = new ArrayList<>();
    for (HeldLock lock : held(context)) {
      names.add(lock.map().name() + " (" + lock.mode().words() + ")");
    }
    return names;
  }

  @Override
  public void returnsToUser(Task task) {
    if (on && !held(task).isEmpty()) {
      report(
          "WARNING: lock held when returning to user space!",
          task.commPid() + " is leaving the kernel with locks still held!\n" + heldList(task),
          48);
      held(task).clear();
    }
  }

  @Override
  public void exits(Task task) {
    if (on && !held(task).isEmpty()) {
      String title = "WARNING: " + task.commPid() + " still has locks held!";
      report(title, heldList(task) + "\n\nstack backtrace:\n " + site(task), 36);
    }
  }

  private void badUnlockBalance(Context me, LockMap map) {
    report(
        "WARNING: bad unlock balance detected!",
        commPid(me)
            + " is trying to release lock ("
            + map.name()
            + ") at:\n "
            + site(me)
            + "\nbut there are no more locks to release!\n\nother info that might help us debug"
            + " this:\n"
            + heldList(me)
            + "\n\nstack backtrace:\n "
            + site(me),
        37);
  }

  private void report(String title, String body, int width) {
    String text =
        "\n"
            + "=".repeat(width)
            + "\n"
            + title
            + "\n"
            + RELEASE
            + "\n"
            + "-".repeat(width)
            + "\n"
            + body;
    machine.report(ReportKind.LOCKDEP, title, text);
  }

  private String heldList(Context context) {
    List<HeldLock> stack = held(context);
    if (stack.isEmpty()) {
      return "no locks held by " + commPid(context) + ".";
    }
    StringBuilder text = new StringBuilder();
    text.append(stack.size())
        .append(stack.size() == 1 ? " lock held by " : " locks held by ")
        .append(commPid(context))
        .append(':');
    for (int i = 0; i < stack.size(); i++) {
      HeldLock lock = stack.get(i);
      text.append("\n #")
          .append(i)
          .append(": ")
          .append(lock.map().address())
          .append(" (")
          .append(lock.map().name())
          .append("){....}-{4:4}, at: ")
          .append(lock.site());
    }
    return text.toString();
  }

  private static String commPid(Context context) {
    return context instanceof Task task ? task.commPid() : context.name() + "/0";
  }

  private static String site(Context context) {
    String call = context instanceof Task task ? task.syscall() : null;
    return call == null ? context.name() : call;
  }

  private static boolean forget(List<HeldLock> stack, LockMap map) {
    for (int i = stack.size() - 1; i >= 0; i--) {
      if (stack.get(i).map() == map) {
        stack.remove(i);
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings("unchecked") // the slot is ours
  private static List<HeldLock> held(Context context) {
    List<HeldLock> stack = (List<HeldLock>) context.heldLocks;
    if (stack == null) {
      stack = new ArrayList<>(4);
      context.heldLocks = stack;
    }
    return stack;
  }
}
