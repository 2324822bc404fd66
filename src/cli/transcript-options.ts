import type { Options } from "yargs";
import type { Run } from "./command.ts";
import { usageError } from "./program-error.ts";

const WIDTH_MIN = 40;
const WIDTH_MAX = 1000;
/** Where nobody looks at a terminal: a file is searched and scrolled. */
const WIDE = 40;

/** How a transcript is laid out, and which part of it. */
export const TRANSCRIPT_OPTIONS: Readonly<Record<string, Options>> = {
  from: { type: "string", describe: "first moment of the transcript, ms" },
  to: { type: "string", describe: "last moment of the transcript, ms" },
  width: { type: "string", describe: "characters in a row [the terminal's; 40 for each node when piped]" },
};

const MS_MAX = 1e12;

/** `--from` and `--to` in ms; undefined when neither is given. */
export function stretchOf({ args }: Run): { readonly fromMs: number; readonly toMs: number } | undefined {
  const fromMs = args.integer("from", 0, MS_MAX);
  const toMs = args.integer("to", 0, MS_MAX);
  if (fromMs === undefined && toMs === undefined) return undefined;
  const stretch = { fromMs: fromMs ?? 0, toMs: toMs ?? Number.POSITIVE_INFINITY };
  if (stretch.fromMs <= stretch.toMs) return stretch;
  throw usageError(`--to: ${stretch.toMs} is before --from: ${stretch.fromMs}`);
}

/** Gives the characters in a row of a transcript for the number of its nodes. */
export function widthOf({ args, terminal }: Run): (nodes: number) => number {
  const width = args.integer("width", WIDTH_MIN, WIDTH_MAX);
  if (width !== undefined) return () => width;
  if (terminal.isOutputTty) return () => terminal.outputColumns();
  return (nodes) => WIDE * (nodes + 1);
}
