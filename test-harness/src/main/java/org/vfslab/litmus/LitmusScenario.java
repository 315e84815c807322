package org.vfslab.litmus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.vfslab.aio.Aio;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Scenario;
import org.vfslab.explore.Verdict;
import org.vfslab.lab.Lab;
import org.vfslab.litmus.syntax.Context;
import org.vfslab.litmus.syntax.Declaration;
import org.vfslab.litmus.syntax.Expression;
import org.vfslab.litmus.syntax.ExpressionPrinter;
import org.vfslab.litmus.syntax.LitmusFile;
import org.vfslab.litmus.syntax.LitmusSyntaxException;
import org.vfslab.litmus.syntax.Position;
import org.vfslab.litmus.syntax.Property;
import org.vfslab.litmus.syntax.Setting;
import org.vfslab.litmus.syntax.Spelled;
import org.vfslab.litmus.syntax.Spelling;
import org.vfslab.machine.Cpu;
import org.vfslab.machine.Errno;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Task;
import org.vfslab.machine.Timer;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.memory.PlainWord;
import org.vfslab.patch.Patch;
import org.vfslab.patch.Patches;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.BinderFile;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.Pipe;
import org.vfslab.vfs.Socket;
import org.vfslab.vfs.SuperBlock;

/** A litmus file as a scenario, under a set of patches. */
public final class LitmusScenario implements Scenario {

  /** The events that one aio context of a test can hold. */
  private static final int AIO_EVENTS = 16;

  /** {@code never use_after_free} and its like say what is demanded of every test anyway. */
  private static final List<String> ALWAYS_DEMANDED =
      List.of("use_after_free", "deadlock", "splat", "race");

  private final LitmusFile file;
  private final List<Patch> patches;
  private final Seams seams;
  private final Scope scope;
  private final Compiler compiler;
  private final List<Consumer<World>> builders = new ArrayList<>();
  private final LitmusProperties.Claims claims;
  private final int[] locals;

  /** The disks by name, in the order of their declarations. */
  private final Map<String, Slot<BlockDevice>> disks = new LinkedHashMap<>();

  /** Those of them that have a table. */
  private final Set<String> mapped = new HashSet<>();

  /** How many events the aio contexts hold that say so. */
  private final Map<String, Integer> aioEvents = new HashMap<>(0);

  private MachineConfig config;
  private List<String> handedOver = List.of();
  private int tasks;

  private LitmusScenario(LitmusFile file, List<Patch> patches, MachineConfig defaults) {
    this.file = file;
    this.patches = List.copyOf(patches);
    this.seams = Patches.apply(patches);
    this.config = defaults;
    this.scope = new Scope(file.source());
    this.compiler = new Compiler(scope);
    try {
      declarations();
      contexts();
      claims = claims();
    } catch (LitmusSyntaxException e) {
      // What follows from something that is missing is no mistake of the file.
      throw scope.unsupported().isEmpty() ? e : unsupported();
    }
    locals = scope.localCounts();
    // What was declared by its use has to be there before the first step.
    scope
        .aioContexts()
        .forEach(
            (name, slot) ->
                builders.addFirst(
                    world ->
                        world.put(
                            slot.index(),
                            world
                                .lab()
                                .aio()
                                .context(name, aioEvents.getOrDefault(name, AIO_EVENTS)))));
    scope
        .marks()
        .forEach(
            (text, slot) ->
                builders.addFirst(
                    world ->
                        world.put(slot.index(), new AtomicWord(world.lab().machine(), text, 0))));
    Slot<WaitQueue> waiters = compiler.markWaitersOrNull();
    if (waiters != null) {
      builders.addFirst(
          world -> world.put(waiters.index(), new WaitQueue(world.lab().machine(), "marks")));
    }
    if (!scope.unsupported().isEmpty()) {
      throw unsupported();
    }
  }

  private LitmusUnsupportedException unsupported() {
    return new LitmusUnsupportedException(file.source().fileName(), scope.unsupported());
  }

  /**
   * Compiles a file.
   *
   * @param patches applied to mainline, in their order
   * @param defaults the machine, as far as the file does not say
   * @throws org.vfslab.litmus.syntax.LitmusException if the file makes no sense
   * @throws LitmusUnsupportedException if it needs what the model does not have yet
   */
  public static LitmusScenario compile(
      LitmusFile file, List<Patch> patches, MachineConfig defaults) {
    return new LitmusScenario(file, patches, defaults);
  }

