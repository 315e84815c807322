package org.vfslab.compare;

import java.util.List;

/**
 * The answer to a question about a barrier.
 *
 * @param answer in a word or two
 * @param complete whether it is true of every schedule; else of those that were tried
 * @param executions how many executions it took
 * @param findings what was found on the way, one line each
 */
public record Cell(String answer, boolean complete, long executions, List<String> findings) {

  /** The answer with a mark where not every schedule was tried. */
  public String shown() {
    return complete ? answer : answer + " *";
  }
}
