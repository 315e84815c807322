package org.vfslab.bench.jmh;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What ours are compared with. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@SuppressWarnings("LockNotBeforeTry") // nothing in between can throw
public class JdkPairs {
  private final AtomicLong word = new AtomicLong();
  private final ReentrantReadWriteLock readWrite = new ReentrantReadWriteLock();
  private final StampedLock stamped = new StampedLock();
  private final Semaphore semaphore = new Semaphore(1);
  private final Semaphore permits = new Semaphore(1024);

  /** The least that a lock can cost: there and back, both fully ordered. */
  @Benchmark
  public boolean casPair() {
    return word.compareAndSet(0, 1) && word.compareAndSet(1, 0);
  }

  /** The same with the way back as a plain release, which is all that an unlock needs. */
  @Benchmark
  public boolean casAndRelease() {
    boolean taken = word.compareAndSet(0, 1);
    word.setRelease(0);
    return taken;
  }

  /** Shared. */
  @Benchmark
  public void reentrantRead() {
    readWrite.readLock().lock();
    readWrite.readLock().unlock();
  }

  /** Exclusive. */
  @Benchmark
  public void reentrantWrite() {
    readWrite.writeLock().lock();
    readWrite.writeLock().unlock();
  }

  /** Shared. */
  @Benchmark
  public void stampedRead() {
    stamped.unlockRead(stamped.readLock());
  }

  /** Exclusive. */
  @Benchmark
  public void stampedWrite() {
    stamped.unlockWrite(stamped.writeLock());
  }

  /** One permit. */
  @Benchmark
  public void semaphore() {
    semaphore.acquireUninterruptibly();
    semaphore.release();
  }

  /** One permit of many, so that readers do not wait for each other. */
  @Benchmark
  public void semaphoreRead() {
    permits.acquireUninterruptibly();
    permits.release();
  }
}
