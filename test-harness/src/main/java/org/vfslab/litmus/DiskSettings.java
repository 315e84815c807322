package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Fault;
import org.vfslab.block.FaultAttr;
import org.vfslab.block.FaultPlan;
import org.vfslab.block.Latency;
import org.vfslab.litmus.syntax.Position;
import org.vfslab.litmus.syntax.Setting;

/** What the braces of a disk say. */
final class DiskSettings {
  private static final int CPUS_MAX = 64;

  private static final List<String> KNOWN =
      List.of(
          "latency",
          "queue_depth",
          "queues",
          "irq_cpu",
          "completion",
          "cache",
          "atomic",
          "max_request",
          "timeout",
          "on_timeout",
          "fault",
          "fail_make_request",
          "fail_io_timeout",
          "size",
          "sector");

  private final Scope scope;
  private final Settings settings;

  DiskSettings(Scope scope, Settings settings) {
    this.scope = scope;
    this.settings = settings;
  }

  /** The table of a mapped device, or null if this is a disk. */
  Setting.@Nullable Text table(List<Setting> all) {
    for (Setting setting : all) {
      if (setting.key().equals("table")) {
        if (all.size() > 1) {
          throw scope.error(
              setting.position(), "a disk with a table has its other properties from those below");
        }
        return text(setting, "a table is a string such as \"0 128 linear d 0\"");
      }
    }
    return null;
  }

  DeviceConfig disk(List<Setting> all) {
    DeviceConfig config = DeviceConfig.DEFAULT;
    for (Setting setting : settings.distinct(all, KNOWN)) {
      config = with(config, setting);
    }
    return config;
  }

  private DeviceConfig with(DeviceConfig config, Setting setting) {
    return switch (setting.key()) {
      case "latency" -> config.withLatency(latency(setting));
      case "queue_depth" ->
          config.withQueueDepth((int) settings.number(setting, 1, DeviceConfig.QUEUE_DEPTH_MAX));
      case "queues" ->
          config.withQueues((int) settings.number(setting, 1, DeviceConfig.QUEUES_MAX));
      case "irq_cpu" -> config.withIrqCpu((int) settings.number(setting, 0, CPUS_MAX - 1));
      case "completion" -> config.withCompletion(one(setting, DeviceConfig.Completion.values()));
      case "cache" -> cache(config, setting);
      case "atomic" -> config.withAtomicSectors(sectors(setting));
      case "max_request" -> config.withSectorsMax(sectors(setting));
      case "timeout" -> config.withTimeout(timeout(setting), config.onTimeout());
      case "on_timeout" -> config.withOnTimeout(one(setting, DeviceConfig.OnTimeout.values()));
      case "fault" -> config.withFaults(faults(config.faults(), setting));
      case "fail_make_request" ->
          config.withFaults(config.faults().andFailMakeRequest(attr(setting)));
      case "fail_io_timeout" -> config.withFaults(config.faults().andFailIoTimeout(attr(setting)));
      case "size" ->
          config.withSectors(
              settings.size(setting, BlockDevice.SECTOR_BYTES, 1L << 40)
                  / BlockDevice.SECTOR_BYTES);
      default -> {
        if (settings.size(setting, 1, 1 << 16) != BlockDevice.SECTOR_BYTES) {
          throw scope.error(
              setting.value().position(),
              "a sector has " + BlockDevice.SECTOR_BYTES + " bytes in this version");
        }
        yield config;
      }
    };
  }

  private int sectors(Setting setting) {
    long bytes = settings.size(setting, BlockDevice.SECTOR_BYTES, 1 << 20);
    if (Long.bitCount(bytes) != 1) {
      throw scope.error(
          setting.value().position(),
          "'" + setting.key() + "' is a power of two such as 4k, not " + bytes);
    }
    return (int) (bytes / BlockDevice.SECTOR_BYTES);
  }

  /** One of some constants, by its name in small letters. */
  private <E extends Enum<E>> E one(Setting setting, E[] values) {
    List<String> words =
        Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
    int at = words.indexOf(word(setting).orElse(""));
    if (at < 0) {
      throw scope.error(
          setting.value().position(),
          "'" + setting.key() + "' is one of " + String.join(", ", words));
    }
    return values[at];
  }

  private static Optional<String> word(Setting setting) {
    return setting.value() instanceof Setting.Choice choice && choice.arguments().isEmpty()
        ? Optional.of(choice.word())
        : Optional.empty();
  }

  private DeviceConfig cache(DeviceConfig config, Setting setting) {
    return switch (word(setting).orElse("")) {
      case "none" -> config.withWriteCache(false, false);
      case "volatile" -> config.withWriteCache(true, false);
      case "fua" -> config.withWriteCache(true, true);
      default ->
          throw scope.error(
              setting.value().position(),
              "a cache is 'none', 'volatile', or 'fua': volatile, and writes may pass it");
    };
  }

