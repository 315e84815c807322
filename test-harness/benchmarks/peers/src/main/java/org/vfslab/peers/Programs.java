package org.vfslab.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Programs that start threads, join them, and throw when something is wrong. */
final class Programs {

  private Programs() {}

  /** The program with this name. */
  static Runnable named(String name) {
    return switch (name) {
      case "readers-2" -> () -> readers(2);
      case "readers-8" -> () -> readers(8);
      case "freeze-aio" -> () -> new FreezeAio(false, false).run();
      case "missed-wake-up" -> () -> new FreezeAio(true, false).run();
      case "reference-race" -> () -> new FreezeAio(false, true).run();
      default -> throw new IllegalArgumentException("no program " + name);
    };
  }

  private static void readers(int readers) {
    AtomicInteger x = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    threads.add(new Thread(() -> x.set(1)));
    for (int i = 0; i < readers; i++) {
      threads.add(new Thread(x::get));
    }
    runAll(threads);
  }

  private static void runAll(List<Thread> threads) {
    for (Thread thread : threads) {
      thread.start();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Two writes in flight against a freeze, which waits until they are over. */
  private static final class FreezeAio {
    private static final int WRITES = 2;

    private final boolean missesWakeUp;
    private final boolean losesReference;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger freezing = new AtomicInteger();
    private final AtomicInteger frozen = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicReference<Thread> waiter = new AtomicReference<>();

    FreezeAio(boolean missesWakeUp, boolean losesReference) {
      this.missesWakeUp = missesWakeUp;
      this.losesReference = losesReference;
    }

    void run() {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < WRITES; i++) {
        AtomicInteger references = new AtomicInteger(losesReference ? 1 : 2);
        AtomicInteger freed = new AtomicInteger();
        Semaphore submitted = new Semaphore(0);
        threads.add(new Thread(() -> submit(references, freed, submitted)));
        threads.add(new Thread(() -> complete(references, freed, submitted)));
      }
      threads.add(new Thread(this::freeze));
      runAll(threads);
      if (wrong.get() != 0) {
        throw new IllegalStateException("wrong: " + wrong.get());
      }
    }

    private void submit(AtomicInteger references, AtomicInteger freed, Semaphore submitted) {
      inFlight.incrementAndGet();
      if (freezing.get() != 0) {
        endWrite();
        references.set(0);
        submitted.release();
        return;
      }
      submitted.release();
      if (freed.get() != 0) {
        wrong.set(1);
      }
      if (!losesReference) {
        put(references, freed);
      }
    }

    private void complete(AtomicInteger references, AtomicInteger freed, Semaphore submitted) {
      submitted.acquireUninterruptibly();
      if (references.get() == 0) {
        return;
      }
      if (frozen.get() != 0) {
        wrong.set(2);
      }
      endWrite();
      put(references, freed);
    }

    private static void put(AtomicInteger references, AtomicInteger freed) {
      if (references.decrementAndGet() == 0) {
        freed.set(1);
      }
    }

    private void endWrite() {
      if (inFlight.decrementAndGet() == 0) {
        Thread sleeper = waiter.get();
        if (sleeper != null) {
          LockSupport.unpark(sleeper);
        }
      }
    }

    private void freeze() {
      freezing.set(1);
      while (inFlight.get() != 0) {
        waiter.set(Thread.currentThread());
        if (missesWakeUp || inFlight.get() != 0) {
          LockSupport.park(this);
        }
      }
      frozen.set(1);
      frozen.set(0);
      freezing.set(0);
    }
  }
}
