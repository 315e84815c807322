/**
 * What happened in a run, as typed events.
 *
 * <p>The lowest layer: events carry names and numbers, never model objects, so a trace outlives the
 * machine that wrote it. Start with {@link org.vfslab.trace.TraceEvent}.
 */
@NullMarked
package org.vfslab.trace;

import org.jspecify.annotations.NullMarked;
