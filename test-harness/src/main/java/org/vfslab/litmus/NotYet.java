package org.vfslab.litmus;

import java.util.Set;

/** Functions of the language that the model has no meaning for yet. */
final class NotYet {

  static final Set<String> FUNCTIONS = Set.of("poll");

  private NotYet() {}
}
