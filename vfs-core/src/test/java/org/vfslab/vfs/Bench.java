package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;
import org.vfslab.machine.Timer;

/**
 * A filesystem at /mnt on a small disk and a process, with mocks where other modules fill the
 * seams. {@link #run} checks that nothing is left over.
 */
final class Bench {
  static final DeviceConfig DISK = new DeviceConfig(4096, 8, new Latency.Fixed(1000));

  final Machine machine;
  final Lockdep lockdep;
  final BlockDevice disk;
  final SuperBlock sb;
  final WriteProtection protection = mock();
  final ModifyEvents events = mock();
  final SuperOperations operations = mock();
  final Barriers barriers = mock();
  final UserProcess process;

  /** What the bodies of tasks saw, in order. */
  final List<Object> seen = new ArrayList<>();

  /** Descriptors and an address for bodies that come in parts. */
  long fd;

  long direct;
  long memory;

  private final IrqLine clock;

  private Bench(Chance chance, DeviceConfig device, int blockBytes, boolean readOnly) {
    machine = Machine.deterministic(MachineConfig.DEFAULT, chance);
    lockdep = Lockdep.on(machine);
    disk = new BlockDevice(machine, "d", device);
    sb = new SuperBlock(lockdep, "/mnt", disk, operations, blockBytes, readOnly);
    sb.protectWritesBy(protection);
    sb.notifyBy(events);
    process = new UserProcess(lockdep, barriers);
    process.mount(sb);
    clock = machine.irqLine("clock", IrqLine.Kind.SOFT, machine.cpu(0));
  }

  static Bench of(DeviceConfig device, int blockBytes) {
    return new Bench(Schedules.first(), device, blockBytes, false);
  }

  /** With completions at any time that chance likes. */
  static Bench of(Chance chance, int blockBytes) {
    DeviceConfig any = new DeviceConfig(DISK.sectors(), DISK.queueDepth(), new Latency.Any());
    return new Bench(chance, any, blockBytes, false);
  }

  static Bench standard() {
    return of(DISK, 4096);
  }

  static Bench readOnly() {
    return new Bench(Schedules.first(), DISK, 4096, true);
  }

  Inode file(String path, long bytes) {
    Inode inode = sb.addFile(path, bytes);
    process.mount(sb);
    return inode;
  }

  /** Adds a task; tasks that do not sleep run one after the other. */
  Bench task(String name, Consumer<Bench> body) {
    machine.task(name, () -> body.accept(this));
    return this;
  }

  /** Sleeps until so much virtual time has passed, that is until everybody sleeps. */
  void sleepUntil(long timeNs) {
    Completion over = new Completion(machine, "sleep");
    new Timer(machine, clock, over::complete).start(timeNs - machine.nowNs());
    over.waitForCompletion();
  }

  /** Runs to the end: nobody hangs, nobody complains, and nothing is in flight. */
  Bench run() {
    RunResult result = machine.run();
    assertThat(machine.reports()).isEmpty();
    assertThat(result.hung()).extracting(task -> task + " waits for " + task.waitsFor()).isEmpty();
    assertThat(result.outcome()).isEqualTo(Outcome.DONE);
    assertThat(disk.inFlightNow(BioOp.READ) + disk.inFlightNow(BioOp.WRITE)).isZero();
    for (Inode inode : sb.inodes()) {
      assertThat(inode.dioCount().now()).isZero();
      assertThat(inode.iRwsem().countWord()).as("i_rwsem of %s", inode).isZero();
    }
    return this;
  }

  static byte[] bytes(int length, int value) {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) value);
    return data;
  }

  long open(String path, int flags) {
    return process.open(path, flags);
  }
}
