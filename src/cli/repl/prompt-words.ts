/** What can be typed at the prompt alone. */
export const PROMPT_WORDS: readonly (readonly [usage: string, describe: string])[] = [
  ["help [COMMAND]", "this list, or all about one command; also ?"],
  ["connect HOST:PORT[,...]", "talk to another cluster"],
  ["clear", "clear the screen"],
  ["quit", "leave; also exit and Ctrl-D"],
  [":set hints|nohints", "show in grey what may follow, or not"],
  [".timer on|off", "say how long each command took"],
  [".consistency LEVEL", "of the reads from now on: linearizable, sequential or stale"],
  [".output FORMAT", "of the answers from now on: table, json, jsonl, value or raw"],
];
