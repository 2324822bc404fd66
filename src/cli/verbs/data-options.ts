import { readFile } from "node:fs/promises";
import type { Options } from "yargs";
import { prefixEnd } from "../../base/bytes.ts";
import { KvdError } from "../../base/errors.ts";
import { TTL_MS_MAX, TTL_MS_MIN } from "../../base/limits.ts";
import { keyAfter } from "../../client/key-bytes.ts";
import type {
  ChangeOptions,
  FencedOptions,
  IntervalOptions,
  LifetimeOptions,
  ReadLevel,
  ReadOptions,
  WriteOptions,
} from "../../client/options.ts";
import type { FreshAnswer } from "../../client/replies.ts";
import { parseRequestId } from "../../client/request-id.ts";
import type { KeyRecord } from "../../kv/command.ts";
import { invalidKeyReason } from "../../kv/invalid-key-reason.ts";
import type { Arguments, Run } from "../command.ts";
import { parseDuration } from "../duration.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { KeyEncoding } from "../key-text.ts";
import { jsonBytes, KEY_ENCODINGS, parseKey, refuseReplaced } from "../key-text.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { bytesOfWord } from "../word-bytes.ts";

const LIMIT_MAX = 1_000_000_000;

/** From the strictest to the laxest. */
const READ_LEVELS: readonly ReadLevel[] = ["linearizable", "sequential", "stale"];

export const KEY_OPTIONS: Readonly<Record<string, Options>> = {
  "key-encoding": {
    alias: "k",
    type: "string",
    choices: KEY_ENCODINGS,
    describe: "how keys are typed: utf8 as they are, escaped with \\xHH, hex or base64 [utf8]",
  },
};

export const READ_OPTIONS: Readonly<Record<string, Options>> = {
  consistency: {
    type: "string",
    choices: READ_LEVELS,
    describe: "sequential and stale may lag behind, and need no leader; or KVD_CONSISTENCY [linearizable]",
  },
  "max-staleness": {
    type: "string",
    describe: "with stale: sees all that was acknowledged so long before, 2s",
  },
  "min-revision": { type: "string", describe: "waits until the node has this revision of the store" },
};

/** Of reads that can be of the past. */
export const REVISION_OPTION: Readonly<Record<string, Options>> = {
  rev: { type: "string", describe: "as it was after this revision, if that is still kept" },
};

export const LIMIT_OPTION: Readonly<Record<string, Options>> = {
  limit: { type: "string", describe: "at most this many keys" },
};

/** Of verbs that go through the keys under a prefix. */
export const PAGE_OPTIONS: Readonly<Record<string, Options>> = {
  ...LIMIT_OPTION,
  after: { type: "string", describe: "only keys behind this one, which need not be there" },
};

export const REPEAT_OPTIONS: Readonly<Record<string, Options>> = {
  "request-id": {
    type: "string",
    describe: "CLIENT:SEQUENCE:DEADLINE of an earlier try whose outcome is unknown",
  },
};

export const FENCE_OPTION: Readonly<Record<string, Options>> = {
  fence: {
    type: "string",
    describe: "KEY:TOKEN of a lock: only while it is held; status 1 when it is not",
  },
};

/** Of verbs that change keys. */
export const CHANGE_OPTIONS: Readonly<Record<string, Options>> = { ...REPEAT_OPTIONS, ...FENCE_OPTION };

export const CONDITION_OPTIONS: Readonly<Record<string, Options>> = {
  "if-rev": {
    type: "string",
    describe: "only if the key was changed last at this revision; 0: it is absent",
  },
  "if-value": { type: "string", describe: "only if the key has exactly this value" },
};

export const LIFETIME_OPTIONS: Readonly<Record<string, Options>> = {
  ttl: { type: "string", describe: "delete the key after so long: 30s, 500ms, 1h" },
  lease: { type: "string", describe: "delete the key when this lease ends" },
};

export const WRITE_OPTIONS: Readonly<Record<string, Options>> = {
  ...CHANGE_OPTIONS,
  prev: { type: "boolean", describe: "also show the record that was replaced" },
};

/** A key that can name a record; throws before anything is sent for one that cannot. */
export function keyOf(args: Arguments, text: string): Uint8Array {
  const key = keyBoundOf(args, text);
  const invalid = invalidKeyReason(key);
  if (invalid !== undefined) throw new KvdError(invalid);
  return key;
}

/** A prefix, or an end of a range; it may be empty. */
export function keyBoundOf(args: Arguments, text: string): Uint8Array {
  const encoding = KEY_ENCODINGS.find((name) => name === args.optionalText("key-encoding"));
  return parseKey(text, encoding ?? ("utf8" satisfies KeyEncoding));
}

/** The freshness that the options and the environment ask for. */
export function readOptionsOf(run: Run): Omit<ReadOptions, "timeoutMs" | "signal"> {
  const consistency = levelOf(run);
  const staleness = run.args.optionalText("max-staleness");
  if (staleness !== undefined && consistency !== "stale")
    throw usageError(`--max-staleness goes with --consistency stale, not with ${consistency}`);
  const minRevision = run.args.integer("min-revision", 0, Number.MAX_SAFE_INTEGER);
  return {
    consistency,
    ...(staleness === undefined ? {} : { maxStalenessMs: parseDuration(staleness, "--max-staleness") }),
    ...(minRevision === undefined ? {} : { minRevision }),
  };
}

/** The revision of the past that is asked for, if one is. */
export function revisionOf(args: Arguments): { readonly revision?: number } {
  const revision = args.integer("rev", 1, Number.MAX_SAFE_INTEGER);
  return revision === undefined ? {} : { revision };
}

