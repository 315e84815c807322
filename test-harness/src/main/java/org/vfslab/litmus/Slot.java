package org.vfslab.litmus;

/**
 * Where the objects of one name are kept in a {@link World}.
 *
 * @param index the slot
 * @param type what is in it
 */
record Slot<T>(int index, Class<T> type) {}
