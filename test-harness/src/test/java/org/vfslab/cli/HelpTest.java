package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.cli.Vfslab.Outcome;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The help texts tell of everything that there is. */
final class HelpTest {

  private static CommandLine line() {
    return Main.commandLine(Streams.ofProcess(new Interruption()));
  }

  static Set<String> commands() {
    return line().getSubcommands().keySet();
  }

  @Test
  void help_ofAll_namesEveryCommand() {
    Outcome outcome = Vfslab.run("--help");

    assertThat(outcome.status()).isZero();
    assertThat(commands()).allSatisfy(name -> assertThat(outcome.out()).contains("  " + name));
    assertThat(outcome.out()).contains("Exit codes: 0").contains("vfslab explore scenarios/");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofACommand_explainsEveryOption(String command) {
    Outcome outcome = Vfslab.run(command, "--help");
    CommandLine sub = Objects.requireNonNull(line().getSubcommands().get(command));

    assertThat(outcome.status()).isZero();
    for (OptionSpec option : sub.getCommandSpec().options()) {
      assertThat(option.description()).as(option.longestName()).isNotEmpty();
      assertThat(outcome.out()).contains(option.longestName());
    }
    assertThat(outcome.out().lines()).allMatch(text -> text.length() <= 100);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpCommand_printsTheSame(String command) {
    assertThat(Vfslab.run("help", command).out()).isEqualTo(Vfslab.run(command, "--help").out());
  }

  @Test
  void nothing_isAnsweredWithTheHelp() {
    assertThat(Vfslab.run().out()).isEqualTo(Vfslab.run("--help").out());
  }

  @Test
  void version_isPrinted() {
    assertThat(Vfslab.run("--version").out()).isEqualTo("vfslab 0.1.0\n");
  }
}
