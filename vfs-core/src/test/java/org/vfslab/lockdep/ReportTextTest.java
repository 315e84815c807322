package org.vfslab.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.machine.IrqLine.Kind;
import org.vfslab.memory.KernelObject;

/**
 * Is each report the kernel's, line by line?
 *
 * <p>The expected texts are files beside this class, with addresses masked. To write them anew, set
 * the system property {@code golden.write} to their folder, and read the diff.
 */
final class ReportTextTest {

  private static final Map<String, Consumer<Scene>> SCENES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("recursive", scene -> scene.call("rename", () -> twoOfOneClass(scene))),
              Map.entry("circular", ReportTextTest::circle),
              Map.entry("circular-direct", ReportTextTest::abba),
              Map.entry("inconsistent", ReportTextTest::inconsistent),
              Map.entry("bad-irq-order", ReportTextTest::badIrqOrder),
              Map.entry("irq-inversion-forwards", ReportTextTest::inversionForwards),
              Map.entry("irq-inversion-backwards", ReportTextTest::inversionBackwards),
              Map.entry(
                  "bad-unlock-balance",
                  scene ->
                      scene.call(
                          "write",
                          () -> {
                            scene.write(scene.a);
                            scene.release(scene.b);
                          })),
              Map.entry("user-return", scene -> scene.call("write", () -> scene.write(scene.a))),
              Map.entry("exit", scene -> scene.read(scene.a)),
              Map.entry("freed", ReportTextTest::freed),
              Map.entry(
                  "nest-lock-not-held",
                  scene ->
                      scene.lockdep.acquire(
                          scene.a, 0, false, Mode.WRITE, true, scene.b, "lock_nest")),
              Map.entry(
                  "wait-context",
                  scene -> {
                    scene.write(scene.a);
                    scene.write(scene.lockdep.register("mutex"));
                  }),
              Map.entry(
                  "bad-contention",
                  scene -> {
                    scene.lockdep.recordLockStat(true);
                    scene.write(scene.a);
                    scene.lockdep.contended(scene.b, "lock_B");
                  }),
              Map.entry(
                  "rcu",
                  scene -> {
                    scene.write(scene.a);
                    scene.lockdep.suspiciousRcu("kernel/rcu/tree.c:1", "Illegal synchronize_rcu()");
                  })));

  private static void twoOfOneClass(Scene scene) {
    LockMap parent = scene.lockdep.register("inode");
    LockMap child = scene.lockdep.register("inode");
    scene.write(parent);
    scene.write(child);
  }

  private static void circle(Scene scene) {
    scene.call("open", () -> scene.nested(scene.a, scene.b));
    scene.call("read", () -> scene.nested(scene.b, scene.c));
    scene.call(
        "write",
        () -> {
          scene.read(scene.c);
          scene.read(scene.a);
          scene.release(scene.a, scene.c);
        });
  }

  private static void abba(Scene scene) {
    scene.nested(scene.a, scene.b);
    scene.nested(scene.b, scene.a);
  }

  private static void inconsistent(Scene scene) {
    scene.call("write", () -> scene.nested(scene.a));
    scene.machine.current().localIrqSave();
    scene.machine.current().localIrqRestore();
    scene.inInterrupt(Kind.HARD, () -> scene.nested(scene.a));
  }

  private static void badIrqOrder(Scene scene) {
    scene.inInterrupt(Kind.SOFT, () -> scene.nested(scene.a));
    scene.irqsOff(() -> scene.nested(scene.a, scene.b));
    scene.nested(scene.c);
    scene.irqsOff(() -> scene.nested(scene.b, scene.c));
  }

  private static void inversionForwards(Scene scene) {
    scene.irqsOff(() -> scene.nested(scene.a, scene.b));
    scene.nested(scene.b);
    scene.inInterrupt(Kind.HARD, () -> scene.nested(scene.a));
  }

  private static void inversionBackwards(Scene scene) {
    scene.irqsOff(() -> scene.nested(scene.a, scene.b));
    scene.irqsOff(() -> scene.nested(scene.b, scene.c));
    scene.inInterrupt(Kind.HARD, () -> scene.nested(scene.a));
    scene.nested(scene.c);
  }

  private static void freed(Scene scene) {
    KernelObject object = new KernelObject(scene.machine, "object");
    scene.lockdep.livesIn(scene.b, object);
    scene.write(scene.a);
    scene.write(scene.b);
    object.kfree();
    scene.release(scene.b, scene.a);
  }

  static List<String> names() {
    return List.copyOf(SCENES.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void report_hasTheKernelsLayout(String name) throws IOException {
    String text =
        Scene.reports(Objects.requireNonNull(SCENES.get(name)))
                .getFirst()
                .text()
                .replaceAll("ffff[0-9a-f]{12}", "<address>")
            + "\n";
    String folder = System.getProperty("golden.write");
    if (folder != null) {
      Files.writeString(Path.of(folder, name + ".txt"), text);
    }
    assertThat(text).isEqualTo(expected(name + ".txt"));
  }

  private static String expected(String name) throws IOException {
    try (InputStream file = ReportTextTest.class.getResourceAsStream(name)) {
      return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
