import type { Command } from "../command.ts";
import { nameOf } from "../command.ts";

/** What a line can say beyond the program's verbs. */
export const SCRIPT_WORDS: readonly (readonly [usage: string, describe: string])[] = [
  ["expect VALUE", "that the command before printed exactly this"],
  ["wait 300ms", "do nothing for so long"],
  ["5 incr ctr", "a command several times"],
  [
    "multi [COMPARE && ...]",
    "gather operations of one txn, up to exec or discard; else begins the other list",
  ],
  ["exec", "do what was gathered since multi, whole or not at all"],
  ["discard", "forget it"],
];

/** All that may stand at the start of a line. */
export function firstWords(commands: readonly Command[]): readonly string[] {
  const verbs = commands.flatMap((command) => [nameOf(command), ...(command.aliases ?? [])]);
  return [...verbs, "help", "multi", "expect"];
}
