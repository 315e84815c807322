package org.vfslab.litmus.syntax;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known word a misspelled one was meant to be. */
public final class Spelling {

  private static final int WORD_LENGTH_MAX = 40;

  private Spelling() {}

  /** The known word closest to this one, if one is so close that it was probably meant. */
  public static Optional<String> closest(String word, Collection<String> known) {
    if (word.length() > WORD_LENGTH_MAX) {
      return Optional.empty();
    }
    int distanceMax = Math.max(1, word.length() / 3);
    String lower = word.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(candidate -> distance(lower, candidate.toLowerCase(Locale.ROOT)) <= distanceMax)
        .min(
            Comparator.comparingInt(
                candidate -> distance(lower, candidate.toLowerCase(Locale.ROOT))));
  }

  /** The end of a sentence about an unknown word: a guess, or else what to do. */
  public static String hint(String word, Collection<String> known, String otherwise) {
    return closest(word, known)
        .map(guess -> "did you mean '%s'?".formatted(guess))
        .orElse(otherwise);
  }

  /** How many letters to insert, remove, replace or swap with their neighbour. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
