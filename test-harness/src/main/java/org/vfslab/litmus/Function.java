package org.vfslab.litmus;

import java.util.List;

/**
 * A function that litmus files can call.
 *
 * @param name its name
 * @param parameters the names of its arguments, for the reference and for sentences about mistakes
 * @param optional how many of them, from the end, may be left out
 * @param named the words of its named arguments
 * @param meaning what it does, in a line
 * @param make compiles one call of it
 */
record Function(
    String name,
    List<String> parameters,
    int optional,
    List<String> named,
    String meaning,
    Make make) {

  /** Compiles a call whose number of arguments is right. */
  @FunctionalInterface
  interface Make {
    Code make(Arguments arguments);
  }

  /** A function without optional and named arguments. */
  static Function of(String name, List<String> parameters, String meaning, Make make) {
    return new Function(name, parameters, 0, List.of(), meaning, make);
  }

  /** How it is called. */
  String usage() {
    return name + "(" + String.join(", ", parameters) + ")";
  }
}
