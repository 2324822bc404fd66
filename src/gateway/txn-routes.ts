import { TXN_BYTES_MAX } from "../base/limits.ts";
import type { TxnAnswer } from "../client/replies.ts";
import type { TxnCompare, TxnDo, TxnRequest } from "../client/txn.ts";
import type { KeyRecord } from "../kv/command.ts";
import type { Json } from "../kv/json-text.ts";
import { json } from "./answer.ts";
import { CHANGE_PARAMETERS, refuseWeakChange } from "./common-parameters.ts";
import { badRequest, HttpError } from "./http-error.ts";
import { isForm, JsonFields, jsonBody, mediaType } from "./json-fields.ts";
import { checkedKey, checkedValue, headOf, intervalField, lifetimeField, touchKey } from "./keys.ts";
import { octetsField } from "./octets.ts";
import type { Input, Plan, Route } from "./route.ts";
import { COUNT, FLAG, jsonContent, LEASE_ENDED, list, object, octets, TEXT } from "./schemas.ts";

type Touch = Plan["touches"][number];

const RELATIONS = ["=", "!=", "<", ">"] as const;
const STEPS = ["put", "delete", "delete-range", "get"] as const;

const COMPARE = object({
  ...octets("key"),
  "exists?": FLAG,
  ...octets("value"),
  "version?": COUNT,
  "revision?": COUNT,
  "create_revision?": COUNT,
  "is?": { enum: RELATIONS },
});
const STEP = object({
  op: { enum: STEPS },
  ...octets("key"),
  ...octets("value"),
  "ttl?": TEXT,
  "lease?": COUNT,
  "prev?": FLAG,
  ...octets("prefix"),
  ...octets("start"),
  ...octets("end"),
});
const ANSWERS = list(object({ op: { enum: STEPS } }));

/** `POST /v1/txn` and `/v1/batch`. */
export const TXN_ROUTES: readonly Route[] = [
  {
    method: "POST",
    path: "/v1/txn",
    access: "write",
    fence: true,
    parameters: CHANGE_PARAMETERS,
    bodyBytesMax: 2 * TXN_BYTES_MAX,
    document: {
      tag: "several keys",
      summary: "Does one of two lists of operations, whole, as the compares hold or not.",
      body: {
        describe: "compares, what is done when all hold, and what when not",
        content: {
          "application/json": object({ "compare?": list(COMPARE), "then?": list(STEP), "else?": list(STEP) }),
        },
      },
      replies: {
        200: jsonContent(
          "one of the lists was done",
          object({ succeeded: FLAG, revision: COUNT, answers: ANSWERS }),
        ),
        404: LEASE_ENDED,
        409: jsonContent("a compare did not hold, and there is no else", object({})),
      },
    },
    plan: planTxn,
  },
  {
    method: "POST",
    path: "/v1/batch",
    access: "write",
    fence: true,
    parameters: CHANGE_PARAMETERS,
    bodyBytesMax: 2 * TXN_BYTES_MAX,
    document: {
      tag: "several keys",
      summary: "Does a list of operations, whole and at one revision.",
      body: {
        describe: "the operations",
        content: { "application/json": object({ operations: list(STEP) }) },
      },
      replies: { 200: jsonContent("done", object({ revision: COUNT, answers: ANSWERS })), 404: LEASE_ENDED },
    },
    plan: planBatch,
  },
];

function planTxn(input: Input): Plan {
  const fields = bodyFields(input, ["compare", "then", "else"]);
  const compares = (fields.items("compare") ?? []).map((item, index) => compareOf(item, `compare[${index}]`));
  const steps = stepsOf(fields, "then");
  const otherwise = stepsOf(fields, "else");
  const hasElse = fields.json("else") !== undefined;
  const request: TxnRequest = {
    if: compares.map(({ compare }) => compare),
    do: steps.map(({ step }) => step),
    else: otherwise.map(({ step }) => step),
  };
  return {
    touches: [...compares, ...steps, ...otherwise].map(({ touch }) => touch),
    act: async ({ client, change }) => {
      const reply = await client.txn(request, change);
      const { succeeded, revision } = reply;
      if (!succeeded && !hasElse)
        throw new HttpError(409, "condition_failed", "a compare does not hold; nothing was done");
      const done = succeeded ? steps : otherwise;
      const answers = reply.answers.map((answer, index) => answerOf(answer, done[index]?.key));
      return json({ succeeded, revision, answers }, reply);
    },
  };
}

function planBatch(input: Input): Plan {
  const fields = bodyFields(input, ["operations"]);
  fields.need(fields.json("operations"), "operations");
  const steps = stepsOf(fields, "operations");
  if (steps.length === 0) throw badRequest("there is nothing to do; name at least one operation");
  const request: TxnRequest = { do: steps.map(({ step }) => step) };
  return {
    touches: steps.map(({ touch }) => touch),
    act: async ({ client, change }) => {
      const reply = await client.txn(request, change);
      const answers = reply.answers.map((answer, index) => answerOf(answer, steps[index]?.key));
      return json({ revision: reply.revision, answers }, reply);
    },
  };
}

