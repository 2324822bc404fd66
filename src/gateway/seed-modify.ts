import { KvdError } from "../base/errors.ts";
import { VALUE_BYTES_MAX } from "../base/limits.ts";
import type { Modification } from "../client/operations.ts";
import { json, REPLAYED } from "./answer.ts";
import { CHANGE_PARAMETERS, KEY, refuseWeakChange } from "./common-parameters.ts";
import { badRequest, refusal } from "./http-error.ts";
import { isForm, JsonFields, jsonBody, mediaType } from "./json-fields.ts";
import { checkedKey, checkedValue, touchKey } from "./keys.ts";
import { octetsField, utf8Text } from "./octets.ts";
import type { Parameter } from "./parameters.ts";
import { Parameters } from "./parameters.ts";
import type { Answer, Context, Input, Plan, Route } from "./route.ts";
import { COUNT, FLAG, jsonContent, object, octets, TEXT } from "./schemas.ts";
import { ENVELOPE_BYTES } from "./seed-writes.ts";

export const OPS = ["incr", "append", "prepend", "max", "min", "set-if-absent", "cas", "json-merge"] as const;
type Op = (typeof OPS)[number];

const FIELDS: readonly Parameter[] = [
  KEY,
  {
    name: "op",
    kind: "choice",
    values: OPS,
    describe: "how the new value is made; cas when expected is named",
  },
  { name: "arg", kind: "bytes", describe: "what the value is changed by; incr takes 1 without it" },
  { name: "expected", kind: "bytes", describe: "cas: the value that has to be there" },
  { name: "new", kind: "bytes", describe: "cas: the value that takes its place; arg will do, too" },
];
const NAMES = FIELDS.map(({ name }) => name);

/** `POST /kv/rmw`. */
export const SEED_MODIFY: Route = {
  method: "POST",
  path: "/kv/rmw",
  access: "write",
  fence: true,
  parameters: [...FIELDS, ...CHANGE_PARAMETERS],
  bodyBytesMax: 2 * (VALUE_BYTES_MAX + ENVELOPE_BYTES),
  document: {
    tag: "keys and values",
    summary:
      "Makes a key's value from its present one, at the server. With an Idempotency-Key a retry is harmless.",
    body: {
      describe: "what the query may say, unless the query says it",
      content: {
        "application/json": object({
          ...octets("key"),
          "op?": { enum: OPS },
          ...octets("arg"),
          ...octets("expected"),
          ...octets("new"),
        }),
        "application/x-www-form-urlencoded": object({ key: TEXT, "op?": { enum: OPS }, "arg?": TEXT }),
      },
    },
    replies: {
      200: jsonContent(
        "done; old is null when there was no value",
        object({
          ok: FLAG,
          ...octets("key"),
          ...octets("old"),
          ...octets("new"),
          changed: FLAG,
          revision: COUNT,
        }),
      ),
      409: jsonContent("the value is not the one that was expected, or does not fit the op", object({})),
    },
  },
  plan: planModify,
};

interface Asked {
  bytes(name: string): Uint8Array | undefined;
  text(name: string): string | undefined;
}

function planModify(input: Input): Plan {
  refuseWeakChange(input.query);
  const asked = askedOf(input);
  const key = checkedKey(asked.bytes("key"), "name it as key, in the body or the query");
  const change = modificationOf(asked);
  return {
    touches: [touchKey("write", key)],
    act: async (context) => (await modify(context, key, change)).value,
  };
}

function askedOf({ query, headers, body }: Input): Asked {
  if (body.length === 0) return query;
  if (query.names.some((name) => NAMES.includes(name.replace(/_b64$/, ""))))
    throw badRequest("what to do is in the query and in the body; give it in one");
  if (isForm(mediaType(headers["content-type"]), body))
    return new Parameters(Buffer.from(body).toString("latin1").trim(), FIELDS);
  return askedInJson(new JsonFields(jsonBody(body), NAMES));
}

/** What a JSON object asks for; `{"op":"incr","arg":5}` and `{"op":"json-merge","arg":{}}` are what everybody writes. */
export function askedInJson(fields: JsonFields): Asked {
  if (fields.has("expected") && fields.json("expected") === undefined)
    throw badRequest("expected is null; to store a value where there is none say op: set-if-absent");
  return {
    bytes: (name) => (name === "arg" ? fields.document(name) : fields.bytes(name)),
    text: (name) => fields.text(name),
  };
}

/** What a request's `op`, `arg`, `expected` and `new` mean; throws a 400 when they mean nothing. */
export function modificationOf(asked: Asked): Modification {
  const argument = asked.bytes("arg");
  const replacement = asked.bytes("new");
  const expected = asked.bytes("expected");
  const op = opOf(asked, expected !== undefined);
  if (op !== "cas" && (expected ?? replacement) !== undefined)
    throw badRequest(`expected and new belong to cas, not to ${op}`);
  if (op === "cas") {
    const value = replacement ?? argument;
    const isTwice = replacement !== undefined && argument !== undefined;
    if (expected === undefined || value === undefined || isTwice)
      throw badRequest(
        "cas needs expected and new, the value that has to be there and the one for its place",
      );
    return { op, expected: checkedValue(expected), argument: checkedValue(value) };
  }
  if (op === "incr") return { op, argument: argument === undefined ? 1n : wholeOf(argument, op) };
  if (argument === undefined) throw badRequest(`${op} needs arg`);
  if (op === "max" || op === "min") return { op, argument: wholeOf(argument, op) };
  return { op, argument: checkedValue(argument) };
}

function opOf(asked: Asked, isCas: boolean): Op {
  const text = asked.text("op");
  if (text === undefined && isCas) return "cas";
  const op = OPS.find((candidate) => candidate === text);
  if (op === undefined) throw badRequest(`op=${text ?? ""}: one of ${OPS.join(", ")} is needed`);
  return op;
}

function wholeOf(bytes: Uint8Array, op: Op): bigint {
  const text = utf8Text(bytes) ?? "";
  if (/^-?\d{1,19}$/.test(text)) return BigInt(text);
  throw badRequest(`arg=${text.slice(0, 40)}: ${op} needs a whole number of 64 bits`);
}

/** The answer to a modification, and the revision of the record's last change. */
export async function modify(
  { client, change, read }: Context,
  key: Uint8Array,
  modification: Modification,
): Promise<{ readonly value: Answer; readonly modRevision: number }> {
  try {
    const reply = await client.modify(key, modification, { ...change, previous: true });
    const { previous, value, revision, changed, modRevision } = reply;
    const old = previous === undefined ? { old: null } : octetsField("old", previous.value);
    const made = value === undefined ? {} : octetsField("new", value);
    const told = { ok: true, ...octetsField("key", key), ...old, ...made, changed, revision };
    return { value: json(told, reply), modRevision };
  } catch (error) {
    if (!(error instanceof KvdError) || error.failure.code !== "condition_failed") throw error;
    // As it is now: it may have changed again since it was compared.
    const { record } = await client.get(key, read("linearizable"));
    const current =
      record === undefined
        ? { current: null, current_revision: 0 }
        : { ...octetsField("current", record.value), current_revision: record.modRevision };
    const headers = error.failure.repeated === true ? REPLAYED : {};
    const { conflict } = error.failure;
    const details = { ...current, ...(conflict === undefined ? {} : { conflict }) };
    throw refusal(409, "condition_failed", error.message, { details, headers, cause: error });
  }
}
