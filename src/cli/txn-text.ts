import { durationMs } from "../base/duration.ts";
import { TTL_MS_MAX, TTL_MS_MIN } from "../base/limits.ts";
import type { LifetimeOptions } from "../client/options.ts";
import type { TxnCompare, TxnDo, TxnRequest } from "../client/txn.ts";
import type { Relation } from "../kv/command.ts";
import { usageError } from "./program-error.ts";
import { ScriptReader } from "./script-reader.ts";
import { textOf } from "./word-bytes.ts";

const HOUR_MS = 3_600_000;
const RELATIONS: readonly Relation[] = ["!=", "=", "<", ">"];

/**
 * A transaction as people write it: `if rev(a)=5 && absent(b) then put a 1; del c else get a`. Line ends
 * part operations like semicolons; a line that begins with # is a comment. Throws a usage error with the place.
 */
export function parseTxn(text: string): TxnRequest {
  const reader = new ScriptReader(text, (message) => usageError(message));
  reader.skipBlanks();
  const compares = reader.takeKeyword("if") ? comparesOf(reader) : [];
  reader.skipBlanks();
  if (!reader.takeKeyword("then")) throw reader.error("expected 'if' or 'then'");
  const steps = stepsOf(reader);
  const otherwise = reader.takeKeyword("else") ? stepsOf(reader) : [];
  if (!reader.isAtEnd) throw reader.error("expected the end");
  return { if: compares, do: steps, else: otherwise };
}

function comparesOf(reader: ScriptReader): readonly TxnCompare[] {
  const compares: TxnCompare[] = [];
  do {
    reader.skipBlanks();
    compares.push(compareOf(reader));
    reader.skipBlanks();
  } while (reader.takeMark("&&"));
  return compares;
}

function compareOf(reader: ScriptReader): TxnCompare {
  const target = reader.takeName();
  if (!reader.takeMark("("))
    throw reader.error("expected a question like rev(KEY)=5, absent(KEY) or value(KEY)=x");
  const key = reader.takeWord(")");
  if (!reader.takeMark(")")) throw reader.error("expected ')'");
  if (target === "exists" || target === "absent") return { key, exists: target === "exists" };
  reader.skipBlanks();
  const is = RELATIONS.find((relation) => reader.takeMark(relation));
  if (is === undefined) throw reader.error(`expected one of ${RELATIONS.join(" ")}`);
  reader.skipBlanks();
  switch (target) {
    case "value":
      return { key, value: reader.takeWord(), is };
    case "version":
      return { key, version: reader.takeNumber(), is };
    case "rev":
      return { key, revision: reader.takeNumber(), is };
    case "create":
      return { key, createRevision: reader.takeNumber(), is };
    default:
      throw reader.error(`'${target}' is not one of rev, create, version, value, exists, absent`);
  }
}

function stepsOf(reader: ScriptReader): readonly TxnDo[] {
  const steps: TxnDo[] = [];
  for (;;) {
    reader.skipBlanks(";");
    if (reader.isAtEnd || reader.isAtKeyword("else")) return steps;
    steps.push(stepOf(reader));
    if (!reader.isAtBreak && !reader.isAtKeyword("else"))
      throw reader.error("expected ';' or the end of the line");
  }
}

function stepOf(reader: ScriptReader): TxnDo {
  const verb = reader.takeName();
  switch (verb) {
    case "put":
    case "set":
      return {
        put: argumentOf(reader, "a key"),
        value: argumentOf(reader, "a value"),
        ...lifetimeOf(reader),
      };
    case "get":
      return { get: argumentOf(reader, "a key") };
    case "del":
    case "rm":
      if (reader.takeFlag("--prefix")) return { deletePrefix: argumentOf(reader, "a prefix") };
      if (reader.takeFlag("--range")) {
        const start = argumentOf(reader, "the first key");
        return { deleteRange: { start, end: argumentOf(reader, "the key where it ends") } };
      }
      return { delete: argumentOf(reader, "a key") };
    default:
      throw reader.error(`'${verb}' is not one of put, del, get`);
  }
}

/** The next word; a bare one that looks like an option would be stored where its own argument is missing. */
function argumentOf(reader: ScriptReader, what: string): Uint8Array {
  if (!reader.isAtOption) return reader.takeArgument(what);
  throw reader.error(
    `expected ${what}, and not an option; in quotes, '--like this', it is taken as it stands`,
  );
}

function lifetimeOf(reader: ScriptReader): LifetimeOptions {
  if (reader.takeFlag("--ttl")) {
    const text = textOf(reader.takeArgument("a time like 30s"));
    const ttlMs = durationMs(text ?? "") ?? 0;
    if (ttlMs < TTL_MS_MIN || ttlMs > TTL_MS_MAX)
      throw reader.error(`expected a time from ${TTL_MS_MIN}ms to ${TTL_MS_MAX / HOUR_MS}h, as 30s or 1h`);
    return { ttlMs };
  }
  if (!reader.takeFlag("--lease")) return {};
  reader.skipSpaces();
  const leaseId = reader.takeNumber();
  if (leaseId === 0) throw reader.error("leases have ids from 1 on");
  return { leaseId };
}
