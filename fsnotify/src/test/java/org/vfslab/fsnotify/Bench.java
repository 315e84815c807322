package org.vfslab.fsnotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.vfs.Barriers;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.LabFs;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;
import org.vfslab.vfs.WriteProtection;

/** A filesystem with two files, listeners on it, and tasks that run one after the other. */
class Bench {
  final Machine machine = Machine.deterministic(MachineConfig.DEFAULT, new FirstCome());
  final Lockdep lockdep = Lockdep.on(machine);
  final WriteProtection protection = mock();
  final SuperBlock sb =
      new SuperBlock(
          lockdep,
          "/mnt",
          new BlockDevice(machine, "d", DeviceConfig.DEFAULT),
          LabFs.TYPE,
          4096,
          false);
  final Fsnotify fsnotify = new Fsnotify(lockdep, new Rcu(lockdep));
  final UserProcess process = new UserProcess(lockdep, mock(Barriers.class));
  final Inode a = sb.addFile("/mnt/a", 8192);
  final Inode b = sb.addFile("/mnt/b", 8192);
  final List<Object> seen = new ArrayList<>();

  Bench() {
    when(protection.writeStarted(any())).thenReturn(LockState.NOT_HELD);
    sb.protectWritesBy(protection);
    sb.notifyBy(fsnotify);
    process.mount(sb);
  }

  /** A group with one mark that does not block when it has no event. */
  FanotifyFile group(String name, int flags, String path, int mask) {
    @Nullable FanotifyFile[] made = new FanotifyFile[1];
    int error =
        FanotifyFile.init(
            fsnotify, process, name, flags | FanotifyFile.FAN_NONBLOCK, OpenFlags.O_RDWR, made);
    assertThat(error).isZero();
    FanotifyFile file = Objects.requireNonNull(made[0]);
    assertThat(file.markBeforeRun(0, mask, Objects.requireNonNull(process.lookUp(path)))).isZero();
    return file;
  }

  void run(Runnable body) {
    machine.task("t", body);
    run();
  }

  void run() {
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
  }

  long open(String path) {
    return process.open(path, OpenFlags.O_RDWR);
  }

  /** Reads one event, or null if there is none. */
  static @Nullable FanotifyEvent read(FanotifyFile group) {
    @Nullable FanotifyEvent[] into = new FanotifyEvent[1];
    group.read(into);
    return into[0];
  }

  /** All events: what, and the name of the entry or of the file. */
  List<String> drain(FanotifyFile group) {
    List<String> events = new ArrayList<>();
    for (FanotifyEvent event = read(group); event != null; event = read(group)) {
      Inode object = event.object();
      String path = object == null ? "" : object.name();
      String name =
          event.name().isEmpty() ? path.substring(path.lastIndexOf('/') + 1) : event.name();
      events.add(EventMask.name(event.mask()) + " " + name);
      if (event.fd() >= 0) {
        process.close(event.fd());
      }
    }
    return events;
  }
}