  private DeviceConfig.Timeout timeout(Setting setting) {
    if (word(setting).orElse("").equals("any")) {
      return new DeviceConfig.Timeout.Any();
    }
    if (setting.value() instanceof Setting.Quantity quantity) {
      long ns = settings.time(quantity.number());
      if (ns > 0) {
        return new DeviceConfig.Timeout.After(ns);
      }
    }
    throw scope.error(setting.value().position(), "a time-out is a time such as '30s', or 'any'");
  }

  // ---- latencies

  private Latency latency(Setting setting) {
    return switch (setting.value()) {
      case Setting.Quantity quantity -> new Latency.Fixed(settings.time(quantity.number()));
      case Setting.Choice choice -> latency(choice);
      case Setting.Text text -> {
        try {
          yield Latency.Table.parse(text.value());
        } catch (IllegalArgumentException e) {
          throw scope.error(text.position(), String.valueOf(e.getMessage()));
        }
      }
    };
  }

  private Latency latency(Setting.Choice choice) {
    List<org.vfslab.litmus.syntax.Expression.IntegerLiteral> arguments = choice.arguments();
    try {
      return switch (choice.word() + " " + arguments.size()) {
        case "any 0" -> new Latency.Any();
        case "none 0" -> new Latency.None();
        case "uniform 2" ->
            uniform(
                choice.position(),
                settings.time(arguments.get(0)),
                settings.time(arguments.get(1)));
        case "exponential 1" -> new Latency.Exponential(settings.time(arguments.get(0)));
        case "lognormal 2" ->
            new Latency.LogNormal(
                settings.time(arguments.get(0)), Math.toIntExact(arguments.get(1).value()));
        default -> throw badLatency(choice.position());
      };
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw scope.error(choice.position(), String.valueOf(e.getMessage()));
    }
  }

  private Latency uniform(Position position, long min, long max) {
    if (min > max) {
      throw scope.error(position, "the least latency is above the largest");
    }
    return new Latency.Uniform(min, max);
  }

  private RuntimeException badLatency(Position position) {
    return scope.error(
        position,
        "a latency is 'any', 'none', a time such as '10us', 'uniform 10us 100us', 'exponential"
            + " 50us', 'lognormal 50us 80' (median, and sigma in percent), or a table in a string");
  }

  // ---- faults

  private Setting.Text text(Setting setting, String otherwise) {
    if (setting.value() instanceof Setting.Text text) {
      return text;
    }
    throw scope.error(setting.value().position(), otherwise);
  }

  private FaultAttr attr(Setting setting) {
    Setting.Text text =
        text(
            setting,
            "'" + setting.key() + "' is a string \"<interval>,<probability>,<space>,<times>\"");
    return attr(text.position(), text.value());
  }

  private FaultAttr attr(Position position, String text) {
    try {
      return FaultAttr.parse(text);
    } catch (IllegalArgumentException e) {
      throw scope.error(position, String.valueOf(e.getMessage()));
    }
  }

  /** {@code "hung 1,100,0,1; eio 1,10,0,-1"}, or {@code "any"} or {@code "any hung late"}. */
  private FaultPlan faults(FaultPlan plan, Setting setting) {
    if (word(setting).orElse("").equals("any")) {
      return plan.andAnyOf(EnumSet.allOf(Fault.class));
    }
    Setting.Text text =
        text(setting, "a fault is 'any', or a string such as \"hung 1,100,0,1; eio 1,10,0,-1\"");
    FaultPlan result = plan;
    for (String part : text.value().split(";", -1)) {
      List<String> words = List.of(part.strip().split("\\s+"));
      if (words.getFirst().equals("any")) {
        Set<Fault> some = EnumSet.noneOf(Fault.class);
        words.subList(1, words.size()).forEach(word -> some.add(fault(text.position(), word)));
        result = result.andAnyOf(some.isEmpty() ? EnumSet.allOf(Fault.class) : some);
      } else if (words.size() <= 2) {
        Fault fault = fault(text.position(), words.getFirst());
        result =
            result.and(
                fault, words.size() == 1 ? FaultAttr.ALWAYS : attr(text.position(), words.get(1)));
      } else {
        throw scope.error(
            text.position(), "'" + part.strip() + "' is more than a fault and its attributes");
      }
    }
    return result;
  }

  private Fault fault(Position position, String word) {
    return Fault.of(word)
        .orElseThrow(
            () -> {
              List<String> known = new ArrayList<>();
              for (Fault fault : Fault.values()) {
                known.add(fault.word());
              }
              return scope.error(
                  position, "'" + word + "' is no fault; there are " + String.join(", ", known));
            });
  }
}