function levelOf(run: Run): ReadLevel {
  const text =
    run.args.optionalText("consistency") ?? run.terminal.environment["KVD_CONSISTENCY"] ?? "linearizable";
  const level = READ_LEVELS.find((name) => name === text);
  if (level !== undefined) return level;
  throw usageError(`KVD_CONSISTENCY: '${text}' is not one of ${READ_LEVELS.join(", ")}`);
}

/** The level that all of the answers were given at least, and the greatest age if they may have one, in JSON. */
export function jsonFreshness(...answers: readonly FreshAnswer[]): Readonly<Record<string, unknown>> {
  const levels = answers.map(({ level }) => READ_LEVELS.indexOf(level));
  const ages = answers.map(({ stalenessMs }) => stalenessMs);
  const known = ages.filter((ageMs) => ageMs !== undefined);
  return {
    consistency: READ_LEVELS[Math.max(...levels)],
    ...(known.length === 0 || known.length < ages.length ? {} : { staleness_ms: Math.max(...known) }),
  };
}

export function changeOptionsOf(args: Arguments): ChangeOptions {
  const text = args.optionalText("request-id");
  if (text === undefined) return {};
  const requestId = parseRequestId(text);
  if (requestId === undefined)
    throw usageError(`--request-id: '${text}' is not CLIENT:SEQUENCE:DEADLINE; CLIENT is 32 hex digits`);
  return { requestId };
}

/** The same, and the lock on which the change depends. */
export function fencedOptionsOf(args: Arguments): FencedOptions {
  const text = args.optionalText("fence");
  if (text === undefined) return changeOptionsOf(args);
  const colon = text.lastIndexOf(":");
  const token = text.slice(colon + 1);
  if (colon < 1 || !/^[1-9]\d{0,14}$/.test(token)) throw usageError(`--fence: '${text}' is not KEY:TOKEN`);
  const fence = { key: keyOf(args, text.slice(0, colon)), token: Number(token) };
  return { ...changeOptionsOf(args), fence };
}

/** The times that `--ttl` and `--lease` name. */
export function lifetimeOptionsOf(args: Arguments): LifetimeOptions {
  const ttl = args.optionalText("ttl");
  const leaseId = args.integer("lease", 1, Number.MAX_SAFE_INTEGER);
  if (ttl !== undefined && leaseId !== undefined)
    throw usageError("--ttl and --lease exclude each other; name one");
  if (ttl !== undefined) return { ttlMs: ttlOf(ttl, "--ttl") };
  return leaseId === undefined ? {} : { leaseId };
}

/** Whole ms; `where` names what was typed. */
export function ttlOf(text: string, where: string): number {
  return parseDuration(text, where, { msMin: TTL_MS_MIN, msMax: TTL_MS_MAX });
}

export function writeOptionsOf(args: Arguments): WriteOptions {
  const ifRevision = args.integer("if-rev", 0, Number.MAX_SAFE_INTEGER);
  const ifValue = args.optionalText("if-value");
  const named = ["if-absent", "if-rev", "if-value"].filter((name) => args.has(name));
  if (named.length > 1) throw usageError(`--${named.join(" and --")} exclude each other; name one`);
  if (ifValue !== undefined) refuseReplaced(ifValue, "such a value cannot be compared from a command line");
  return {
    ...fencedOptionsOf(args),
    previous: args.flag("prev"),
    ...(args.flag("if-absent") ? { ifAbsent: true } : {}),
    ...(ifRevision === undefined ? {} : { ifRevision }),
    ...(ifValue === undefined ? {} : { ifValue: bytesOfWord(ifValue) }),
  };
}

/** Infinity when `--limit` is not given. */
export function limitOf(args: Arguments): number {
  return args.integer("limit", 1, LIMIT_MAX) ?? Number.POSITIVE_INFINITY;
}

/** The interval that `[prefix]` and `--after` name together, and `--limit`. */
export function pageOf(args: Arguments): IntervalOptions & { readonly limit: number } {
  const prefix = args.optionalText("prefix");
  const after = args.optionalText("after");
  const limit = limitOf(args);
  if (after === undefined)
    return { ...(prefix === undefined ? {} : { prefix: keyBoundOf(args, prefix) }), limit };
  const from = keyAfter(keyBoundOf(args, after));
  if (prefix === undefined) return { start: from, limit };
  const first = keyBoundOf(args, prefix);
  const end = prefixEnd(first);
  return {
    start: Buffer.compare(from, first) > 0 ? from : first,
    ...(end === undefined ? {} : { end }),
    limit,
  };
}

/** The bytes of a value as it was typed: the text itself, stdin for `-`, or a file's content for `@FILE`. */
export async function readValue(run: Run, text: string): Promise<Uint8Array> {
  if (text === "-") return run.terminal.readInput();
  if (text.startsWith("@")) return readNamed(text.slice(1));
  refuseReplaced(text, "hand such a value in by @FILE, or by - on stdin");
  return bytesOfWord(text);
}

/** The content of a file; `-` is stdin. */
export async function readFileOrInput(run: Run, path: string): Promise<Uint8Array> {
  return path === "-" ? run.terminal.readInput() : readNamed(path);
}

async function readNamed(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ProgramError(`cannot read '${path}': ${reason}; name a readable file`, {
      exitCode: EXIT_CODES.local,
      code: "file",
      cause: error,
    });
  }
}

/** A record's fields in JSON, its value as `value` or `value_b64`. */
export function jsonRecord(record: KeyRecord): Readonly<Record<string, unknown>> {
  return {
    ...jsonBytes("value", record.value),
    create_revision: record.createRevision,
    mod_revision: record.modRevision,
    version: record.version,
    ...(record.leaseId === 0 ? {} : { lease: record.leaseId }),
  };
}
