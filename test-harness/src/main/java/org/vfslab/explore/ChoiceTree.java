package org.vfslab.explore;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tree of choices of a scenario, and the way from its root to the current leaf. */
final class ChoiceTree {
  private int[] taken = new int[64];
  private int[] count = new int[64];
  private int depth;
  private int at;
  private boolean begun;

  /** The choices before this depth belong to somebody else. */
  private int root;

  /** Goes to the next leaf on the right; false when there is none. */
  boolean next() {
    if (at != depth) {
      throw new IllegalStateException(
          "the scenario is not deterministic: it had " + depth + " choices and now had " + at);
    }
    if (!begun) {
      begun = true;
      return true;
    }
    while (depth > root && taken[depth - 1] + 1 == count[depth - 1]) {
      depth--;
    }
    if (depth == root) {
      at = depth;
      return false;
    }
    at = 0;
    taken[depth - 1]++;
    return true;
  }

  /**
   * Divides off what is left below the first choice that has branches left; null if nothing is.
   * Between two leaves only.
   */
  @Nullable ChoiceTree divide() {
    int first = root;
    while (first < depth && taken[first] + 1 == count[first]) {
      first++;
    }
    if (first >= depth - 1) {
      return null;
    }
    ChoiceTree part = new ChoiceTree();
    part.taken = taken.clone();
    part.count = count.clone();
    part.depth = depth;
    part.at = depth;
    part.begun = true;
    part.root = first + 1;
    depth = first + 1;
    at = depth;
    return part;
  }

  /** The branch of the way to the current leaf at the next choice, of so many, from 0. */
  int take(int branches) {
    if (at == depth) {
      if (depth == taken.length) {
        taken = Arrays.copyOf(taken, depth * 2 + 1);
        count = Arrays.copyOf(count, depth * 2 + 1);
      }
      taken[depth] = 0;
      count[depth] = branches;
      depth++;
    } else if (count[at] != branches) {
      throw new IllegalStateException(
          "the scenario is not deterministic: choice "
              + at
              + " had "
              + count[at]
              + " outcomes and now has "
              + branches);
    }
    return taken[at++];
  }

  /** How large the current leaf is if each subtree is as large as its siblings. */
  double width() {
    double width = 1;
    for (int i = 0; i < depth; i++) {
      width /= count[i];
    }
    return width;
  }

  /** The way to the last leaf, between two leaves. */
  Saved save() {
    return new Saved()
        .put("begun", begun)
        .put("root", (long) root)
        .put("taken", Arrays.copyOf(taken, depth))
        .put("count", Arrays.copyOf(count, depth));
  }

  /** A tree of which {@link #save} was kept. */
  static ChoiceTree of(Saved state) {
    ChoiceTree tree = new ChoiceTree();
    tree.taken = state.smalls("taken");
    tree.count = state.smalls("count");
    tree.depth = tree.taken.length;
    tree.at = tree.depth;
    tree.begun = state.yes("begun");
    tree.root = state.small("root");
    if (tree.count.length != tree.depth || tree.root < 0 || tree.root > tree.depth) {
      throw new Saved.UnfitException("the tree of choices is damaged");
    }
    for (int i = 0; i < tree.depth; i++) {
      if (tree.taken[i] < 0 || tree.taken[i] >= tree.count[i]) {
        throw new Saved.UnfitException("the tree of choices is damaged");
      }
    }
    return tree;
  }

  /** The share of the tree left of the current leaf, with each subtree as large as its siblings. */
  double share() {
    double share = 0;
    double width = 1;
    for (int i = 0; i < depth && width > 1e-12; i++) {
      width /= count[i];
      share += width * taken[i];
    }
    return share;
  }
}
