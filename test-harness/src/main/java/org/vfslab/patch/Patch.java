package org.vfslab.patch;

import java.util.function.UnaryOperator;

/**
 * A named change to mainline.
 *
 * @param name how the command line and litmus files call it
 * @param title what it changes, in a line
 * @param source the commit or mail thread it comes from
 * @param claim what it is said to do, in a sentence
 * @param change fills other things into the seams
 */
public record Patch(
    String name, String title, String source, String claim, UnaryOperator<Seams> change) {}
