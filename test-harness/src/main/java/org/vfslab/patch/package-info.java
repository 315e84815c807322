/**
 * Named choices at the seams of the model: what people propose, and what the kernel once did.
 *
 * <p>Start with {@link org.vfslab.patch.Patches}. A scenario runs against any set of patches; with
 * none it runs against mainline.
 */
@NullMarked
package org.vfslab.patch;

import org.jspecify.annotations.NullMarked;