  // ---- compiling

  private void declarations() {
    Settings settings = new Settings(scope);
    boolean machineSeen = false;
    for (Declaration declaration : file.declarations()) {
      switch (declaration) {
        case Declaration.Machine machine -> {
          if (machineSeen) {
            throw scope.error(machine.position(), "there is a 'machine' already");
          }
          machineSeen = true;
          config = settings.machine(machine.settings(), config);
          handedOver = settings.handedOver(machine.settings());
        }
        case Declaration.Disk disk -> disk(disk, new DiskSettings(scope, settings));
        case Declaration.Filesystem fs -> filesystem(fs, settings.filesystem(fs.settings()));
        case Declaration.DataFile data -> dataFile(data);
        case Declaration.Field field -> field(field, field.name(), builders);
        case Declaration.EventCounter counter -> eventCounter(counter);
        case Declaration.AioContext context -> aioContext(context);
        case Declaration.Pipe pipe -> pipe(pipe);
        case Declaration.Socket socket -> socket(socket);
        case Declaration.Binder binder -> binder(binder);
        case Declaration.FanotifyGroup group -> fanotify(group);
        case Declaration.InotifyInstance instance -> inotify(instance);
        case Declaration.KernelObject object -> kernelObject(object);
      }
    }
  }

  private void disk(Declaration.Disk disk, DiskSettings settings) {
    String name = disk.name();
    Slot<BlockDevice> slot = scope.slot(BlockDevice.class);
    Setting.Text table = settings.table(disk.settings());
    if (table == null) {
      DeviceConfig device = settings.disk(disk.settings());
      builders.add(world -> world.put(slot.index(), world.lab().disk(name, device)));
    } else {
      String mistake = MappedDisk.mistake(name, table.value(), disks.keySet());
      if (mistake != null) {
        throw scope.error(table.position(), mistake);
      }
      mapped.add(name);
      Map<String, Slot<BlockDevice>> below = new LinkedHashMap<>(disks);
      builders.add(
          world ->
              world.put(
                  slot.index(),
                  world.lab().add(MappedDisk.make(world, name, table.value(), below))));
    }
    scope.declare(disk.position(), name, new Symbol.Disk(slot));
    disks.put(name, slot);
  }

  private void filesystem(Declaration.Filesystem fs, Settings.Filesystem settings) {
    Slot<BlockDevice> disk =
        scope.global(fs.position(), fs.disk(), Symbol.Disk.class, "a disk").slot();
    Slot<SuperBlock> slot = scope.declareMount(fs.position(), fs.mountPoint());
    if (settings.journalled() && !mapped.contains(fs.disk())) {
      scope.journalled(fs.mountPoint());
    }
    builders.add(
        world ->
            world.put(
                slot.index(), mount(world.lab(), fs.mountPoint(), world.get(disk), settings)));
  }

  private static SuperBlock mount(
      Lab lab, String mountPoint, BlockDevice disk, Settings.Filesystem settings) {
    SuperBlock sb =
        settings.journalled()
            ? lab.mountJournalled(mountPoint, disk, settings.blockBytes())
            : lab.mount(mountPoint, disk, settings.blockBytes());
    if (settings.writebackNs() > 0) {
      sb.writeBackEvery(settings.writebackNs(), settings.expireNs());
    }
    return sb;
  }

  private void fanotify(Declaration.FanotifyGroup group) {
    int flags = FanotifyKind.flagsOf(group.notificationClass());
    if (flags < 0) {
      throw scope.error(
          group.position(),
          "a fanotify group is of class notif, notif_fid, content or pre_content, not '"
              + group.notificationClass()
              + "'");
    }
    List<FanotifyKind.Marking> marks = FanotifyKind.marks(scope, group);
    Slot<FanotifyKind.Listener> slot = scope.slot(FanotifyKind.Listener.class);
    scope.declare(group.position(), group.name(), new Symbol.Thing<>(FanotifyKind.FANOTIFY, slot));
    builders.add(
        world -> {
          FanotifyKind.Listener listener = FanotifyKind.make(world.lab(), group.name(), flags);
          world.put(slot.index(), listener);
          listeners(world, listener, group, marks);
        });
  }

