/** Arguments and options that name keys or how keys begin. */
const KEY_ARGUMENTS = ["key", "keys", "prefix", "start", "end"];
const KEY_OPTIONS = ["prefix", "range", "after"];
const NODE_ARGUMENTS = ["node"];
const NODE_OPTIONS = ["to"];

/** What a source is asked for. */
export type Known = "keys" | "nodes";

/** What an argument of this name stands for, if a cluster knows it. */
export function knownArgument(name: string, isEncoded = false): Known | undefined {
  if (KEY_ARGUMENTS.includes(name) && !isEncoded) return "keys";
  return NODE_ARGUMENTS.includes(name) ? "nodes" : undefined;
}

/** The same of an option's value. */
export function knownOption(name: string, isEncoded = false): Known | undefined {
  if (KEY_OPTIONS.includes(name) && !isEncoded) return "keys";
  return NODE_OPTIONS.includes(name) ? "nodes" : undefined;
}
