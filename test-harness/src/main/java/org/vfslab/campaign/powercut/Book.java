package org.vfslab.campaign.powercut;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may be found in the directory of one actor after a power cut, kept while the actor works.
 *
 * <p>Names and sizes change in one order, since one task makes all changes: what is found has to be
 * one of the states they went through, and none older than what was promised. Each sector of a file
 * has a history of its own, because data reaches the disk in any order.
 *
 * <p>An operation notes its effects before it begins; {@link #done} says that it has returned.
 */
final class Book {

  /** Names and sizes at one moment; never changed. */
  private record State(Map<String, Integer> names, Map<Integer, Integer> sizes) {}

  /** What a sector has held. */
  private static final class Sector {
    private final List<Integer> values = new ArrayList<>(List.of(0));
    private int done;
    private int floor;
  }

  /** A file, whatever its names. */
  private static final class FileBook {
    private final TreeMap<Integer, Sector> sectors = new TreeMap<>();
    private int touched;
    private int dataTouched;

    private Sector sector(int number) {
      return sectors.computeIfAbsent(number, n -> new Sector());
    }
  }

  /**
   * What was found under a name.
   *
   * @param sectors its size in sectors; -1 if it has no whole number of them
   * @param values the byte that each sector is filled with, or -1
   */
  record Found(int sectors, List<Integer> values) {}

  private final List<State> states = new ArrayList<>();
  private final List<FileBook> files = new ArrayList<>();
  private int done;
  private int floor;
  private int namesTouched;

  /** With the file that is there from the beginning. */
  Book() {
    files.add(new FileBook());
    states.add(new State(Map.of(Program.OLD, 0), Map.of(0, Program.OLD_SECTORS)));
  }

  private State last() {
    return states.getLast();
  }

  private int id(String name) {
    return Objects.requireNonNull(last().names.get(name), name);
  }

  private FileBook file(String name) {
    return files.get(id(name));
  }

  private int size(String name) {
    return Objects.requireNonNull(last().sizes.get(id(name)));
  }

  // ---- effects of operations that begin

  void creates(String name) {
    int id = files.size();
    files.add(new FileBook());
    names(names -> names.put(name, id), Map.of(id, 0));
    FileBook file = files.get(id);
    file.touched = states.size() - 1;
    file.dataTouched = states.size() - 1;
  }

  private interface Change {
    void in(Map<String, Integer> names);
  }

  private void names(Change change, Map<Integer, Integer> newSizes) {
    Map<String, Integer> names = new TreeMap<>(last().names);
    change.in(names);
    Map<Integer, Integer> sizes = new HashMap<>(last().sizes);
    sizes.putAll(newSizes);
    states.add(new State(Map.copyOf(names), Map.copyOf(sizes)));
    namesTouched = states.size() - 1;
  }

  private void resizes(String name, int sectors) {
    if (sectors == size(name)) {
      return;
    }
    Map<Integer, Integer> sizes = new HashMap<>(last().sizes);
    sizes.put(id(name), sectors);
    states.add(new State(last().names, Map.copyOf(sizes)));
    FileBook file = file(name);
    file.touched = states.size() - 1;
    file.dataTouched = states.size() - 1;
  }

  /**
   * A write begins.
   *
   * @param step a file grows in steps that end at multiples of so many sectors
   */
  void writes(String name, int sector, int sectors, int value, int step) {
    for (int i = sector; i < sector + sectors; i++) {
      file(name).sector(i).values.add(value);
    }
    int end = sector + sectors;
    for (int at = (sector / step + 1) * step; at < end; at += step) {
      resizes(name, Math.max(at, size(name)));
    }
    resizes(name, Math.max(end, size(name)));
  }

  void truncates(String name, int sectors) {
    for (int i = sectors; i < size(name); i++) {
      file(name).sector(i).values.add(0);
    }
    resizes(name, sectors);
  }

  void punches(String name, int sector, int sectors) {
    for (int i = sector; i < Math.min(sector + sectors, size(name)); i++) {
      file(name).sector(i).values.add(0);
    }
  }

  void renames(String from, String to) {
    FileBook file = file(from);
    names(names -> names.put(to, Objects.requireNonNull(names.remove(from))), Map.of());
    file.touched = states.size() - 1;
  }

  void links(String from, String to) {
    FileBook file = file(from);
    int id = id(from);
    names(names -> names.put(to, id), Map.of());
    file.touched = states.size() - 1;
  }

  void unlinks(String name) {
    file(name).touched = states.size();
    names(names -> names.remove(name), Map.of());
  }

  /** The last operation has returned. */
  void done() {
    done = states.size() - 1;
    for (FileBook file : files) {
      for (Sector sector : file.sectors.values()) {
        sector.done = sector.values.size() - 1;
      }
    }
  }

  // ---- promises

  /** The data of a range, and what a read of it needs, is durable. */
  void promiseRange(String name, int first, int sectors) {
    FileBook file = file(name);
    for (Sector sector : file.sectors.subMap(first, first + sectors).values()) {
      sector.floor = Math.max(sector.floor, sector.done);
    }
    floor = Math.max(floor, Math.min(done, file.dataTouched));
  }

  /** {@code fsync} or {@code fdatasync} has returned. */
  void promiseFile(String name, boolean dataOnly) {
    promiseRange(name, 0, Integer.MAX_VALUE);
    if (!dataOnly) {
      floor = Math.max(floor, Math.min(done, file(name).touched));
    }
  }

  /** {@code fsync} of the directory has returned. */
  void promiseNames() {
    floor = Math.max(floor, Math.min(done, namesTouched));
  }

  /** What has returned by now; to be promised later. */
  Runnable promiseOfAllDone() {
    int state = done;
    Map<Sector, Integer> values = new HashMap<>();
    files.forEach(file -> file.sectors.values().forEach(s -> values.put(s, s.done)));
    return () -> {
      floor = Math.max(floor, state);
      values.forEach((sector, value) -> sector.floor = Math.max(sector.floor, value));
    };
  }

  /** How many changes have been promised to survive: of names and sizes, and of sectors. */
  long promised() {
    long promises = floor;
    for (FileBook file : files) {
      for (Sector sector : file.sectors.values()) {
        promises += sector.floor;
      }
    }
    return promises;
  }

  // ---- what was found

  /** Why this cannot be, or null. */
  @Nullable String wrong(Map<String, Found> found) {
    String newest = null;
    for (int state = states.size() - 1; state >= floor; state--) {
      String why = wrong(states.get(state), found);
      if (why == null) {
        return null;
      }
      newest = newest == null ? why : newest;
    }
    String oldest = wrong(states.get(floor), found);
    return states.size() - 1 == floor
        ? newest
        : oldest + "; nor does any later state fit: of the last one, " + newest;
  }

  private @Nullable String wrong(State state, Map<String, Found> found) {
    for (String name : Program.NAMES) {
      Integer id = state.names.get(name);
      Found file = found.get(name);
      if (id == null || file == null) {
        if (id != null) {
          return name + " is missing";
        }
        if (file != null) {
          return name + " is there";
        }
        continue;
      }
      int size = Objects.requireNonNull(state.sizes.get(id));
      if (file.sectors() != size) {
        return name + " has " + file.sectors() + " sectors and not " + size;
      }
      for (int i = 0; i < size; i++) {
        String why = wrong(files.get(id).sectors.get(i), file.values().get(i));
        if (why != null) {
          return "sector " + i + " of " + name + " " + why;
        }
      }
    }
    return null;
  }

  private static @Nullable String wrong(@Nullable Sector sector, int value) {
    List<Integer> may =
        sector == null ? List.of(0) : sector.values.subList(sector.floor, sector.values.size());
    if (may.contains(value)) {
      return null;
    }
    return "holds " + (value < 0 ? "different bytes" : String.valueOf(value)) + " and not " + may;
  }
}
