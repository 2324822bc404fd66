import type { Command } from "../command.ts";
import type { Completable } from "../completion.ts";
import { completionScript, SHELLS } from "../completion.ts";
import { EXIT_CODES } from "../exit-codes.ts";

/** `completion bash|zsh`, which every program has. */
export function completionCommand(program: Completable): Command {
  const command: Command = {
    usage: "completion <shell>",
    describe: "print a script that completes this program's command lines",
    positionals: { shell: { type: "string", choices: SHELLS, describe: "for which shell" } },
    examples: [["source <($0 completion bash)", "in ~/.bashrc; for zsh the same in ~/.zshrc"]],
    run: async ({ args, terminal }) => {
      const whole = { ...program, commands: [...program.commands, command] };
      const shell = SHELLS.find((name) => name === args.text("shell")) ?? "bash";
      terminal.out(completionScript(whole, shell));
      return EXIT_CODES.done;
    },
  };
  return command;
}
