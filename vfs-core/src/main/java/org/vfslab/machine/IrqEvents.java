package org.vfslab.machine;

/**
 * When a context last enabled and disabled interrupts, counted in such events: {@code
 * irqtrace_events}.
 *
 * @param stamp how many events there were
 * @param hardirqsEnabled the number of the last event of this sort; 0 if there was none
 * @param hardirqsDisabled the same
 * @param softirqsEnabled the same
 * @param softirqsDisabled the same
 */
public record IrqEvents(
    int stamp,
    int hardirqsEnabled,
    int hardirqsDisabled,
    int softirqsEnabled,
    int softirqsDisabled) {}
