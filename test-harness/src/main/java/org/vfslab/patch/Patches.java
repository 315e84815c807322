package org.vfslab.patch;

import java.util.List;
import java.util.Optional;
import org.vfslab.aio.BrokenPre410AioFreeze;

/** All patches that there are. */
public final class Patches {

  /** The state before Linux 4.10. */
  public static final Patch PRE_4_10_AIO_FREEZE =
      new Patch(
          "pre-4.10-aio-freeze",
          "freeze protection of an aio write ends when its submission returns",
          "repaired by commit 70fe2f48152e, \"aio: fix freeze protection of aio writes\" (Linux"
              + " 4.10)",
          "a frozen filesystem can be written by requests that were in flight",
          seams -> seams.withWriteHold(new BrokenPre410AioFreeze()));

  /** In the order in which they are listed. */
  public static final List<Patch> ALL = List.of(PRE_4_10_AIO_FREEZE);

  private Patches() {}

  /** The patch with this name. */
  public static Optional<Patch> find(String name) {
    return ALL.stream().filter(patch -> patch.name().equals(name)).findFirst();
  }

  /** The names of all patches. */
  public static List<String> names() {
    return ALL.stream().map(Patch::name).toList();
  }

  /** Mainline with {@code patches} applied, in their order. */
  public static Seams apply(List<Patch> patches) {
    Seams seams = Seams.UPSTREAM;
    for (Patch patch : patches) {
      seams = patch.change().apply(seams);
    }
    return seams;
  }
}
