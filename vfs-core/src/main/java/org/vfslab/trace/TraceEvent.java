package org.vfslab.trace;

/**
 * One thing that happened in one context.
 *
 * @param step the number of the machine's step in which it happened, from 0
 * @param timeNs virtual (deterministic engine) or real (live engine) time in nanoseconds
 * @param context the context's name: a task's or an interrupt line's
 * @param happening what it was
 */
public record TraceEvent(long step, long timeNs, String context, Happening happening) {}
