package org.vfslab.torture;

import java.util.List;
import java.util.Optional;

/** All locks that can be tortured. */
public final class Tortures {

  /** In the order in which they are listed. */
  public static final List<Torture> ALL = List.of(new RwsemTorture(true), new RwsemTorture(false));

  private Tortures() {}

  /** The torture with this name. */
  public static Optional<Torture> find(String name) {
    return ALL.stream().filter(torture -> torture.name().equals(name)).findFirst();
  }

  /** The names of all. */
  public static List<String> names() {
    return ALL.stream().map(Torture::name).toList();
  }
}
