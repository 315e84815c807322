package org.vfslab.litmus;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.litmus.syntax.Setting;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.litmus.syntax.Unit;
import org.vfslab.machine.MachineConfig;

/** What the braces of declarations say: machines, filesystems; disks are {@link DiskSettings}. */
final class Settings {
  private static final List<String> FILESYSTEM =
      List.of("block", "journal", "dirty_writeback", "dirty_expire");

  /** {@code dirty_expire_centisecs}, as the kernel has it. */
  private static final long DIRTY_EXPIRE_NS = 30_000_000_000L;

  private static final String HANDED_OVER = "handed_over";

  private final Scope scope;

  Settings(Scope scope) {
    this.scope = scope;
  }

  MachineConfig machine(List<Setting> settings, MachineConfig defaults) {
    MachineConfig config = defaults;
    for (Setting setting : distinct(settings, List.of("cpus", "spin_on_owner", HANDED_OVER))) {
      config =
          switch (setting.key()) {
            case "cpus" -> config.withCpus((int) number(setting, 1, MachineConfig.CPUS_MAX));
            case "spin_on_owner" -> config.withSpinOnOwner(isOn(setting));
            default -> config;
          };
    }
    return config;
  }

  /** The classes of locks whose holds are handed over, as lockdep is to know them. */
  List<String> handedOver(List<Setting> settings) {
    for (Setting setting : settings) {
      if (setting.key().equals(HANDED_OVER)) {
        if (setting.value() instanceof Setting.Text text && !text.value().isBlank()) {
          return List.of(text.value().trim().split("\\s+"));
        }
        throw scope.error(
            setting.value().position(),
            "'handed_over' is a string with the names of lock classes, such as \"i_rwsem\"");
      }
    }
    return List.of();
  }

  private boolean isOn(Setting setting) {
    if (setting.value() instanceof Setting.Choice choice && choice.arguments().isEmpty()) {
      if (choice.word().equals("on")) {
        return true;
      }
      if (choice.word().equals("off")) {
        return false;
      }
    }
    throw scope.error(setting.value().position(), "'" + setting.key() + "' is 'on' or 'off'");
  }

  /**
   * What a filesystem is like.
   *
   * @param writebackNs how often a flusher looks for old dirty data, or 0: there is none
   * @param expireNs how old that is
   */
  record Filesystem(int blockBytes, boolean journalled, long writebackNs, long expireNs) {}

  Filesystem filesystem(List<Setting> settings) {
    int block = 4096;
    boolean journalled = false;
    long writebackNs = 0;
    long expireNs = DIRTY_EXPIRE_NS;
    for (Setting setting : distinct(settings, FILESYSTEM)) {
      switch (setting.key()) {
        case "journal" -> journalled = isOn(setting);
        case "dirty_writeback" -> writebackNs = time(setting);
        case "dirty_expire" -> expireNs = time(setting);
        default -> {
          block = (int) size(setting, 512, 4096);
          if (Integer.bitCount(block) != 1) {
            throw scope.error(
                setting.value().position(), "a block is 512, 1k, 2k or 4k bytes, not " + block);
          }
        }
      }
    }
    return new Filesystem(block, journalled, writebackNs, expireNs);
  }

  private long time(Setting setting) {
    if (setting.value() instanceof Setting.Quantity quantity) {
      return time(quantity.number());
    }
    throw scope.error(
        setting.value().position(), "'" + setting.key() + "' is a time such as 5s, or 0");
  }

  /** A time in nanoseconds. */
  long time(Expression.IntegerLiteral literal) {
    if (literal.unit().isSize() || (literal.unit() == Unit.NONE && literal.value() != 0)) {
      throw scope.error(literal.position(), "a time needs one of the units ns, us, ms and s");
    }
    return literal.scaled();
  }

  /** A number of bytes between bounds. */
  long size(Setting setting, long min, long max) {
    return quantity(setting, min, max, true);
  }

  /** A number between bounds. */
  long number(Setting setting, long min, long max) {
    return quantity(setting, min, max, false);
  }

  private long quantity(Setting setting, long min, long max, boolean sizes) {
    if (!(setting.value() instanceof Setting.Quantity quantity)
        || quantity.number().unit().isTime()
        || (!sizes && quantity.number().unit().isSize())) {
      throw scope.error(
          setting.value().position(),
          "'" + setting.key() + "' is a " + (sizes ? "size such as 4k" : "number"));
    }
    long value = quantity.number().scaled();
    if (value < min || value > max) {
      throw scope.error(
          setting.value().position(),
          "'" + setting.key() + "' is from " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  /** The settings, all of which are known and set once. */
  List<Setting> distinct(List<Setting> settings, List<String> known) {
    Set<String> seen = new HashSet<>();
    for (Setting setting : settings) {
      if (!known.contains(setting.key())) {
        throw scope.error(
            setting.position(),
            "'"
                + setting.key()
                + "' cannot be set here; "
                + Spelling.hint(setting.key(), known, "known are " + String.join(", ", known)));
      }
      if (!seen.add(setting.key())) {
        throw scope.error(setting.position(), "'" + setting.key() + "' is set twice");
      }
    }
    return settings;
  }
}
