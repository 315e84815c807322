package org.vfslab.litmus;

import java.util.Map;
import java.util.TreeMap;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.UserProcess;

/** The names of numbers that litmus files know. */
final class Constants {

  static final long SIGKILL = 9;

  static final Map<String, Long> ALL = all();

  private Constants() {}

  private static Map<String, Long> all() {
    Map<String, Long> names = new TreeMap<>();
    names.put("O_RDONLY", (long) OpenFlags.O_RDONLY);
    names.put("O_WRONLY", (long) OpenFlags.O_WRONLY);
    names.put("O_RDWR", (long) OpenFlags.O_RDWR);
    names.put("O_DIRECT", (long) OpenFlags.O_DIRECT);
    names.put("FIFREEZE", UserProcess.FIFREEZE);
    names.put("FITHAW", UserProcess.FITHAW);
    names.put("SIGKILL", SIGKILL);
    names.put("SIGUSR1", 10L);
    for (int errno = 1; errno < 134; errno++) {
      String name = Errno.name(errno);
      if (!name.startsWith("errno")) {
        names.put(name, (long) errno);
      }
    }
    return Map.copyOf(names);
  }
}
