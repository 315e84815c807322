package org.vfslab.torture;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All locks that can be tortured. */
public final class Tortures {

  /** Those that must survive, in the order in which they are listed. */
  public static final List<Torture> ALL =
      List.of(
          new SpinLockTorture(false),
          new SpinLockTorture(true),
          new RwLockTorture(),
          new MutexTorture(true),
          new MutexTorture(false),
          new SemaphoreTorture(),
          new BitLockTorture(),
          new RwsemTorture(true),
          new RwsemTorture(false),
          new PercpuRwsemTorture(),
          new RcuTorture(
              "rcu", "RCU: readers that do not sleep, synchronize_rcu, call_rcu", RcuOps::rcu),
          new RcuTorture(
              "srcu",
              "SRCU: srcu_read_lock, srcu_down_read ended by an interrupt, waits of all sorts,"
                  + " call_srcu, srcu_barrier",
              RcuOps::srcu),
          new RcuTorture("srcu-fast", "the same with srcu_read_lock_fast", RcuOps::srcuFast),
          new RcuTorture(
              "srcu-fast-updown",
              "the same with srcu_down_read_fast, also ended by an interrupt",
              RcuOps::srcuFastUpdown),
          new PercpuRefTorture(),
          new DelegatedReadLockTorture());

  /** Those that must fail, to see what that looks like; listed behind the others. */
  public static final List<Torture> BROKEN =
      List.of(
          new LockBusted(),
          new RcuTorture(
              "rcu-busted",
              "RCU that waits for nobody, to see what a failure looks like",
              RcuOps::busted));

  private Tortures() {}

  /** All of both. */
  public static List<Torture> listed() {
    return Stream.concat(ALL.stream(), BROKEN.stream()).toList();
  }

  /** The torture with this name. */
  public static Optional<Torture> find(String name) {
    return listed().stream().filter(torture -> torture.name().equals(name)).findFirst();
  }

  /** The names of all. */
  public static List<String> names() {
    return listed().stream().map(Torture::name).toList();
  }
}