  private void listeners(
      World world,
      FanotifyKind.Listener listener,
      Declaration.FanotifyGroup group,
      List<FanotifyKind.Marking> marks) {
    for (int i = 0; i < marks.size(); i++) {
      int error = FanotifyKind.mark(world.lab(), listener, marks.get(i));
      if (error < 0) {
        throw scope.error(
            group.marks().get(i).position(),
            "fanotify_mark refuses this mark with "
                + Errno.name(error)
                + ": a group of class "
                + group.notificationClass()
                + " cannot ask for these events");
      }
    }
  }

  private void inotify(Declaration.InotifyInstance declared) {
    List<InotifyKind.Watch> watches = InotifyKind.watches(scope, declared);
    Slot<InotifyKind.Instance> slot = scope.slot(InotifyKind.Instance.class);
    scope.declare(
        declared.position(), declared.name(), new Symbol.Thing<>(InotifyKind.INOTIFY, slot));
    builders.add(
        world -> {
          InotifyKind.Instance instance = InotifyKind.make(world.lab(), declared.name());
          world.put(slot.index(), instance);
          for (int i = 0; i < watches.size(); i++) {
            InotifyKind.Watch watch = watches.get(i);
            int wd = instance.file().addWatchBeforeRun(watch.path(), watch.mask());
            if (wd < 0) {
              throw scope.error(
                  declared.watches().get(i).position(),
                  "inotify_add_watch refuses this watch with " + Errno.name(wd));
            }
          }
        });
  }

  private void eventCounter(Declaration.EventCounter counter) {
    if (counter.initial() < 0) {
      throw scope.error(counter.position(), "an eventfd begins with 0 or more");
    }
    Slot<Long> slot = scope.slot(Long.class);
    scope.declare(counter.position(), counter.name(), new Symbol.EventCounter(slot));
    builders.add(
        world ->
            world.put(
                slot.index(), world.lab().process().eventFd(counter.name(), counter.initial())));
  }

  private void aioContext(Declaration.AioContext context) {
    if (context.events() < 1 || context.events() > Aio.AIO_MAX_NR) {
      throw scope.error(
          context.position(),
          "an aio context holds from 1 to " + Aio.AIO_MAX_NR + " events, not " + context.events());
    }
    scope.declareAioContext(context.position(), context.name());
    aioEvents.put(context.name(), (int) context.events());
  }

  private void pipe(Declaration.Pipe pipe) {
    Slot<Long> readEnd = scope.slot(Long.class);
    Slot<Long> writeEnd = scope.slot(Long.class);
    scope.declare(
        pipe.position(), pipe.readEnd(), new Symbol.Descriptor(readEnd, "an end of a pipe"));
    scope.declare(
        pipe.position(), pipe.writeEnd(), new Symbol.Descriptor(writeEnd, "an end of a pipe"));
    builders.add(
        world -> {
          Pipe made = new Pipe(world.lab().lockdep(), pipe.readEnd());
          world.put(readEnd.index(), world.lab().process().bornWith(made.readEnd()));
          world.put(writeEnd.index(), world.lab().process().bornWith(made.writeEnd()));
        });
  }

  private void socket(Declaration.Socket socket) {
    Slot<Long> fd = scope.slot(Long.class);
    Slot<Socket> slot = scope.slot(Socket.class);
    scope.declare(socket.position(), socket.name(), new Symbol.SocketName(fd, slot));
    builders.add(
        world -> {
          Socket made = new Socket(world.lab().lockdep(), socket.name());
          world.put(slot.index(), made);
          world.put(fd.index(), world.lab().process().bornWith(made));
        });
  }

  private void binder(Declaration.Binder binder) {
    Slot<Long> fd = scope.slot(Long.class);
    scope.declare(binder.position(), binder.name(), new Symbol.Descriptor(fd, "a binder file"));
    builders.add(
        world -> {
          Lab lab = world.lab();
          BinderFile made = new BinderFile(lab.machine(), lab.rcu(), binder.name());
          world.put(fd.index(), lab.process().bornWith(made));
        });
  }

