package org.vfslab.explore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plain data by name, from which an exploration goes on: whole numbers, yes or no, texts, lists of
 * these, and further states. It can be written as JSON as it is.
 */
public final class Saved {
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Something is missing or of another sort: the state does not fit what is to go on from it. */
  public static final class UnfitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitException(String message) {
      super(message);
    }
  }

  /**
   * Sets a value.
   *
   * @param value a Long, Boolean, String or Saved, or a List of Long, of String or of Saved
   */
  public Saved put(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /** Sets a list of numbers. */
  public Saved put(String name, int[] numbers) {
    List<Long> list = new ArrayList<>(numbers.length);
    for (int number : numbers) {
      list.add((long) number);
    }
    return put(name, list);
  }

  /** All values, in the order in which they were set. */
  public Map<String, Object> values() {
    return values;
  }

  /** A whole number. */
  public long number(String name) {
    return of(name, Long.class);
  }

  /** A whole number that fits an int. */
  public int small(String name) {
    return small(name, number(name));
  }

  private static int small(String name, long number) {
    if (number != (int) number) {
      throw new UnfitException("'" + name + "' is too large: " + number);
    }
    return (int) number;
  }

  /** Yes or no. */
  public boolean yes(String name) {
    return of(name, Boolean.class);
  }

  /** A text. */
  public String text(String name) {
    return of(name, String.class);
  }

  /** A state in this one. */
  public Saved state(String name) {
    return of(name, Saved.class);
  }

  /** A list of whole numbers. */
  public List<Long> numbers(String name) {
    return list(name, Long.class);
  }

  /** A list of whole numbers that fit an int. */
  public int[] smalls(String name) {
    return numbers(name).stream().mapToInt(number -> small(name, number)).toArray();
  }

  /** A list of texts. */
  public List<String> texts(String name) {
    return list(name, String.class);
  }

  /** A list of states. */
  public List<Saved> states(String name) {
    return list(name, Saved.class);
  }

  private <T> List<T> list(String name, Class<T> type) {
    List<T> list = new ArrayList<>();
    for (Object item : of(name, List.class)) {
      list.add(cast(name, item, type));
    }
    return list;
  }

  private <T> T of(String name, Class<T> type) {
    Object value = values.get(name);
    if (value == null) {
      throw new UnfitException("'" + name + "' is missing");
    }
    return cast(name, value, type);
  }

  private static <T> T cast(String name, Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new UnfitException("'" + name + "' is of another sort");
    }
    return type.cast(value);
  }
}
