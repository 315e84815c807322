package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.vfslab.aio.KioContext;
import org.vfslab.litmus.syntax.LitmusSource;
import org.vfslab.litmus.syntax.LitmusSyntaxException;
import org.vfslab.litmus.syntax.Position;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.memory.AtomicWord;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.SuperBlock;

/** The names of one litmus file: what they stand for and in which slots their objects are kept. */
final class Scope {
  private final LitmusSource source;
  private final Map<String, Symbol> globals = new LinkedHashMap<>();
  private final List<Map<String, Symbol.Local>> locals = new ArrayList<>();
  private final List<String> contexts = new ArrayList<>();
  private final Map<String, Slot<SuperBlock>> mounts = new TreeMap<>();
  private final Set<String> journalled = new TreeSet<>();
  private final Map<String, Slot<Inode>> files = new TreeMap<>();
  private final Map<String, Slot<KioContext>> aioContexts = new LinkedHashMap<>();
  private final Map<String, Slot<AtomicWord>> marks = new LinkedHashMap<>();
  private final List<String> unsupported = new ArrayList<>();
  private int slots;

  Scope(LitmusSource source) {
    this.source = source;
  }

  LitmusSyntaxException error(Position position, String sentence) {
    return source.error(position, sentence);
  }

  <T> Slot<T> slot(Class<T> type) {
    return new Slot<>(slots++, type);
  }

  int slots() {
    return slots;
  }

  /** Notes something that the grammar has and the model has not. */
  void unsupported(Position position, String what) {
    unsupported.add(what + " (line " + position.line() + ")");
  }

  List<String> unsupported() {
    return unsupported;
  }

  // ---- global names

  void declare(Position position, String name, Symbol symbol) {
    Symbol before = globals.putIfAbsent(name, symbol);
    if (before != null) {
      throw error(position, "'" + name + "' is " + before.kind() + " already; choose another name");
    }
  }

  @Nullable Symbol global(String name) {
    return globals.get(name);
  }

  /** The global of this name, which must be of this kind. */
  <S extends Symbol> S global(Position position, String name, Class<S> type, String wanted) {
    return global(
        position, name, symbol -> type.isInstance(symbol) ? type.cast(symbol) : null, wanted);
  }

  /** The object of this name, which must be of this kind. */
  <T> Slot<T> object(Position position, String name, Kind<T> kind) {
    return global(position, name, symbol -> slotOf(symbol, kind), kind.title());
  }

  @SuppressWarnings("unchecked") // the slot of a thing is of the type of its kind
  private static <T> @Nullable Slot<T> slotOf(@Nullable Symbol symbol, Kind<T> kind) {
    return symbol instanceof Symbol.Thing<?> thing && thing.of() == kind
        ? (Slot<T>) thing.slot()
        : null;
  }

  /** Picks what is wanted of a symbol, or null. */
  private interface Pick<S> {
    @Nullable S pick(@Nullable Symbol symbol);
  }

  private <S> S global(Position position, String name, Pick<S> pick, String wanted) {
    Symbol symbol = globals.get(name);
    S picked = pick.pick(symbol);
    if (picked != null) {
      return picked;
    }
    if (symbol != null) {
      throw error(
          position, "'" + name + "' is " + symbol.kind() + ", and " + wanted + " is wanted");
    }
    List<String> known =
        globals.entrySet().stream()
            .filter(entry -> pick.pick(entry.getValue()) != null)
            .map(Map.Entry::getKey)
            .toList();
    throw error(
        position,
        "'"
            + name
            + "' is not declared; "
            + Spelling.hint(name, known, wanted + " of that name is wanted"));
  }

  // ---- paths

  Slot<SuperBlock> declareMount(Position position, String path) {
    checkPath(position, path);
    if (mounts.containsKey(path)) {
      throw error(position, "\"" + path + "\" is a mounted filesystem already");
    }
    Slot<SuperBlock> slot = slot(SuperBlock.class);
    mounts.put(path, slot);
    return slot;
  }

  /** A filesystem with a journal, on a disk and not on a mapped device. */
  void journalled(String mountPoint) {
    journalled.add(mountPoint);
  }

  /** The mount point of a file whose filesystem is on its disk as a whole. */
  String journalledMountOf(Position position, String path) {
    for (String mountPoint : journalled) {
      if (path.startsWith(mountPoint + "/")) {
        return mountPoint;
      }
    }
    throw error(
        position,
        "\""
            + path
            + "\" is lost with the power: its filesystem needs 'journal on', and a disk without a"
            + " table");
  }

