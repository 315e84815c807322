package org.vfslab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.DeviceConfig;
import org.vfslab.fsnotify.EventMask;
import org.vfslab.fsnotify.FanotifyEvent;
import org.vfslab.fsnotify.FanotifyFile;
import org.vfslab.lab.Lab;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.SuperBlock;

/** What it costs to tell groups of a write, and what the hooks cost when nobody listens. */
final class NotifySuite implements Suite {

  /** Who listens. */
  private enum Listening {
    NO_GROUP("no group on the machine"),
    ELSEWHERE("a group on another filesystem"),
    OTHER_FILE("a group on another file"),
    THIS_FILE("a group on the file");

    private final String words;

    Listening(String words) {
      this.words = words;
    }
  }

  @Override
  public String name() {
    return "notify";
  }

  @Override
  public String title() {
    return "events per second to 1, 10 and 100 groups; the hooks of a write";
  }

  @Override
  public void run(Session session) {
    session.heading("Writes of one byte to a cached page, live engine, each told to all groups");
    session.out().printf("%-8s %14s %16s %18s%n", "groups", "ns/write", "events/cpu-s", "ns/event");
    int writes = session.quick() ? 20_000 : 200_000;
    double alone = cpuNanos(0, writes);
    for (int groups : List.of(1, 10, 100)) {
      int fewer = Math.max(1_000, writes / groups);
      double nanos = cpuNanos(groups, fewer);
      double perEvent = (nanos - alone) / groups;
      session
          .out()
          .printf("%-8d %,14.0f %,16.0f %,18.0f%n", groups, nanos, groups * 1e9 / nanos, perEvent);
      session.figure("groups", groups, "nsPerWrite", nanos, "nsPerEvent", perEvent);
    }
    session.heading("The hooks of one write: steps on the deterministic engine, ns of CPU live");
    session.out().printf("%-32s %8s %12s%n", "who listens", "steps", "ns/write");
    for (Listening listening : Listening.values()) {
      long steps = steps(listening, 1) - steps(listening, 0);
      double nanos = cpuNanos(listening, writes);
      session.out().printf("%-32s %8d %,12.0f%n", listening.words, steps, nanos);
      session.figure("listening", listening.words, "steps", steps, "nsPerWrite", nanos);
    }
  }

  private static Lab lab(Machine machine) {
    Lab lab = new Lab(machine, Seams.UPSTREAM);
    for (String name : List.of("/mnt", "/other")) {
      SuperBlock sb = lab.mount(name, lab.disk(name, DeviceConfig.DEFAULT), 4096);
      lab.file(sb, name + "/a", 4096);
      lab.file(sb, name + "/b", 4096);
    }
    return lab;
  }

  private static FanotifyFile listen(Lab lab, String name, String path) {
    @Nullable FanotifyFile[] made = new FanotifyFile[1];
    int flags = FanotifyFile.FAN_NONBLOCK;
    FanotifyFile.init(lab.fsnotify(), lab.process(), name, flags, OpenFlags.O_RDONLY, made);
    FanotifyFile file = made[0];
    var inode = lab.process().lookUp(path);
    if (file == null || inode == null || file.markBeforeRun(0, EventMask.MODIFY, inode) < 0) {
      throw new BenchException("no mark on " + path);
    }
    return file;
  }

  private static void listen(Lab lab, Listening listening) {
    switch (listening) {
      case NO_GROUP -> {}
      case ELSEWHERE -> listen(lab, "g", "/other/a");
      case OTHER_FILE -> listen(lab, "g", "/mnt/b");
      case THIS_FILE -> listen(lab, "g", "/mnt/a");
    }
  }

  private static long steps(Listening listening, int writes) {
    Machine machine =
        Machine.deterministic(
            MachineConfig.DEFAULT.withGranularity(MachineConfig.Granularity.WORD), new FirstCome());
    Lab lab = lab(machine);
    listen(lab, listening);
    machine.task("writer", () -> write(lab, 1 + writes, List.of()));
    machine.run();
    return machine.steps();
  }

  private static double cpuNanos(Listening listening, int writes) {
    Lab lab = lab(Machine.live(MachineConfig.DEFAULT));
    listen(lab, listening);
    return measured(lab, writes, List.of());
  }

  private static double cpuNanos(int groups, int writes) {
    Lab lab = lab(Machine.live(MachineConfig.DEFAULT));
    List<FanotifyFile> files =
        IntStream.range(0, groups).mapToObj(i -> listen(lab, "g" + i, "/mnt/a")).toList();
    return measured(lab, writes, files);
  }

  private static double measured(Lab lab, int writes, List<FanotifyFile> readers) {
    double[] nanos = new double[1];
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    lab.machine()
        .task(
            "writer",
            () -> {
              write(lab, writes, readers);
              long before = threads.getCurrentThreadCpuTime();
              write(lab, writes, readers);
              nanos[0] = (threads.getCurrentThreadCpuTime() - before) / (double) writes;
            });
    lab.machine().run();
    return nanos[0];
  }

  private static void write(Lab lab, int writes, List<FanotifyFile> readers) {
    long fd = lab.process().open("/mnt/a", OpenFlags.O_RDWR);
    byte[] one = new byte[1];
    @Nullable FanotifyEvent[] into = new FanotifyEvent[1];
    for (int i = 0; i < writes; i++) {
      lab.process().pwrite(fd, one, 0);
      for (FanotifyFile reader : readers) {
        into[0] = null;
        reader.read(into);
        FanotifyEvent event = into[0];
        if (event != null) {
          lab.process().close(event.fd());
        }
      }
    }
    lab.process().close(fd);
  }
}
