package org.vfslab.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vfslab.machine.MachineConfig.Granularity;
import picocli.CommandLine.TypeConversionException;

/** Values of options, from text and to text. */
final class Values {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  private Values() {}

  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches() || text.startsWith("0")) {
      throw new TypeConversionException(
          "'" + text + "' is no time; write for example 500ms, 30s, 5m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  static Granularity granularity(String text) {
    return switch (text) {
      case "call" -> Granularity.CALL;
      case "word" -> Granularity.WORD;
      default -> throw new TypeConversionException("'" + text + "' is neither call nor word");
    };
  }

  static Long wholeNumber(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
  }

  static Integer smallNumber(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
  }

  /** Refuses a number that is out of bounds. */
  static void require(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw new BadInputException(
          option
              + (max == Long.MAX_VALUE ? " is at least " + min : " is from " + min + " to " + max)
              + ", not "
              + value);
    }
  }

  /** A number with its unit: {@code 1,234 steps}. */
  static String count(long number, String one, String many) {
    return number(number) + " " + (number == 1 ? one : many);
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A real time as a reader likes it: {@code 12 ms}, {@code 1.2 s}, {@code 3 min 20 s}. */
  static String time(long nanos) {
    long ms = Math.max(1, nanos / 1_000_000); // "0 ms" looks like a mistake
    if (ms < 1_000) {
      return ms + " ms";
    }
    if (ms < 100_000) {
      return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
    long seconds = ms / 1_000;
    return seconds / 60 + " min " + seconds % 60 + " s";
  }
}
