package org.vfslab.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.freeze.SbWriters;
import org.vfslab.freeze.SuperFreeze;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Report;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Timer;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.LabFs;
import org.vfslab.vfs.ModifyEvents;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;

/** One process with rings and two files of 16 KiB, on a disk that takes 1000 ns. */
final class RingBench {
  static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  final Machine machine;
  final Lockdep lockdep;
  final BlockDevice disk;
  final SuperBlock sb;
  final SbWriters writers;
  final SuperFreeze freeze;
  final ModifyEvents events = mock();
  final Inode inode;
  final UserProcess process;
  final IoUring uring;

  /** What the bodies of tasks saw, in order. */
  final List<Object> seen = new ArrayList<>();

  private final IrqLine clock;

  RingBench() {
    this(UringWriteHold.UPSTREAM);
  }

  RingBench(UringWriteHold hold) {
    this(
        hold,
        Machine.deterministic(MachineConfig.DEFAULT, new FirstCome()),
        new Latency.Fixed(1000));
  }

  RingBench(UringWriteHold hold, Machine machine, Latency latency) {
    this.machine = machine;
    lockdep = Lockdep.on(machine);
    disk = new BlockDevice(machine, "d", new DeviceConfig(1024, 8, latency));
    sb = new SuperBlock(lockdep, "/mnt", disk, LabFs.TYPE, 4096, false);
    writers = new SbWriters(lockdep, new Rcu(lockdep), sb);
    freeze = new SuperFreeze(sb, writers);
    sb.protectWritesBy(writers);
    sb.notifyBy(events);
    inode = sb.addFile("/mnt/a", 16384);
    sb.addFile("/mnt/b", 16384);
    process = new UserProcess(machine, mock());
    process.mount(sb);
    uring = new IoUring(lockdep, process, hold);
    clock = machine.irqLine("clock", IrqLine.Kind.SOFT, machine.cpu(0));
  }

  /** Adds a thread of the process; threads run one after the other as far as they do not sleep. */
  RingBench task(String name, Runnable body) {
    process.threadAdded();
    machine.task(
        name,
        () -> {
          body.run();
          process.threadExits();
        });
    return this;
  }

  long syscall(String name, java.util.function.LongSupplier call) {
    return machine.currentTask().syscall(name, call);
  }

  long open(String path, int flags) {
    return syscall("open", () -> process.open(path, flags));
  }

  IoRingCtx ring(int entries, int flags) {
    @Nullable IoRingCtx[] made = new IoRingCtx[1];
    assertThat(syscall("io_uring_setup", () -> uring.setup(entries, flags, made))).isZero();
    return Objects.requireNonNull(made[0]);
  }

  static Sqe write(long data, long fd, int bytes, long offset) {
    byte[] buffer = new byte[bytes];
    Arrays.fill(buffer, (byte) data);
    return Sqe.of(Sqe.Opcode.WRITE, fd, buffer, offset, data);
  }

  static Sqe read(long data, long fd, byte[] into, long offset) {
    return Sqe.of(Sqe.Opcode.READ, fd, into, offset, data);
  }

  static Sqe nop(long data) {
    return Sqe.of(Sqe.Opcode.NOP, -1, new byte[0], 0, data);
  }

  static Sqe fsync(long data, long fd) {
    return Sqe.of(Sqe.Opcode.FSYNC, fd, new byte[0], 0, data);
  }

  /** Puts them into the ring, which has room. */
  void prepare(IoRingCtx ring, Sqe... sqes) {
    for (Sqe sqe : sqes) {
      assertThat(uring.prepare(ring, sqe)).isTrue();
    }
  }

  long enter(IoRingCtx ring, long toSubmit, long min) {
    return syscall("io_uring_enter", () -> uring.enter(ring, toSubmit, min));
  }

  /** Submits all, waits for as many completions, and takes what is there as data:result. */
  String submitted(IoRingCtx ring, int completions, Sqe... sqes) {
    prepare(ring, sqes);
    return enter(ring, sqes.length, completions) + taken(ring);
  }

  /** What is in the ring, as data:result. */
  String taken(IoRingCtx ring) {
    StringBuilder line = new StringBuilder();
    Cqe cqe = uring.takeCqe(ring);
    while (cqe != null) {
      line.append(' ').append(cqe.userData()).append(':').append(text(cqe.res()));
      cqe = uring.takeCqe(ring);
    }
    return line.toString();
  }

  static String text(long result) {
    return result < 0 ? Errno.name(-result) : String.valueOf(result);
  }

  void sleepUntil(long timeNs) {
    Completion over = new Completion(machine, "sleep");
    new Timer(machine, clock, over::complete).start(timeNs - machine.nowNs());
    over.waitForCompletion();
  }

  /** Runs to the end; nothing may be left over. */
  RingBench run() {
    RunResult result = machine.run();
    assertThat(machine.reports()).extracting(Report::text).isEmpty();
    assertThat(result.hung()).extracting(task -> task + " waits for " + task.waitsFor()).isEmpty();
    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.DONE);
    assertThat(uring.rings())
        .allSatisfy(ring -> assertThat(ring.requestsNow()).as("requests").isZero());
    assertThat(disk.leak()).isNull();
    assertThat(inode.dioCount().now()).isZero();
    assertThat(writers.writers(FreezeLevel.WRITE)).as("inside protection").isZero();
    assertThat(inode.iRwsem().countWord()).isZero();
    return this;
  }
}
