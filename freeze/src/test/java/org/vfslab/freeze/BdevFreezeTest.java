package org.vfslab.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.vfslab.machine.Errno;

/** Freezing through the device, for suspend, and the emergency thaw. */
final class BdevFreezeTest {

  private final Bench bench = new Bench();
  private final BdevFreeze device = new BdevFreeze(bench.lockdep, bench.sb.device());
  private final AllFilesystems all = new AllFilesystems(bench.machine);

  BdevFreezeTest() {
    device.holder(bench.freezer);
    all.add(bench.freezer, device, false);
  }

  private long call(String name, java.util.function.LongSupplier body) {
    long result = bench.machine.currentTask().syscall(name, body);
    bench.seen.add(name + " " + result + " " + bench.writers.now());
    return result;
  }

  @Test
  void device_freezesOnce_andThawsWithTheLast() {
    bench
        .task(
            "dm",
            () -> {
              call("freeze", device::freezeBdev);
              call("freeze", device::freezeBdev);
              call("thaw", device::thawBdev);
              bench.seen.add("mount refused: " + device.refusesMount());
              call("thaw", device::thawBdev);
              call("thaw", device::thawBdev);
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "freeze 0 COMPLETE",
            "freeze 0 COMPLETE",
            "thaw 0 COMPLETE",
            "mount refused: true",
            "thaw 0 UNFROZEN",
            "thaw -22 UNFROZEN");
    assertThat(device.countNow()).isZero();
  }

  @Test
  void device_nestsWithAFreezeByIoctl() {
    bench
        .task(
            "t",
            () -> {
              call("ioctl", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE));
              call("device", device::freezeBdev);
              call("thaw ioctl", () -> bench.freezer.thawSuper(FreezeRequest.USERSPACE));
              call("thaw device", device::thawBdev);
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "ioctl 0 COMPLETE",
            "device 0 COMPLETE",
            "thaw ioctl 0 COMPLETE",
            "thaw device 0 UNFROZEN");
  }

  @Test
  void freezeThatFails_doesNotCount() {
    when(bench.operations.freezeFs(bench.sb)).thenReturn(-Errno.EIO).thenReturn(0);
    bench
        .task(
            "t",
            () -> {
              call("freeze", device::freezeBdev);
              call("thaw", device::thawBdev);
              call("freeze", device::freezeBdev);
              call("thaw", device::thawBdev);
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "freeze -5 UNFROZEN", "thaw -22 UNFROZEN", "freeze 0 COMPLETE", "thaw 0 UNFROZEN");
  }

  @Test
  void thawThatFails_leavesItFrozen() {
    when(bench.operations.unfreezeFs(bench.sb)).thenReturn(-Errno.EIO).thenReturn(0);
    bench
        .task(
            "t",
            () -> {
              call("freeze", device::freezeBdev);
              call("thaw", device::thawBdev);
              call("thaw", device::thawBdev);
            })
        .run();
    assertThat(bench.seen)
        .containsExactly("freeze 0 COMPLETE", "thaw -5 COMPLETE", "thaw 0 UNFROZEN");
  }

  @Test
  void suspend_ownsItsFreeze_andOnlyAsksWhoWantsIt() {
    bench
        .task(
            "suspend",
            () -> {
              all.filesystemsFreeze(false);
              bench.seen.add("some " + bench.writers.now());
              all.filesystemsFreeze(true);
              bench.seen.add("all " + bench.writers.now());
              call("thaw", () -> bench.freezer.thawSuper(FreezeRequest.KERNEL));
              all.filesystemsThaw();
              bench.seen.add("thawed " + bench.writers.now());
            })
        .run();
    assertThat(bench.seen)
        .containsExactly("some UNFROZEN", "all COMPLETE", "thaw -22 COMPLETE", "thawed UNFROZEN");
  }

  @Test
  void emergencyThaw_takesBackWhatUserSpaceAndDevicesFroze() {
    bench
        .task(
            "t",
            () -> {
              call("ioctl", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE));
              call("device", device::freezeBdev);
              call("device", device::freezeBdev);
              all.emergencyThawAll();
            })
        .callAt(1000, "look", () -> bench.writers.now().value())
        .run();
    assertThat(bench.seen).last().isEqualTo("look = 0");
    assertThat(device.countNow()).isZero();
  }

  @Test
  void emergencyThaw_leavesAFreezeOfTheKernel() {
    bench
        .task(
            "t",
            () -> {
              call("kernel", () -> bench.freezer.freezeSuper(FreezeRequest.KERNEL));
              all.emergencyThawAll();
            })
        .callAt(1000, "look", () -> bench.writers.now().value())
        .callAt(2000, "thaw", () -> bench.freezer.thawSuper(FreezeRequest.KERNEL))
        .run();
    assertThat(bench.seen).containsExactly("kernel 0 COMPLETE", "look = 4", "thaw = 0");
  }
}
