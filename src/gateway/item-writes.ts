import { VALUE_BYTES_MAX } from "../base/limits.ts";
import type { LifetimeOptions } from "../client/options.ts";
import type { Answered } from "../client/replies.ts";
import type { KeyRecord } from "../kv/command.ts";
import { json, withHeaders } from "./answer.ts";
import { CHANGE_PARAMETERS, LIFETIME_PARAMETERS, refuseWeakChange } from "./common-parameters.ts";
import { changeCondition, type HeaderCondition, preconditionFailed, tagOf } from "./entity-tags.ts";
import { notFound } from "./http-error.ts";
import { itemKey } from "./item-path.ts";
import { checkedValue, itemOf, lifetimeField, touchKey } from "./keys.ts";
import { octetsField, showOctets } from "./octets.ts";
import type { Parameter } from "./parameters.ts";
import type { Context, Input, Plan, Route } from "./route.ts";
import { ANYTHING, COUNT, FLAG, ITEM, jsonContent, LEASE_ENDED, object, octets, orNull } from "./schemas.ts";
import { ENVELOPE_BYTES } from "./seed-writes.ts";

const PREVIOUS: Parameter = {
  name: "prev",
  kind: "flag",
  describe: "tells the record that was there before",
};
const PATH = { "*": "the key, percent-encoded; slashes may stand as they are" };
const CONDITIONS = { "If-Match": "only if the record has this ETag; *: only if there is one" };
const FAILED = jsonContent("the condition does not hold", object({}));

/** `PUT` and `DELETE` of `/v1/kv/{key}`. */
export const ITEM_WRITES: readonly Route[] = [
  {
    method: "PUT",
    path: "/v1/kv/*",
    access: "write",
    fence: true,
    parameters: [PREVIOUS, ...LIFETIME_PARAMETERS, ...CHANGE_PARAMETERS],
    bodyBytesMax: VALUE_BYTES_MAX + ENVELOPE_BYTES,
    document: {
      tag: "items",
      summary: "Stores the body as the value, under a condition if a header names one.",
      path: PATH,
      headers: { ...CONDITIONS, "If-None-Match": "*: only if there is no such key" },
      body: { describe: "the value, byte for byte", content: { "application/octet-stream": ANYTHING } },
      replies: {
        200: jsonContent("stored", object({ ...octets("key"), ...STORED(), "previous?": orNull(ITEM) })),
        201: jsonContent("stored, and there was none before", object({ ...octets("key"), ...STORED() })),
        404: LEASE_ENDED,
        412: FAILED,
      },
    },
    plan: planPut,
  },
  {
    method: "DELETE",
    path: "/v1/kv/*",
    access: "write",
    fence: true,
    parameters: [PREVIOUS, ...CHANGE_PARAMETERS],
    bodyBytesMax: ENVELOPE_BYTES,
    document: {
      tag: "items",
      summary: "Deletes the key, under a condition if a header names one.",
      path: PATH,
      headers: CONDITIONS,
      replies: {
        200: jsonContent(
          "deleted",
          object({ ...octets("key"), deleted: FLAG, revision: COUNT, "previous?": orNull(ITEM) }),
        ),
        404: jsonContent("no such key", object({})),
        412: FAILED,
      },
    },
    plan: planDelete,
  },
];

function STORED() {
  return { revision: COUNT, create_revision: COUNT, version: COUNT };
}

interface Stored extends Answered {
  readonly createRevision: number;
  readonly version: number;
  readonly previous: KeyRecord | undefined;
}

interface PutPlan {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly lifetime: LifetimeOptions;
  readonly previous: boolean;
  readonly condition: HeaderCondition;
}

function planPut(input: Input): Plan {
  refuseWeakChange(input.query);
  const key = itemKey(input.rest);
  const value = checkedValue(input.body);
  const lifetime = lifetimeField(input.query);
  const previous = input.query.flag("prev");
  const condition = changeCondition(input);
  return {
    touches: [touchKey("write", key)],
    conditional: true,
    act: async (context) => {
      const stored = await put(context, { key, value, lifetime, previous, condition });
      const { revision, createRevision, version } = stored;
      const before = previous ? { previous: previousOf(key, stored.previous) } : {};
      const head = {
        ...octetsField("key", key),
        revision,
        create_revision: createRevision,
        version,
        ...before,
      };
      const answer = json(head, stored, version === 1 ? 201 : 200);
      return withHeaders(answer, { ETag: tagOf(revision) });
    },
  };
}

async function put({ client, change }: Context, plan: PutPlan): Promise<Stored> {
  const { key, value, lifetime, previous, condition } = plan;
  if (condition.kind !== "present") {
    const options = condition.kind === "options" ? condition.options : {};
    return client.put(key, value, { ...change, ...lifetime, previous, ...options });
  }
  const request = { if: [{ key, exists: true }], do: [{ put: key, value, previous, ...lifetime }] };
  const reply = await client.txn(request, change);
  const [answer] = reply.answers;
  if (answer?.kind !== "put") throw preconditionFailed(`there is no key ${showOctets(key)}`);
  const { answers: _, ...answered } = reply;
  return { ...answered, ...answer };
}

function planDelete(input: Input): Plan {
  refuseWeakChange(input.query);
  const key = itemKey(input.rest);
  const previous = input.query.flag("prev");
  const condition = changeCondition(input);
  return {
    touches: [touchKey("write", key)],
    conditional: true,
    act: async ({ client, change }) => {
      const options = condition.kind === "options" ? condition.options : {};
      const reply = await client.delete(key, { ...change, previous, ...options });
      const { deleted, revision } = reply;
      const absent = `there is no key ${showOctets(key)}`;
      if (!deleted) throw condition.kind === "present" ? preconditionFailed(absent) : notFound(absent);
      const before = previous ? { previous: previousOf(key, reply.previous) } : {};
      return json({ ...octetsField("key", key), deleted, revision, ...before }, reply);
    },
  };
}

function previousOf(key: Uint8Array, record: KeyRecord | undefined): unknown {
  return record === undefined ? null : itemOf(key, record);
}
