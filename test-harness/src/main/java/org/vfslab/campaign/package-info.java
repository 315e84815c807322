/**
 * Campaigns: millions of operations under faults on deterministic machines, by the throw of dice,
 * with everything that must hold checked for each. Start with {@link
 * org.vfslab.campaign.FaultCampaign}.
 */
@NullMarked
package org.vfslab.campaign;

import org.jspecify.annotations.NullMarked;
