package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Properties;
import org.vfslab.machine.RunResult;

/** The properties of a litmus file over the state of one execution. */
final class LitmusProperties implements Properties {

  /**
   * A compiled property.
   *
   * @param text as it stands in the file
   * @param condition its condition
   */
  record Claim(String text, Code condition) {}

  /**
   * All properties of a file.
   *
   * @param never must be 0 after each step
   * @param always must not be 0 after each step
   * @param last must not be 0 at the end
   * @param sometimes is not 0 after some step of some execution
   * @param observed whose final values are counted
   * @param atoms the words of the state on which these depend
   */
  record Claims(
      List<Claim> never,
      List<Claim> always,
      List<Claim> last,
      List<Claim> sometimes,
      List<Claim> observed,
      List<Code> atoms) {}

  /** How often a live state is read before it is given up for this time. */
  private static final int SNAPSHOT_TRIES = 100;

  private final Claims claims;
  private final World world;
  private final Frame frame;
  private boolean looked;
  private final List<Integer> seen = new ArrayList<>(0);

  LitmusProperties(Claims claims, World world) {
    this.claims = claims;
    this.world = world;
    this.frame = new Frame(world, claims.atoms.size());
  }

  @Override
  public boolean watchesSteps() {
    return true;
  }

  @Override
  public boolean visibleChange() {
    boolean changed = !looked || world.failure() != null;
    looked = true;
    changed |= collect();
    if (world.lab().machine().isLive()) {
      // Others write meanwhile: only what is read twice the same was there at one moment.
      int tries = 0;
      while (collect()) {
        changed = true;
        if (++tries == SNAPSHOT_TRIES) {
          return false;
        }
      }
    }
    return changed;
  }

  /** Reads all words at which claims look; returns whether one has changed. */
  private boolean collect() {
    boolean changed = false;
    List<Code> atoms = claims.atoms;
    for (int i = 0; i < atoms.size(); i++) {
      long value = atoms.get(i).run(frame);
      changed |= value != frame.local(i);
      frame.local(i, value);
    }
    return changed;
  }

  @Override
  public @Nullable String afterStep() {
    String failure = world.failure();
    if (failure != null) {
      return failure;
    }
    for (Claim claim : claims.never) {
      if (claim.condition.run(frame) != 0) {
        return "never " + claim.text + " -- but here it is so";
      }
    }
    for (Claim claim : claims.always) {
      if (claim.condition.run(frame) == 0) {
        return "always " + claim.text + " -- but here it is not so";
      }
    }
    for (int i = 0; i < claims.sometimes.size(); i++) {
      if (!seen.contains(i) && claims.sometimes.get(i).condition.run(frame) != 0) {
        seen.add(i);
      }
    }
    return null;
  }

  @Override
  public @Nullable String atEnd(RunResult result) {
    for (Claim claim : claims.last) {
      if (claim.condition.run(frame) == 0) {
        return "finally " + claim.text + " -- but at the end it is not so";
      }
    }
    String leak = world.lab().leak();
    return leak == null ? null : "leak: " + leak;
  }

  @Override
  public List<Integer> seen() {
    return seen;
  }

  @Override
  public @Nullable String observation() {
    if (claims.observed.isEmpty()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (Claim claim : claims.observed) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(claim.text)
          .append('=')
          .append(claim.condition.run(frame));
    }
    return text.toString();
  }
}