  private void dataFile(Declaration.DataFile data) {
    long bytes = data.size().scaled();
    if (data.size().unit().isTime()) {
      throw scope.error(data.size().position(), "the size of a file is a number of bytes");
    }
    if (bytes > DeviceConfig.DEFAULT.sectors() * BlockDevice.SECTOR_BYTES / 2) {
      throw scope.error(data.size().position(), "a file of a test has at most 8M");
    }
    Slot<SuperBlock> sb = scope.mountOf(data.position(), data.path());
    Slot<Inode> slot = scope.declareFile(data.position(), data.path());
    builders.add(
        world -> world.put(slot.index(), world.lab().file(world.get(sb), data.path(), bytes)));
  }

  /** Memory in which the fields live; what is touched after it was freed is found. */
  private void kernelObject(Declaration.KernelObject object) {
    Slot<KernelObject> slot = scope.slot(KernelObject.class);
    Slot<AtomicWord> published = scope.slot(AtomicWord.class);
    scope.declare(object.position(), object.name(), new Symbol.Memory(slot, published));
    List<Consumer<World>> fields = new ArrayList<>();
    for (Declaration.Field field : object.fields()) {
      field(field, object.name() + "." + field.name(), fields);
    }
    builders.add(
        world -> {
          Machine machine = world.lab().machine();
          KernelObject memory = new KernelObject(machine, object.name());
          world.put(slot.index(), memory);
          world.put(published.index(), new AtomicWord(machine, "pointer to " + object.name(), 1));
          machine.within(
              memory,
              () -> {
                fields.forEach(field -> field.accept(world));
                return memory;
              });
        });
  }

  /** A lock or a variable, by itself or in an object. */
  private void field(Declaration.Field field, String name, List<Consumer<World>> to) {
    switch (field) {
      case Declaration.Primitive primitive ->
          thing(primitive.kind(), field.position(), name, 0, to);
      case Declaration.Variable variable -> variable(variable, name, to);
    }
  }

  private void thing(
      Spelled keyword, Position position, String name, long initial, List<Consumer<World>> to) {
    Kind<?> kind = Kinds.find(keyword);
    if (kind == null) {
      scope.unsupported(position, keyword.spelling());
      scope.declare(position, name, new Symbol.Int(scope.slot(PlainWord.class)));
    } else {
      thing(kind, position, name, initial, to);
    }
  }

  private <T> void thing(
      Kind<T> kind, Position position, String name, long initial, List<Consumer<World>> to) {
    Slot<T> slot = scope.slot(kind.type());
    scope.declare(position, name, new Symbol.Thing<>(kind, slot));
    to.add(world -> world.put(slot.index(), kind.make(world.lab(), name, initial)));
  }

  private void variable(Declaration.Variable variable, String name, List<Consumer<World>> to) {
    switch (variable.kind()) {
      case INT -> {
        Slot<PlainWord> slot = scope.slot(PlainWord.class);
        scope.declare(variable.position(), name, new Symbol.Int(slot));
        to.add(
            world ->
                world.put(
                    slot.index(), new PlainWord(world.lab().machine(), name, variable.initial())));
      }
      case ATOMIC -> {
        Slot<AtomicWord> slot = scope.slot(AtomicWord.class);
        scope.declare(variable.position(), name, new Symbol.Atomic(slot));
        to.add(
            world ->
                world.put(
                    slot.index(), new AtomicWord(world.lab().machine(), name, variable.initial())));
      }
      case SEMAPHORE -> {
        if (variable.initial() < 0) {
          throw scope.error(variable.position(), "a semaphore begins with 0 or more");
        }
        thing(variable.kind(), variable.position(), name, variable.initial(), to);
      }
    }
  }

  private void contexts() {
    if (file.contexts().isEmpty()) {
      throw scope.error(new Position(1, 1), "a test has at least one task");
    }
    for (Context context : file.contexts()) {
      int number = scope.addContext(context.name());
      if (context.parameters().size() > 1) {
        throw scope.error(
            context.parameters().get(1).position(),
            (context.kind() == Context.Kind.IRQ ? "an " : "a ")
                + context.kind().spelling()
                + " takes at most one argument");
      }
      for (Context.Parameter parameter : context.parameters()) {
        scope.local(number, parameter.name(), parameter.position());
      }
      declareContext(context, number, cpuOf(context));
    }
    for (int number = 0; number < file.contexts().size(); number++) {
      compiler.body(number, file.contexts().get(number).body());
    }
  }

