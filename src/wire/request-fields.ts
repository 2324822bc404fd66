import type protobuf from "protobufjs/minimal.js";
import type { Consistency, Request } from "./client-messages.ts";
import {
  amountField,
  bytesField,
  countField,
  malformed,
  positiveField,
  slotField,
  textField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import { kvd } from "./schema.generated.js";

const LEVELS: readonly Consistency["level"][] = ["linearizable", "sequential"];

export function readMutate(reader: protobuf.Reader): Request {
  const body = kvd.MutateRequest.decode(reader);
  if (body.command.length === 0) malformed("the command is missing");
  return {
    kind: "mutate",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    command: body.command,
    forwarded: body.forwarded,
  };
}

export function readGet(reader: protobuf.Reader): Request {
  const body = kvd.GetRequest.decode(reader);
  return {
    kind: "get",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    key: bytesField(body.key),
    consistency: consistencyField(body),
  };
}

export function readRangeRequest(reader: protobuf.Reader): Request {
  const body = kvd.RangeRequest.decode(reader);
  return {
    kind: "range",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    start: bytesField(body.start),
    end: body.bounded ? bytesField(body.end) : undefined,
    limit: positiveField(body.limit, "limit"),
    bytesMax: positiveField(body.bytesMax, "limit in bytes"),
    keysOnly: body.keysOnly,
    consistency: consistencyField(body),
  };
}

export function readLeases(reader: protobuf.Reader): Request {
  const body = kvd.LeasesRequest.decode(reader);
  return {
    kind: "leases",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    from: countField(body.from, "first lease"),
    limit: positiveField(body.limit, "limit"),
    keysMax: countField(body.keysMax, "limit of keys"),
    consistency: consistencyField(body),
  };
}

export function readPrincipals(reader: protobuf.Reader): Request {
  const body = kvd.PrincipalsRequest.decode(reader);
  return {
    kind: "principals",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    consistency: consistencyField(body),
  };
}

export function readHandOver(reader: protobuf.Reader): Request {
  const body = kvd.HandOverRequest.decode(reader);
  return {
    kind: "hand-over",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    to: textField(body.to, NAME_CHARACTERS_MAX, "name"),
  };
}

export function consistencyBody(consistency: Consistency): { level: number; token: number } {
  const level = wordNumber(LEVELS, consistency.level);
  return { level, token: consistency.level === "sequential" ? consistency.token : 0 };
}

function consistencyField(body: { level: number; token: number }): Consistency {
  const level = wordField(LEVELS, body.level, "consistency");
  return level === "linearizable" ? { level } : { level, token: slotField(body.token, "token") };
}
