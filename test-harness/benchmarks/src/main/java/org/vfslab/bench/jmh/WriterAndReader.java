package org.vfslab.bench.jmh;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One thread that takes a lock exclusively against one that takes it shared. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("LockNotBeforeTry") // nothing in between can throw
public class WriterAndReader {

  /** The locks of the JDK. */
  @State(Scope.Benchmark)
  public static class Jdk {
    final ReentrantReadWriteLock readWrite = new ReentrantReadWriteLock();
    final StampedLock stamped = new StampedLock();
  }

  /** {@code rw_semaphore}. */
  @Benchmark
  @Group("rwsem")
  @GroupThreads(1)
  public void rwsemWriter(Machinery.Actor actor) {
    actor.rwsem.downWrite();
    actor.rwsem.upWrite();
  }

  /** {@code rw_semaphore}. */
  @Benchmark
  @Group("rwsem")
  @GroupThreads(1)
  public void rwsemReader(Machinery.Actor actor) {
    actor.rwsem.downRead();
    actor.rwsem.upRead();
  }

  /** {@code ReentrantReadWriteLock}. */
  @Benchmark
  @Group("reentrant")
  @GroupThreads(1)
  public void reentrantWriter(Jdk jdk) {
    jdk.readWrite.writeLock().lock();
    jdk.readWrite.writeLock().unlock();
  }

  /** {@code ReentrantReadWriteLock}. */
  @Benchmark
  @Group("reentrant")
  @GroupThreads(1)
  public void reentrantReader(Jdk jdk) {
    jdk.readWrite.readLock().lock();
    jdk.readWrite.readLock().unlock();
  }

  /** {@code StampedLock}. */
  @Benchmark
  @Group("stamped")
  @GroupThreads(1)
  public void stampedWriter(Jdk jdk) {
    jdk.stamped.unlockWrite(jdk.stamped.writeLock());
  }

  /** {@code StampedLock}. */
  @Benchmark
  @Group("stamped")
  @GroupThreads(1)
  public void stampedReader(Jdk jdk) {
    jdk.stamped.unlockRead(jdk.stamped.readLock());
  }

  /** {@code percpu_rw_semaphore}. */
  @Benchmark
  @Group("percpu")
  @GroupThreads(1)
  public void percpuWriter(Machinery.RunningActor running) {
    running.actor.percpu.downWrite();
    running.actor.percpu.upWrite();
  }

  /** {@code percpu_rw_semaphore}. */
  @Benchmark
  @Group("percpu")
  @GroupThreads(1)
  public void percpuReader(Machinery.RunningActor running) {
    running.actor.percpu.downRead();
    running.actor.percpu.upRead();
  }

  /** {@code srcu_struct}: one grace period after the other. */
  @Benchmark
  @Group("srcu")
  @GroupThreads(1)
  public void srcuWriter(Machinery.RunningActor running) {
    running.actor.srcu.synchronizeSrcu();
  }

  /** {@code srcu_struct}. */
  @Benchmark
  @Group("srcu")
  @GroupThreads(1)
  public void srcuReader(Machinery.RunningActor running) {
    running.actor.srcu.srcuReadUnlock(running.actor.srcu.srcuReadLock());
  }
}
