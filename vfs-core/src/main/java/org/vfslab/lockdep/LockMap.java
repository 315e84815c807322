package org.vfslab.lockdep;

/**
 * What the validator knows a lock by: the kernel's {@code lockdep_map}.
 *
 * @param instance a number that tells this lock from others, the same in every run
 * @param name the name of its class
 */
public record LockMap(int instance, String name) {

  /** The made-up address under which reports show the lock. */
  String address() {
    return String.format("%016x", 0xffff888100000000L + 64L * instance);
  }
}