  private BiFunction<Machine, Integer, Cpu> cpuOf(Context context) {
    if (context.cpu().isEmpty()) {
      return (machine, turn) -> machine.cpu(turn % machine.cpus().size());
    }
    Expression.IntegerLiteral literal = context.cpu().get();
    long number = literal.scaled();
    if (number < 0 || number >= config.cpus()) {
      throw scope.error(
          literal.position(),
          "there is no cpu " + number + ": the machine has " + config.cpus() + ", numbered from 0");
    }
    return (machine, turn) -> machine.cpu((int) number);
  }

  private void declareContext(Context context, int number, BiFunction<Machine, Integer, Cpu> cpu) {
    String name = context.name();
    switch (context.kind()) {
      case TASK -> {
        Slot<Task> slot = scope.slot(Task.class);
        int turn = tasks++;
        scope.declare(context.position(), name, new Symbol.TaskName(slot, number));
        builders.add(
            world -> {
              Machine machine = world.lab().machine();
              world.put(
                  slot.index(),
                  machine.task(name, cpu.apply(machine, turn), () -> runTask(world, number)));
              if (usesFiles()) {
                world.lab().process().threadAdded();
              }
            });
      }
      case IRQ -> {
        Slot<IrqLine> slot = scope.slot(IrqLine.class);
        scope.declare(context.position(), name, new Symbol.Irq(slot, context, number));
        builders.add(
            world -> {
              Machine machine = world.lab().machine();
              world.put(
                  slot.index(), machine.irqLine(name, IrqLine.Kind.HARD, cpu.apply(machine, 0)));
            });
      }
      case WORK -> {
        Slot<Work> slot = scope.slot(Work.class);
        Slot<AtomicWord> argument = argument(name);
        scope.declare(context.position(), name, new Symbol.WorkItem(slot, context, argument));
        Consumer<World> body = withArgument(context, number, argument);
        builders.add(
            world ->
                world.put(
                    slot.index(), new Work(world.lab().machine(), name, () -> body.accept(world))));
      }
      case TIMER -> {
        Slot<Timer> slot = scope.slot(Timer.class);
        Slot<AtomicWord> argument = argument(name);
        scope.declare(context.position(), name, new Symbol.TimerName(slot, context, argument));
        Consumer<World> body = withArgument(context, number, argument);
        builders.add(
            world -> {
              Machine machine = world.lab().machine();
              IrqLine line = machine.irqLine(name, IrqLine.Kind.SOFT, cpu.apply(machine, 0));
              world.put(slot.index(), new Timer(machine, line, () -> body.accept(world)));
            });
      }
    }
  }

  /** Where the parameter of a work or timer waits for it, as in the structure around it. */
  private Slot<AtomicWord> argument(String name) {
    Slot<AtomicWord> slot = scope.slot(AtomicWord.class);
    builders.add(
        world ->
            world.put(
                slot.index(), new AtomicWord(world.lab().machine(), "argument of " + name, 0)));
    return slot;
  }

  private Consumer<World> withArgument(Context context, int number, Slot<AtomicWord> argument) {
    if (context.parameters().isEmpty()) {
      return world -> run(world, number);
    }
    return world -> {
      world.frame(number).local(0, world.get(argument).loadAcquire());
      run(world, number);
    };
  }

  private boolean usesFiles() {
    return !scope.aioContexts().isEmpty()
        || file.declarations().stream()
            .anyMatch(
                each ->
                    each instanceof Declaration.Filesystem
                        || each instanceof Declaration.EventCounter
                        || each instanceof Declaration.Pipe
                        || each instanceof Declaration.Socket
                        || each instanceof Declaration.Binder);
  }

  private void runTask(World world, int number) {
    run(world, number);
    if (usesFiles()) {
      world.lab().process().threadExits();
    }
  }

  private void run(World world, int number) {
    compiler.bodyOf(number).run(world.frame(number));
  }