  Slot<Inode> declareFile(Position position, String path) {
    checkPath(position, path);
    if (files.containsKey(path)) {
      throw error(position, "\"" + path + "\" is a file already");
    }
    Slot<Inode> slot = slot(Inode.class);
    files.put(path, slot);
    return slot;
  }

  private void checkPath(Position position, String path) {
    if (!path.startsWith("/") || path.length() == 1 || path.endsWith("/")) {
      throw error(
          position, "\"" + path + "\" is no path: it begins with '/' and does not end with it");
    }
  }

  /** The filesystem on which a path lies. */
  Slot<SuperBlock> mountOf(Position position, String path) {
    for (Map.Entry<String, Slot<SuperBlock>> mount : mounts.entrySet()) {
      if (path.startsWith(mount.getKey() + "/")) {
        return mount.getValue();
      }
    }
    throw error(position, "\"" + path + "\" lies on no filesystem; declare the 'fs' before it");
  }

  /** Whether a filesystem is mounted here. */
  boolean isMount(String path) {
    return mounts.containsKey(path);
  }

  Slot<SuperBlock> mount(Position position, String path) {
    Slot<SuperBlock> slot = mounts.get(path);
    if (slot == null) {
      throw error(
          position,
          "nothing is mounted at \""
              + path
              + "\"; "
              + Spelling.hint(
                  path, mounts.keySet(), "declare it with 'fs \"" + path + "\" on ...'"));
    }
    return slot;
  }

  Slot<Inode> file(Position position, String path) {
    Slot<Inode> slot = files.get(path);
    if (slot == null) {
      throw error(
          position,
          "there is no file \""
              + path
              + "\"; "
              + Spelling.hint(
                  path, files.keySet(), "declare it with 'file \"" + path + "\" size ...'"));
    }
    return slot;
  }

  // ---- what is declared by its use

  Slot<KioContext> aioContext(Position position, String name) {
    Symbol symbol = globals.get(name);
    if (symbol == null) {
      Slot<KioContext> slot = slot(KioContext.class);
      globals.put(name, new Symbol.AioContext(slot));
      aioContexts.put(name, slot);
      return slot;
    }
    return global(position, name, Symbol.AioContext.class, "an aio context").slot();
  }

  /** An aio context that is declared with its number of events. */
  void declareAioContext(Position position, String name) {
    Slot<KioContext> slot = slot(KioContext.class);
    declare(position, name, new Symbol.AioContext(slot));
    aioContexts.put(name, slot);
  }

  Map<String, Slot<KioContext>> aioContexts() {
    return aioContexts;
  }

  Slot<AtomicWord> mark(String text) {
    return marks.computeIfAbsent(text, key -> slot(AtomicWord.class));
  }

  Map<String, Slot<AtomicWord>> marks() {
    return marks;
  }

  // ---- contexts and their variables

  int addContext(String name) {
    contexts.add(name);
    locals.add(new LinkedHashMap<>());
    return contexts.size() - 1;
  }

  Symbol.Local local(int context, String name, Position position) {
    return locals
        .get(context)
        .computeIfAbsent(
            name, key -> new Symbol.Local(context, locals.get(context).size(), position));
  }

  Symbol.@Nullable Local knownLocal(int context, String name) {
    return locals.get(context).get(name);
  }

  /** The variables that were assigned in a context so far. */
  List<String> localNames(int context) {
    return List.copyOf(locals.get(context).keySet());
  }

  /** The variable of this name in all contexts, for properties; there may be several. */
  List<Symbol.Local> localsNamed(String name) {
    List<Symbol.Local> found = new ArrayList<>();
    for (Map<String, Symbol.Local> names : locals) {
      Symbol.Local local = names.get(name);
      if (local != null) {
        found.add(local);
      }
    }
    return found;
  }

  Symbol.@Nullable Local localOf(String context, String name) {
    int index = contexts.indexOf(context);
    return index < 0 ? null : locals.get(index).get(name);
  }

  String contextName(int context) {
    return contexts.get(context);
  }

  List<String> globalNames() {
    return List.copyOf(globals.keySet());
  }

  int[] localCounts() {
    return locals.stream().mapToInt(Map::size).toArray();
  }
}
