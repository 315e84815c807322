package org.vfslab.machine;

/**
 * One complaint about the simulated code.
 *
 * @param kind what sort of complaint it is
 * @param title one line, without names of contexts that differ between schedules where possible
 * @param text the whole text, in the kernel's layout where the kernel has one
 * @param step the step in which it was made
 * @param context the context that ran
 */
public record Report(ReportKind kind, String title, String text, long step, String context) {}
