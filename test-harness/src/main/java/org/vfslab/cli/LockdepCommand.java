package org.vfslab.cli;

import java.util.concurrent.Callable;
import org.vfslab.explore.RandomWalk;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.LockdepProc;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfslab lockdep}: runs a scenario once and prints what lockdep knows then. */
@Command(
    name = "lockdep",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    sortOptions = false,
    header = "Run a scenario once and print what lockdep has learnt, as /proc does.",
    description = {
      "",
      "Without an option, the lock classes and what is taken inside them (/proc/lockdep). The run"
          + " is made under a random schedule; with --live on real threads, where times are real."
          + " What lockdep reports goes to the standard error.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  vfslab lockdep freeze-waits-for-aio",
      "  vfslab lockdep freeze-waits-for-aio --chains --stats",
      "  vfslab lockdep freeze-waits-for-aio --lock-stat --live",
      "",
      "Exit codes: 0 done; 1 lockdep reported something; 2 the input is no good."
    })
final class LockdepCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ScenarioOptions options;

  @Option(names = "--chains", description = "Print /proc/lockdep_chains.")
  private boolean chains;

  @Option(names = "--stats", description = "Print /proc/lockdep_stats.")
  private boolean stats;

  @Option(names = "--lock-stat", description = "Print /proc/lock_stat.")
  private boolean lockStat;

  @Option(names = "--live", description = "Run it on real threads.")
  private boolean live;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Which random schedule (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  LockdepCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (!options.json().isEmpty()) {
      throw new BadInputException("lockdep prints the kernel's texts; it has no --json");
    }
    LitmusScenario scenario = options.compile(MachineConfig.DEFAULT);
    RandomWalk walk = new RandomWalk(seed, 1);
    walk.begin();
    Machine machine =
        live ? Machine.live(scenario.machine()) : Machine.deterministic(scenario.machine(), walk);
    scenario.setUp(machine);
    Lockdep lockdep = machine.listener(Lockdep.class);
    if (lockdep == null) {
      throw new BadInputException("this scenario has no lockdep");
    }
    lockdep.recordLockStat(lockStat);
    machine.run();

    LockdepProc proc = lockdep.proc();
    if (!chains && !stats && !lockStat) {
      streams.out().print(proc.lockdep());
    }
    if (chains) {
      streams.out().print(proc.chains());
    }
    if (stats) {
      streams.out().print(proc.stats());
    }
    if (lockStat) {
      streams.out().print(proc.lockStat());
    }
    streams.out().flush();
    for (Report report : machine.reports()) {
      streams.err().println(report.text());
    }
    return machine.reports().isEmpty() ? ExitStatus.DONE : ExitStatus.VIOLATED;
  }
}