  private LitmusProperties.Claims claims() {
    List<LitmusProperties.Claim> never = new ArrayList<>();
    List<LitmusProperties.Claim> always = new ArrayList<>();
    List<LitmusProperties.Claim> last = new ArrayList<>();
    List<LitmusProperties.Claim> sometimes = new ArrayList<>();
    List<LitmusProperties.Claim> observed = new ArrayList<>();
    for (Property property : file.properties()) {
      switch (property) {
        case Property.Claim claim -> {
          if (!isAlwaysDemanded(claim)) {
            compiler.collectAtoms(claim.quantifier() != Property.Quantifier.FINALLY);
            LitmusProperties.Claim compiled = claim(claim.condition());
            switch (claim.quantifier()) {
              case NEVER -> never.add(compiled);
              case ALWAYS -> always.add(compiled);
              case FINALLY -> last.add(compiled);
              case SOMETIMES -> sometimes.add(compiled);
            }
          }
        }
        case Property.Observe observe -> {
          compiler.collectAtoms(false);
          observe.expressions().forEach(expression -> observed.add(claim(expression)));
        }
        case Property.Expect expect -> checkPatches(expect);
      }
    }
    return new LitmusProperties.Claims(never, always, last, sometimes, observed, compiler.atoms());
  }

  private LitmusProperties.Claim claim(Expression condition) {
    return new LitmusProperties.Claim(
        ExpressionPrinter.print(condition), compiler.condition(condition));
  }

  private static boolean isAlwaysDemanded(Property.Claim claim) {
    return claim.quantifier() == Property.Quantifier.NEVER
        && claim.condition() instanceof Expression.Name name
        && ALWAYS_DEMANDED.contains(name.name());
  }

  private void checkPatches(Property.Expect expect) {
    for (String patch : expect.patches()) {
      if (Patches.find(patch).isEmpty() && !patch.equals("upstream")) {
        throw scope.error(
            expect.position(),
            "there is no patch '"
                + patch
                + "'; "
                + Spelling.hint(patch, Patches.names(), "'./vfslab patches' lists them"));
      }
    }
  }

  // ---- running

  @Override
  public String name() {
    return file.test();
  }

  @Override
  public MachineConfig machine() {
    return config;
  }

  @Override
  public Properties setUp(Machine machine) {
    World world = new World(new Lab(machine, seams), scope.slots(), locals);
    handedOver.forEach(world.lab().lockdep()::declareHandedOver);
    for (Consumer<World> builder : builders) {
      builder.accept(world);
    }
    return new LitmusProperties(claims, world);
  }

  /** The file. */
  public LitmusFile file() {
    return file;
  }

  /** The patches, in their order. */
  public List<Patch> patches() {
    return patches;
  }

  /** The texts of the {@code sometimes} properties. */
  public List<String> sometimes() {
    return claims.sometimes().stream().map(LitmusProperties.Claim::text).toList();
  }

  /** The {@code sometimes} properties that no execution has shown. */
  public List<String> missed(Exploration exploration) {
    List<String> missed = new ArrayList<>();
    for (int i = 0; i < claims.sometimes().size(); i++) {
      if (i >= exploration.sometimes().size() || exploration.sometimes().get(i) == 0) {
        missed.add("sometimes " + claims.sometimes().get(i).text());
      }
    }
    return exploration.verdict() == Verdict.VIOLATED ? List.of() : missed;
  }

  /** What the file expects under these patches. */
  public Expectation expectation() {
    Expectation otherwise = Expectation.HOLDS;
    List<String> active =
        patches.isEmpty() ? List.of("upstream") : patches.stream().map(Patch::name).toList();
    for (Property property : file.properties()) {
      if (property instanceof Property.Expect expect) {
        if (expect.patches().isEmpty()) {
          otherwise = of(expect);
        } else if (expect.patches().stream().anyMatch(active::contains)) {
          return of(expect);
        }
      }
    }
    return otherwise;
  }

  private static Expectation of(Property.Expect expect) {
    Finding.Kind kind =
        switch (expect.outcome()) {
          case HOLDS -> null;
          case DEADLOCK -> Finding.Kind.DEADLOCK;
          case SPLAT -> Finding.Kind.SPLAT;
          case VIOLATION -> Finding.Kind.VIOLATION;
          case RACE -> Finding.Kind.RACE;
          case USE_AFTER_FREE -> Finding.Kind.USE_AFTER_FREE;
          case LIVELOCK -> Finding.Kind.LIVELOCK;
          case ATOMIC_SLEEP -> Finding.Kind.ATOMIC_SLEEP;
        };
    return new Expectation(kind, expect.text().orElse(""));
  }
}
