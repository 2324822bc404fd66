import type { Options } from "yargs";
import type { Command } from "./command.ts";

interface Explained {
  readonly commands: readonly Command[];
  readonly options: NonNullable<Command["options"]>;
  readonly examples: NonNullable<Command["examples"]>;
  readonly bareOptions?: NonNullable<Command["options"]>;
}

/**
 * The same program without what its help alone needs. The parser lays the help of the command out in every
 * run, asked for or not: that was measured to take twenty times as long as the parsing itself.
 */
export function withoutHelp<Program extends Explained>(program: Program): Program {
  const { bareOptions } = program;
  return {
    ...program,
    commands: program.commands.map(plainCommand),
    options: hiddenOptions(program.options),
    examples: [],
    ...(bareOptions === undefined ? {} : { bareOptions: hiddenOptions(bareOptions) }),
  };
}

function plainCommand(command: Command): Command {
  const { options, commands } = command;
  return {
    ...command,
    examples: [],
    ...(options === undefined ? {} : { options: hiddenOptions(options) }),
    ...(commands === undefined ? {} : { commands: commands.map(plainCommand) }),
  };
}

function hiddenOptions(options: Readonly<Record<string, Options>>): Readonly<Record<string, Options>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, hidden: true }]),
  );
}
