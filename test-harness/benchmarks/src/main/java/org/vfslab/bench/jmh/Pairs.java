package org.vfslab.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Our locks: taken and given back, with nothing in between. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Pairs {

  /** {@code spin_lock}, {@code spin_unlock}. */
  @Benchmark
  public void spinLock(Machinery.Actor actor) {
    actor.spin.lock();
    actor.spin.unlock();
  }

  /** {@code down_read}, {@code up_read}. */
  @Benchmark
  public void rwsemRead(Machinery.Actor actor) {
    actor.rwsem.downRead();
    actor.rwsem.upRead();
  }

  /** {@code down_write}, {@code up_write}. */
  @Benchmark
  public void rwsemWrite(Machinery.Actor actor) {
    actor.rwsem.downWrite();
    actor.rwsem.upWrite();
  }

  /** {@code percpu_down_read}, {@code percpu_up_read}. */
  @Benchmark
  public void percpuRead(Machinery.Actor actor) {
    actor.percpu.downRead();
    actor.percpu.upRead();
  }

  /** {@code srcu_read_lock}, {@code srcu_read_unlock}. */
  @Benchmark
  public void srcuRead(Machinery.Actor actor) {
    actor.srcu.srcuReadUnlock(actor.srcu.srcuReadLock());
  }

  /** {@code srcu_down_read}, {@code srcu_up_read}. */
  @Benchmark
  public void srcuDownRead(Machinery.Actor actor) {
    actor.srcu.srcuUpRead(actor.srcu.srcuDownRead());
  }

  /** {@code mutex_lock}, {@code mutex_unlock}. */
  @Benchmark
  public void mutexWrite(Machinery.Actor actor) {
    actor.mutex.lock();
    actor.mutex.unlock();
  }
}
