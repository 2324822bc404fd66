import type { Command, Run } from "../command.ts";
import { Arguments } from "../command.ts";
import type { Completable } from "../completion.ts";
import { completionScript, SHELLS } from "../completion.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { complete } from "../repl/completer.ts";
import { Connection } from "../repl/connection.ts";
import { CapturedTerminal } from "../script/captured-terminal.ts";
import { escapeBare, quoteBytes } from "../script/words.ts";
import { bytesOfWord } from "../word-bytes.ts";

/** What a shell takes as it is; other words would have to be quoted for each shell in its own way. */
const PLAIN_WORD = /^[\w@%+,./-]+$/;

/** `completion bash|zsh|fish`, which every program has; the scripts call `completion words` for what they cannot know. */
export function completionCommand(program: Completable): Command {
  const command: Command = {
    usage: "completion <shell> [words..]",
    describe: "print a script that completes this program's command lines",
    positionals: {
      shell: { type: "string", choices: [...SHELLS, "words"], describe: "for which shell" },
      words: {
        type: "string",
        array: true,
        describe: "after words: of a command line; prints what its last word may become, a line each",
      },
    },
    examples: [
      ["source <($0 completion bash)", "in ~/.bashrc; for zsh the same in ~/.zshrc"],
      ["$0 completion fish | source", "in ~/.config/fish/config.fish"],
      ["$0 completion words -- status --", "what a script of one's own can ask"],
    ],
    run: async (run) => {
      const whole = { ...program, commands: [...program.commands, command] };
      const shell = SHELLS.find((name) => name === run.args.text("shell"));
      if (shell === undefined) await printWords(whole, run);
      else run.terminal.out(completionScript(whole, shell));
      return EXIT_CODES.done;
    },
  };
  return command;
}

async function printWords(program: Completable, run: Run): Promise<void> {
  const words = run.args.texts("words");
  const before = words.slice(0, -1).map((word) => quoteBytes(bytesOfWord(word)));
  const line = [...before, escapeBare(bytesOfWord(words.at(-1) ?? ""))].join(" ");
  const environment = endpointsIn(words) ?? {};
  const terminal = new CapturedTerminal(run.terminal, { environment, isInputTaken: true, isQuiet: false });
  const source = new Connection({ args: new Arguments({}), terminal, argv: [] });
  const { candidates } = await complete(program, line, source);
  for (const word of candidates.map((candidate) => candidate.trimEnd()))
    if (PLAIN_WORD.test(word)) run.terminal.out(`${word}\n`);
}

/** The cluster that the command line itself names. */
function endpointsIn(words: readonly string[]): Readonly<Record<string, string>> | undefined {
  const at = words.findIndex((word) => word === "-E" || word === "--endpoints");
  const endpoints = at === -1 ? undefined : words[at + 1];
  return endpoints === undefined ? undefined : { KVD_ENDPOINTS: endpoints };
}
