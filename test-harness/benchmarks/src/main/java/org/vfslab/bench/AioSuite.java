package org.vfslab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How many aio writes a second the simulated machine completes, beside the real kernel. */
final class AioSuite implements Suite {

  private static final List<Integer> DEPTHS = List.of(1, 32, 128);
  private static final List<Integer> SUBMITTERS = List.of(1, 2);
  private static final double SECOND_NS = 1e9;
  private static final int SECONDS_MAX = 120;
  private static final long WARM_NS = 4_000_000_000L;
  private static final Pattern WRITE_IOPS = Pattern.compile("\"write\".*?\"iops\" : ([0-9.]+)");

  @Override
  public String name() {
    return "aio";
  }

  @Override
  public String title() {
    return "aio writes per second, and heap of 100,000 requests in flight";
  }

  @Override
  public void run(Session session) throws IOException, InterruptedException {
    session.heading(
        "Direct writes of 4 KiB by io_submit and io_getevents; on the deterministic engine a write"
            + " takes 10 us of virtual time");
    Table table =
        new Table("engine", "submitters", "depth", "writes/s", "ns/write", "writes/virtual s");
    double atDepthOne = 0;
    for (boolean live : new boolean[] {false, true}) {
      for (int submitters : SUBMITTERS) {
        for (int depth : DEPTHS) {
          double rate = simulated(session, table, live, submitters, depth);
          if (depth == 1 && submitters == 1) {
            atDepthOne = Math.max(atDepthOne, rate);
          }
        }
      }
    }
    session.print(table);
    kernel(session, atDepthOne);
    memory(session);
  }

  private static double simulated(
      Session session, Table table, boolean live, int submitters, int depth) {
    int writes = (session.quick() ? 10_000 : 100_000) / (live && depth == 1 ? 5 : 1);
    AioLoad load = new AioLoad(live, depth, submitters, writes);
    long warm = System.nanoTime() + (session.quick() ? WARM_NS / 4 : WARM_NS);
    while (System.nanoTime() < warm) {
      load.run();
    }
    long best = Long.MAX_VALUE;
    for (int i = 0; i < (session.quick() ? 3 : 5); i++) {
      best = Math.min(best, load.run());
    }
    double all = (double) writes * submitters;
    double rate = all * SECOND_NS / best;
    table.row(
        live ? "live" : "deterministic",
        String.valueOf(submitters),
        String.valueOf(depth),
        Figures.count(rate),
        Figures.nanos(best / all),
        live ? "" : Figures.count(all * SECOND_NS / load.virtualNanos()));
    session.figure(
        "engine", live ? "live" : "deterministic",
        "submitters", submitters,
        "depth", depth,
        "writesPerSecond", rate);
    return rate;
  }

  // ---- the real kernel

  private static void kernel(Session session, double atDepthOne)
      throws IOException, InterruptedException {
    session.heading("The real kernel: fio, libaio, on a loop device over a file in tmpfs");
    String missing = missing();
    if (missing != null) {
      session.out().println("left out: " + missing);
      session.figure("kernel", "left out", "because", missing);
      return;
    }
    Path file = Files.createTempFile(Path.of("/dev/shm"), "vfslab-bench", ".img");
    String loop = null;
    try {
      try (var channel =
          java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
        channel.write(java.nio.ByteBuffer.wrap(new byte[1]), (256L << 20) - 1);
      }
      ChildJvm.Outcome attached =
          ChildJvm.run(
              List.of("losetup", "--find", "--show", "--direct-io=off", file.toString()),
              SECONDS_MAX);
      if (attached.status() != 0) {
        session.out().println("left out: no loop device is to be had (" + first(attached) + ")");
        session.figure("kernel", "left out", "because", "no loop device");
        return;
      }
      loop = first(attached);
      measured(session, loop, atDepthOne);
    } finally {
      if (loop != null) {
        ChildJvm.run(List.of("losetup", "--detach", loop), SECONDS_MAX);
      }
      Files.deleteIfExists(file);
    }
  }

  private static String first(ChildJvm.Outcome outcome) {
    return outcome.lines().isEmpty() ? "status " + outcome.status() : outcome.lines().getFirst();
  }

  /** Why the kernel cannot be measured here, or null. */
  private static @Nullable String missing() {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
      return "this is no Linux";
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      return "only root can make a loop device";
    }
    for (String program : List.of("fio", "losetup")) {
      boolean found = false;
      for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
        found |= !folder.isEmpty() && Files.isExecutable(Path.of(folder, program));
      }
      if (!found) {
        return program + " is not installed";
      }
    }
    return Files.isDirectory(Path.of("/dev/shm")) ? null : "there is no /dev/shm";
  }

  private static void measured(Session session, String loop, double atDepthOne)
      throws IOException, InterruptedException {
    Table table = new Table("submitters", "depth", "writes/s");
    for (int submitters : SUBMITTERS) {
      for (int depth : DEPTHS) {
        ChildJvm.Outcome outcome =
            ChildJvm.run(
                List.of(
                    "fio",
                    "--name=vfslab",
                    "--filename=" + loop,
                    "--ioengine=libaio",
                    "--direct=1",
                    "--rw=write",
                    "--bs=4k",
                    "--iodepth=" + depth,
                    "--numjobs=" + submitters,
                    "--group_reporting",
                    "--time_based",
                    "--runtime=" + (session.quick() ? 2 : 10),
                    "--output-format=json"),
                SECONDS_MAX);
        Matcher found =
            Pattern.compile(WRITE_IOPS.pattern(), Pattern.DOTALL)
                .matcher(String.join("\n", outcome.lines()));
        if (outcome.status() != 0 || !found.find()) {
          session.out().println("left out: fio failed (" + first(outcome) + ")");
          return;
        }
        double rate = Double.parseDouble(found.group(1));
        table.row(String.valueOf(submitters), String.valueOf(depth), Figures.count(rate));
        session.figure(
            "engine", "kernel", "submitters", submitters, "depth", depth, "writesPerSecond", rate);
        if (submitters == 1 && depth == 1) {
          session.figure("what", "simulated to real at depth 1", "ratio", atDepthOne / rate);
        }
      }
    }
    session.print(table);
  }

  // ---- memory

  private static void memory(Session session) throws IOException, InterruptedException {
    session.heading(
        "100,000 requests of 4 KiB in flight, over 1,000 contexts and 100 files, in a JVM with"
            + " -Xmx1g");
    Table table = new Table("bytes written", "in flight", "heap MiB", "bytes each", "fits");
    for (String bytes : List.of("uniform", "random")) {
      ChildJvm.Outcome outcome =
          ChildJvm.run(
              List.of("-Xmx1g", "-XX:+UseSerialGC"), AioChild.class, List.of(bytes), SECONDS_MAX);
      Map<String, Long> seen = outcome.numbers();
      long used = seen.getOrDefault("used", 0L);
      long count = Math.max(1, seen.getOrDefault("requests", 0L));
      boolean fits = outcome.status() == 0 && used < 1L << 30;
      table.row(
          bytes.equals("uniform") ? "all the same" : "all different",
          Figures.count((double) seen.getOrDefault("requests", 0L)),
          Figures.mebibytes((double) used),
          Figures.count((double) seen.getOrDefault("bytes", 0L) / count),
          fits ? "yes" : "NO: " + outcome.complaint());
      session.figure("what", "in flight, " + bytes, "requests", count, "heap", used, "fits", fits);
    }
    session.print(table);
  }
}
