/** Of those that a terminal sends as several bytes. */
const NAMED: Readonly<Record<string, string>> = {
  "\x03": "ctrl-c",
  "\x1a": "ctrl-z",
  "\x1b[C": "right",
  "\x1bOC": "right",
  "\x1b[D": "left",
  "\x1bOD": "left",
};

// A cursor or function key as terminals send them, or one character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what keys send
const KEY = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[@-~])|[\s\S]/gu;

/** The keys that were pressed, by what came of them: a character as it is, or `left`, `right`, `ctrl-c`, `ctrl-z`. */
export function keysOf(typed: string): readonly string[] {
  return (typed.match(KEY) ?? []).map((key) => NAMED[key] ?? key);
}
