/**
 * Power cuts: programs of file operations whose device loses its power at every step, and what has
 * to be found afterwards. Start with {@link org.vfslab.campaign.powercut.PowerCutCampaign}.
 */
@NullMarked
package org.vfslab.campaign.powercut;

import org.jspecify.annotations.NullMarked;
