package org.vfslab.litmus.syntax;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Something that a litmus file spells in exactly one way. */
public interface Spelled {

  /** The text in a litmus file. */
  String spelling();

  /** Finds the one that is spelled like this. */
  static <T extends Spelled> Optional<T> find(T[] all, String spelling) {
    return Arrays.stream(all).filter(each -> each.spelling().equals(spelling)).findFirst();
  }

  /** How they are all spelled, in order. */
  static <T extends Spelled> List<String> spellings(T[] all) {
    return Arrays.stream(all).map(Spelled::spelling).toList();
  }
}
