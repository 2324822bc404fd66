import type { Completable } from "../completion.ts";
import { SCRIPT_WORDS } from "../script/script-words.ts";
import { argumentsOf, placeOf } from "./line-place.ts";
import { PROMPT_WORDS } from "./prompt-words.ts";

/** What may follow a line, to be shown behind the cursor; empty when nothing is known. */
export function hintOf(program: Completable, line: string): string {
  const place = placeOf(program, line);
  if (place === undefined) return "";
  const { command, current } = place;
  if (command === undefined || (command.commands !== undefined && current === undefined)) {
    if (command?.commands !== undefined) return namesOf(command.commands);
    return current === undefined ? "" : hintOfFirst(program, line);
  }
  if (place.option !== undefined || current?.word.startsWith("-") === true) return "";
  const typed = place.arguments + (current === undefined ? 0 : 1);
  const all = argumentsOf(command);
  const last = all.at(-1);
  // The last one may stand for many.
  const left = typed >= all.length && last?.includes("..") === true ? [last] : all.slice(typed);
  return left.length === 0 ? "" : `${current === undefined ? "" : " "}${left.join(" ")}`;
}

/** Of a line that is one word, whole or in part: its arguments once it is a command. */
function hintOfFirst(program: Completable, line: string): string {
  const whole = placeOf(program, `${line} `);
  if (whole?.command !== undefined) return ` ${hintOf(program, `${line} `)}`;
  const word = line.trim();
  const usage = [...SCRIPT_WORDS, ...PROMPT_WORDS].find(([text]) => text.split(" ")[0] === word)?.[0];
  return usage === undefined ? "" : usage.slice(word.length);
}

function namesOf(commands: NonNullable<Completable["commands"]>): string {
  return `<${commands.map(({ usage }) => usage.split(" ")[0]).join("|")}>`;
}
