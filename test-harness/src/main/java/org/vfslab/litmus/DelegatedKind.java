package org.vfslab.litmus;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.locking.DelegatedReadLock;
import org.vfslab.locking.ReadToken;

/** {@code delegated_lock g}: a read-write lock whose readers travel. */
final class DelegatedKind {

  static final Kind<Use> DELEGATED_LOCK =
      Kind.of(PrimitiveKind.DELEGATED_LOCK, "a delegated_lock", Use.class, Use::new)
          .locked(use -> use.lock.isLockedNow())
          .test("try_begin_read", "begins to read without waiting; 1, or 0", Use::tryBeginRead)
          .test("begin_read", "begins to read; 1, or 0 once it is abandoned", Use::beginRead)
          .step("exit_reader", "lets the hold leave this context", Use::exitReader)
          .step("reenter_reader", "takes up the hold that left first", Use::reenterReader)
          .step("end_read", "ends the hold", Use::endRead)
          .test("begin_write", "waits for all readers; 1", use -> use.lock.beginWrite())
          .step("end_write", "lets others in again", use -> use.lock.endWrite())
          .step("abandon_write", "lets nobody in again", use -> use.lock.abandonWriter())
          .step("destroy_lock", "reports what is left", use -> use.lock.destroy());

  private DelegatedKind() {}

  /**
   * A lock, and the holds that are attached to each context: files name no holds, so the last one
   * of a context is meant.
   */
  static final class Use {
    private final DelegatedReadLock lock;

    /** By the number of the context; each entry is used by that context alone. */
    private final Map<Integer, Deque<ReadToken>> attached = new ConcurrentHashMap<>();

    /** A hold that is over or elsewhere, for steps of a context that has none. */
    private volatile @Nullable ReadToken last;

    Use(Lab lab, String name) {
      lock = new DelegatedReadLock(lab.lockdep(), name);
    }

    private Deque<ReadToken> mine() {
      return attached.computeIfAbsent(
          lock.machine().current().index(), context -> new ArrayDeque<>());
    }

    private boolean attach(@Nullable ReadToken token) {
      if (token != null) {
        mine().push(token);
        last = token;
      }
      return token != null;
    }

    boolean tryBeginRead() {
      return attach(lock.tryBeginRead());
    }

    boolean beginRead() {
      return attach(lock.beginRead());
    }

    void exitReader() {
      ReadToken token = pop();
      if (token != null) {
        lock.exitReader(token);
      }
    }

    void endRead() {
      ReadToken token = pop();
      if (token != null) {
        lock.endRead(token);
      }
    }

    void reenterReader() {
      ReadToken oldest = lock.oldestDetached();
      ReadToken token = oldest == null ? last : oldest;
      if (token == null) {
        lock.reportNoReader("re-enters a reader");
      } else if (lock.reenterReader(token)) {
        mine().push(token);
      }
    }

    /** The hold that the context has; if none, one that it has not, so that the lock complains. */
    private @Nullable ReadToken pop() {
      Deque<ReadToken> mine = mine();
      ReadToken token = mine.isEmpty() ? last : mine.pop();
      if (token == null) {
        lock.reportNoReader("ends or exits a reader");
      }
      return token;
    }
  }
}
