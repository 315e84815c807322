package org.vfslab.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Exploration;
import org.vfslab.machine.MachineConfig;

/**
 * What came of one scenario, with all that {@link ResultJson} tells of it.
 *
 * @param scenario the scenario's name
 * @param patches the names of the patches
 * @param expected what was expected, in words such as {@code holds} or {@code expect deadlock}
 * @param asExpected whether that came
 * @param machine what the machine was like
 * @param exploration what came
 * @param sometimes the {@code sometimes} properties as the scenario has them, by number
 * @param replays for each failure the replay file that was written, or null; may be shorter
 */
public record ScenarioResult(
    String scenario,
    List<String> patches,
    String expected,
    boolean asExpected,
    MachineConfig machine,
    Exploration exploration,
    List<String> sometimes,
    List<@Nullable String> replays) {}
