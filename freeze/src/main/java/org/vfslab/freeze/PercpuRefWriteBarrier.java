package org.vfslab.freeze;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.PercpuRef;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Completion;
import org.vfslab.memory.AtomicWord;

/**
 * A write holds a {@link PercpuRef}; the barrier has new writes take another one, kills the first
 * and waits for its release. New writes are not kept out.
 *
 * <p>What callers of percpu_ref open-code when they want to wait, as Christoph Hellwig put it in
 * January 2020 (20200115153614.GA31296@lst.de); the two references in turn are ours.
 */
public final class PercpuRefWriteBarrier implements WriteBarrier {
  private final Mutex oneAtATime;
  private final List<PercpuRef> refs = new ArrayList<>();
  private final List<Completion> released = new ArrayList<>();

  /** Which of the two references new writes take. */
  private final AtomicWord current;

  /** A barrier for one superblock. */
  public PercpuRefWriteBarrier(Lockdep lockdep, Rcu rcu, String name) {
    this.oneAtATime = new Mutex(lockdep, name + " barrier");
    this.current = new AtomicWord(lockdep.machine(), name + " current", 0);
    for (int i = 0; i < 2; i++) {
      Completion done = new Completion(lockdep.machine(), name + " released");
      released.add(done);
      refs.add(
          new PercpuRef(rcu, name + "/" + i, done::complete, Set.of(PercpuRef.Flag.ALLOW_REINIT)));
    }
  }

  @Override
  public @Nullable Object beforeProtection(@Nullable Object begun) {
    while (true) {
      PercpuRef ref = refs.get((int) current.loadAcquire());
      if (ref.trygetLive()) {
        return ref;
      }
    }
  }

  @Override
  public void end(@Nullable Object begun) {
    if (begun instanceof PercpuRef ref) {
      ref.put();
    }
  }

  @Override
  public void waitForWrites() {
    oneAtATime.lock();
    int old = (int) current.loadAcquire();
    current.storeRelease(1 - old);
    refs.get(old).kill();
    released.get(old).waitForCompletion();
    released.get(old).reinit();
    refs.get(old).reinit();
    oneAtATime.unlock();
  }
}
