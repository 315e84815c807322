package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
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
import org.vfslab.machine.Task;
import org.vfslab.machine.Timer;
import org.vfslab.vfs.File;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.LabFs;
import org.vfslab.vfs.ModifyEvents;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;
import org.vfslab.vfs.WriteProtection;

/** One process with aio and a file of 16 KiB at /mnt/a, on a disk that takes 1000 ns. */
final class Bench {
  static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  final Machine machine = Machine.deterministic(MachineConfig.DEFAULT, new FirstCome());
  final Lockdep lockdep = Lockdep.on(machine);
  final BlockDevice disk =
      new BlockDevice(machine, "d", new DeviceConfig(1024, 8, new Latency.Fixed(1000)));
  final SuperBlock sb = new SuperBlock(lockdep, "/mnt", disk, LabFs.TYPE, 4096, false);
  final WriteProtection protection = mock();
  final ModifyEvents events = mock();
  final WriteHold hold = mock();
  final Inode inode = sb.addFile("/mnt/a", 16384);
  final UserProcess process = new UserProcess(machine, mock());
  final Rcu rcu = new Rcu(lockdep);
  final Aio aio;
  final KioContext context;

  /** What the bodies of tasks saw, in order. */
  final List<Object> seen = new ArrayList<>();

  private final IrqLine clock = machine.irqLine("clock", IrqLine.Kind.SOFT, machine.cpu(0));
  private final int slots;

  Bench() {
    this(16);
  }

  Bench(int slots) {
    this(slots, EventWakeups.WHOM_IT_IS_ENOUGH_FOR);
  }

  Bench(int slots, EventWakeups wakeups) {
    this.slots = slots;
    aio = new Aio(lockdep, process, rcu, hold, AioForm.UPSTREAM.withWakeups(wakeups));
    context = aio.context("w", slots);
    sb.protectWritesBy(protection);
    sb.notifyBy(events);
    process.mount(sb);
  }

  /** Adds a thread of the process; threads run one after the other as far as they do not sleep. */
  Bench task(String name, Runnable body) {
    process.threadAdded();
    machine.task(
        name,
        () -> {
          body.run();
          process.threadExits();
        });
    return this;
  }

  void sleepUntil(long timeNs) {
    Completion over = new Completion(machine, "sleep");
    new Timer(machine, clock, over::complete).start(timeNs - machine.nowNs());
    over.waitForCompletion();
  }

  long open(int flags) {
    return process.open("/mnt/a", flags);
  }

  File file(long fd) {
    File file = process.fget(fd);
    if (file == null) {
      throw new IllegalStateException("fd " + fd);
    }
    file.put();
    return file;
  }

  static Iocb write(long data, long fd, int length, long offset) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) data);
    return new Iocb(data, Iocb.Opcode.PWRITE, fd, bytes, offset);
  }

  static Iocb read(long data, long fd, byte[] buffer, long offset) {
    return new Iocb(data, Iocb.Opcode.PREAD, fd, buffer, offset);
  }

  /** Submits and notes the result. */
  void submit(Iocb... iocbs) {
    seen.add(text(aio.ioSubmit(context, List.of(iocbs))));
  }

  /** Reaps and notes the events as data:result, or the errno. */
  void reap(int min, int max) {
    List<IoEvent> into = new ArrayList<>();
    long count = aio.ioGetevents(context, min, max, into);
    StringBuilder line = new StringBuilder(text(count));
    into.forEach(
        event -> line.append(' ').append(event.data()).append(':').append(text(event.res())));
    seen.add(line.toString());
  }

  static String text(long result) {
    return result < 0 ? Errno.name(-result) : String.valueOf(result);
  }

  Task named(String name) {
    return machine.tasks().stream()
        .filter(task -> task.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  /** Runs to the end; nothing may be left over. */
  Bench run() {
    RunResult result = machine.run();
    assertThat(machine.reports()).extracting(Report::text).isEmpty();
    assertThat(result.hung()).extracting(task -> task + " waits for " + task.waitsFor()).isEmpty();
    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.DONE);
    assertThat(aio.leakNow()).isNull();
    assertThat(process.leakNow()).isNull();
    assertThat(context.requestsNow()).as("requests").isZero();
    assertThat(disk.inFlightNow(BioOp.READ) + disk.inFlightNow(BioOp.WRITE)).isZero();
    assertThat(inode.dioCount().now()).isZero();
    assertThat(context.slotsNow()).as("slots").isBetween(0L, (long) slots);
    return this;
  }

  /** {@link #run}, and every event was read. */
  Bench runAndReap() {
    run();
    assertThat(context.slotsNow()).as("slots").isEqualTo(slots);
    return this;
  }
}
