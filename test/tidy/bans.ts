import type { SourceFile } from "./source-files.ts";
import { lineAt, visibleText } from "./source-text.ts";

export interface Ban {
  readonly name: string;
  readonly pattern: RegExp;
  /** What to do instead. */
  readonly instead: string;
  /** Folders of src/ where it may stand. Absent: nowhere. */
  readonly allowedIn?: readonly string[];
  /** Folders of src/ that it is banned from; elsewhere it may stand. Absent: all but `allowedIn`. */
  readonly bannedIn?: readonly string[];
}

/** Where kvd meets the machine; the rest is told the time, and draws chance from a seam. */
const MACHINE = ["io", "dev", "cli"];
/** Where a finished write, a datagram and a tick are all inputs: no microtask may hide an order. */
const PURE = ["base", "paxos", "kv", "transport"];

export const BANS: readonly Ban[] = [
  { name: "Date", pattern: /\bDate\b/g, instead: "take a Clock", allowedIn: MACHINE },
  { name: "performance", pattern: /\bperformance\b/g, instead: "take a Clock", allowedIn: MACHINE },
  {
    name: "a global timer",
    pattern: /\b(?:set|clear)(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/g,
    instead: "take Timers",
    allowedIn: MACHINE,
  },
  { name: "Math.random", pattern: /\bMath\s*\.\s*random\b/g, instead: "take a Random", allowedIn: MACHINE },
  {
    name: "process",
    pattern: /(?<![\w.$])process\s*(?:\.|\[)|\bglobalThis\b/g,
    instead: "take what you need as an argument; end through Fatal",
    allowedIn: MACHINE,
  },
  { name: "console", pattern: /\bconsole\s*\./g, instead: "take a Log", allowedIn: ["cli", "dev"] },
  {
    name: "async",
    pattern: /\basync\b|\bawait\b|\bPromise\s*[.<(]/g,
    instead: "make the completion an input",
    bannedIn: PURE,
  },
  { name: "Buffer", pattern: /\bBuffer\b/g, instead: "use Uint8Array and base/bytes.ts", bannedIn: PURE },
  {
    name: "any",
    pattern: /[\w)\]]\??:\s*any\b|\bas\s+any\b|<any\b|\bany\[/g,
    instead: "use unknown and narrow it",
  },
  { name: "a default export", pattern: /\bexport\s+default\b|\bas\s+default\b/g, instead: "name the export" },
  { name: "an enum", pattern: /\benum\s+\w+\s*\{/g, instead: "use a union of strings" },
  { name: "a suppressed compiler error", pattern: /@ts-(?:ignore|nocheck)\b/g, instead: "mend the type" },
];

const appliesTo = (ban: Ban, folder: string): boolean =>
  ban.bannedIn !== undefined ? ban.bannedIn.includes(folder) : ban.allowedIn?.includes(folder) !== true;

/** One line per banned name that the file's code uses; strings and comments do not count. */
export function banBreaches(file: SourceFile): readonly string[] {
  const folder = file.path.split("/")[1] ?? "";
  const code = visibleText(file.text, "code");
  const breaches: string[] = [];
  for (const ban of BANS.filter((candidate) => appliesTo(candidate, folder))) {
    const text = ban.name === "a suppressed compiler error" ? file.text : code;
    for (const match of text.matchAll(ban.pattern)) {
      breaches.push(`${file.path}:${lineAt(text, match.index)} uses ${ban.name}: ${ban.instead}`);
    }
  }
  return breaches;
}

// In two halves, so that this file does not break its own rule.
const UNFINISHED = new RegExp(
  `\\b(?:${["FIX" + "ME", "TO" + "DO", "XX" + "X", "HA" + "CK"].join("|")})\\b`,
  "g",
);

/** One line per mark of unfinished work; comments count, here they are the point. */
export function unfinishedMarks(file: SourceFile): readonly string[] {
  return [...file.text.matchAll(UNFINISHED)].map(
    (match) =>
      `${file.path}:${lineAt(file.text, match.index)} says ${match[0]}: do it, or write it into the roadmap`,
  );
}
