package org.vfslab.litmus.syntax;

/** A part of the syntax tree; it knows where in the file it begins. */
public interface Node {

  /** Where the text of this node begins. */
  Position position();
}
