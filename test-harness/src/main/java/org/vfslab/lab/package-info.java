/**
 * A kernel put together from the modules on one machine: disks, filesystems, one process.
 *
 * <p>Scenarios in Java start here; the litmus language builds on it. See {@link
 * org.vfslab.lab.Lab}.
 */
@NullMarked
package org.vfslab.lab;

import org.jspecify.annotations.NullMarked;
