package org.vfslab.litmus.syntax;

import java.util.List;

/**
 * The syntax tree of a litmus file: one question.
 *
 * @param source the text, through which later mistakes are reported
 * @param test the name of the test
 * @param declarations what there is before anybody runs, in the order of the file
 * @param contexts who runs, in the order of the file
 * @param properties what is asked, in the order of the file
 */
public record LitmusFile(
    LitmusSource source,
    String test,
    List<Declaration> declarations,
    List<Context> contexts,
    List<Property> properties) {

  /** Copies the lists. */
  public LitmusFile {
    declarations = List.copyOf(declarations);
    contexts = List.copyOf(contexts);
    properties = List.copyOf(properties);
  }
}