function bodyFields({ query, headers, body }: Input, names: readonly string[]): JsonFields {
  refuseWeakChange(query);
  if (isForm(mediaType(headers["content-type"]), body)) throw badRequest("the body is not JSON");
  return new JsonFields(jsonBody(body), names);
}

const COMPARED = ["exists", "value", "version", "revision", "create_revision"] as const;

function compareOf(item: Json, where: string): { readonly compare: TxnCompare; readonly touch: Touch } {
  const fields = new JsonFields(item, ["key", "is", ...COMPARED], where);
  const key = checkedKey(fields.need(fields.bytes("key"), "key"), "");
  const named = COMPARED.filter((name) => fields.has(name) || fields.has(`${name}_b64`));
  const [target] = named;
  if (target === undefined || named.length > 1)
    throw badRequest(`${where}: name one of ${COMPARED.join(", ")}, to be compared`);
  const relation = RELATIONS.find((candidate) => candidate === (fields.text("is") ?? "="));
  if (relation === undefined) throw badRequest(`${where}.is: one of ${RELATIONS.join(" ")} is needed`);
  return { compare: comparison(fields, key, { target, relation, where }), touch: touchKey("read", key) };
}

function comparison(
  fields: JsonFields,
  key: Uint8Array,
  how: {
    readonly target: (typeof COMPARED)[number];
    readonly relation: (typeof RELATIONS)[number];
    readonly where: string;
  },
): TxnCompare {
  const { target, relation, where } = how;
  if (target === "exists") {
    if (relation !== "=") throw badRequest(`${where}: exists takes no is`);
    return { key, exists: fields.need(fields.flag("exists"), target) };
  }
  if (target === "value") return { key, value: fields.need(fields.bytes("value"), target), is: relation };
  const number = fields.need(fields.integer(target, 0, Number.MAX_SAFE_INTEGER), target);
  if (target === "version") return { key, version: number, is: relation };
  if (target === "revision") return { key, revision: number, is: relation };
  return { key, createRevision: number, is: relation };
}

interface Step {
  readonly step: TxnDo;
  readonly touch: Touch;
  /** Undefined for a range. */
  readonly key: Uint8Array | undefined;
}

function stepsOf(fields: JsonFields, name: string): readonly Step[] {
  return (fields.items(name) ?? []).map((item, index) => stepOf(item, `${name}[${index}]`));
}

function stepOf(item: Json, where: string): Step {
  const any = new JsonFields(
    item,
    ["op", "key", "value", "ttl", "lease", "prev", "prefix", "start", "end"],
    where,
  );
  const op = STEPS.find((candidate) => candidate === any.text("op"));
  if (op === undefined) throw badRequest(`${where}.op: one of ${STEPS.join(", ")} is needed`);
  const fields = new JsonFields(item, ["op", ...STEP_NAMES[op]], where);
  if (op === "delete-range") {
    const { start, end, isNamed } = intervalField(fields);
    if (!isNamed) throw badRequest(`${where}: no range is named; name a prefix, or start and end`);
    const touch: Touch = { access: "write", start, end };
    return { step: { deleteRange: { start, ...(end === undefined ? {} : { end }) } }, touch, key: undefined };
  }
  const key = checkedKey(fields.need(fields.bytes("key"), "key"), "");
  if (op === "get") return { step: { get: key }, touch: touchKey("read", key), key };
  const previous = fields.flag("prev") ?? false;
  const touch = touchKey("write", key);
  if (op === "delete") return { step: { delete: key, previous }, touch, key };
  const value = checkedValue(fields.need(fields.bytes("value"), "value"));
  return { step: { put: key, value, previous, ...lifetimeField(fields) }, touch, key };
}

const STEP_NAMES: Readonly<Record<(typeof STEPS)[number], readonly string[]>> = {
  put: ["key", "value", "ttl", "lease", "prev"],
  delete: ["key", "prev"],
  "delete-range": ["prefix", "start", "end"],
  get: ["key"],
};

function answerOf(answer: TxnAnswer, key: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  const named = key === undefined ? {} : octetsField("key", key);
  switch (answer.kind) {
    case "put": {
      const { createRevision, version, previous } = answer;
      return { op: "put", ...named, create_revision: createRevision, version, ...previousOf(previous) };
    }
    case "delete":
      return { op: "delete", ...named, deleted: answer.deleted, ...previousOf(answer.previous) };
    case "delete-range":
      return { op: "delete-range", deleted: answer.count };
    case "get":
      return {
        op: "get",
        ...named,
        record: answer.record === undefined ? null : recordOf(answer.record),
      };
  }
}

function previousOf(record: KeyRecord | undefined): Readonly<Record<string, unknown>> {
  return record === undefined ? {} : { previous: recordOf(record) };
}

function recordOf(record: KeyRecord): Readonly<Record<string, unknown>> {
  return { ...octetsField("value", record.value), ...headOf(record) };
}
