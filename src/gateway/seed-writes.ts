import { TXN_BYTES_MAX, VALUE_BYTES_MAX } from "../base/limits.ts";
import type { LifetimeOptions } from "../client/options.ts";
import type { Json } from "../kv/json-text.ts";
import { json } from "./answer.ts";
import { CHANGE_PARAMETERS, KEY, LIFETIME_PARAMETERS, refuseWeakChange } from "./common-parameters.ts";
import { badRequest } from "./http-error.ts";
import { isForm, isString, JsonFields, jsonBody, mediaType } from "./json-fields.ts";
import { checkedKey, checkedValue, lifetimeField, touchKey } from "./keys.ts";
import { octetsField, showOctets, textOctets } from "./octets.ts";
import { pairsOf } from "./parameters.ts";
import type { Input, Plan, Route } from "./route.ts";
import { ANYTHING, COUNT, FLAG, jsonContent, LEASE_ENDED, list, object, octets, TEXT } from "./schemas.ts";

const ITEM_IN = object({ ...octets("key"), ...octets("value"), "ttl?": TEXT, "lease?": COUNT });

/** What a body may have beyond the values in it. */
export const ENVELOPE_BYTES = 4 * 1024;

/** `POST /kv/set`, `/kv/set-multi` and `/kv/delete`. */
export const SEED_WRITES: readonly Route[] = [
  {
    method: "POST",
    path: "/kv/set",
    access: "write",
    fence: true,
    parameters: [
      KEY,
      {
        name: "value",
        kind: "bytes",
        describe: "the value; without it the body is the value, as it is; an empty one is said here: value=",
      },
      ...LIFETIME_PARAMETERS,
      ...CHANGE_PARAMETERS,
    ],
    bodyBytesMax: VALUE_BYTES_MAX + ENVELOPE_BYTES,
    document: {
      tag: "keys and values",
      summary:
        "Stores a value. A value in the query is bounded by the size of a request's head; send large ones as the body.",
      body: { describe: "the value, byte for byte", content: { "application/octet-stream": ANYTHING } },
      replies: {
        200: jsonContent(
          "stored",
          object({ ok: FLAG, ...octets("key"), revision: COUNT, create_revision: COUNT, version: COUNT }),
        ),
        404: LEASE_ENDED,
      },
    },
    plan: planSet,
  },
  {
    method: "POST",
    path: "/kv/set-multi",
    access: "write",
    fence: true,
    parameters: CHANGE_PARAMETERS,
    bodyBytesMax: TXN_BYTES_MAX * 2,
    document: {
      tag: "keys and values",
      summary: "Stores all values or none, at one revision.",
      body: {
        describe: 'names and values, or {"items": [...]}, or a bare list of items; a form will do, too',
        content: {
          "application/json": {
            anyOf: [
              { type: "object", additionalProperties: TEXT },
              object({ items: list(ITEM_IN) }),
              list(ITEM_IN),
            ],
          },
          "application/x-www-form-urlencoded": { type: "object", additionalProperties: TEXT },
        },
      },
      replies: {
        200: jsonContent("stored", object({ ok: FLAG, count: COUNT, revision: COUNT })),
        404: LEASE_ENDED,
      },
    },
    plan: planSetMulti,
  },
  {
    method: "POST",
    path: "/kv/delete",
    access: "write",
    fence: true,
    parameters: [KEY, ...CHANGE_PARAMETERS],
    bodyBytesMax: ENVELOPE_BYTES,
    document: {
      tag: "keys and values",
      summary: "Deletes a key; deleted is false when there was none.",
      replies: {
        200: jsonContent("done", object({ ok: FLAG, ...octets("key"), deleted: FLAG, revision: COUNT })),
      },
    },
    plan: planDelete,
  },
];

function planSet({ query, body }: Input): Plan {
  refuseWeakChange(query);
  const key = checkedKey(
    query.bytes("key"),
    "say /kv/set?key=KEY&value=VALUE, or send the value as the body",
  );
  const named = query.bytes("value");
  if (named !== undefined && body.length > 0)
    throw badRequest("the value is in the query and in the body; give one");
  // A forgotten parameter looks the same as an empty body, and would empty the value.
  if (named === undefined && body.length === 0)
    throw badRequest(
      "there is no value: say value=VALUE, or send it as the body; value= stores an empty one",
    );
  const value = checkedValue(named ?? body);
  const lifetime = lifetimeField(query);
  return {
    touches: [touchKey("write", key)],
    act: async ({ client, change }) => {
      const reply = await client.put(key, value, { ...change, ...lifetime });
      const { revision, createRevision, version } = reply;
      const head = { ok: true, ...octetsField("key", key), revision };
      return json({ ...head, create_revision: createRevision, version }, reply);
    },
  };
}

function planDelete({ query }: Input): Plan {
  refuseWeakChange(query);
  const key = checkedKey(query.bytes("key"), "say /kv/delete?key=KEY");
  return {
    touches: [touchKey("write", key)],
    act: async ({ client, change }) => {
      const reply = await client.delete(key, change);
      const { deleted, revision } = reply;
      return json({ ok: true, ...octetsField("key", key), deleted, revision }, reply);
    },
  };
}

type Entry = readonly [key: Uint8Array, value: Uint8Array, lifetime: LifetimeOptions];

function planSetMulti(input: Input): Plan {
  refuseWeakChange(input.query);
  const entries = entriesOf(input);
  if (entries.length === 0) throw badRequest("there is nothing to set; name at least one key");
  const seen = new Set<string>();
  for (const [key] of entries) {
    const text = Buffer.from(key).toString("latin1");
    if (seen.has(text)) throw badRequest(`the key ${showOctets(key)} comes twice; it can have one value`);
    seen.add(text);
  }
  return {
    touches: entries.map(([key]) => touchKey("write", key)),
    act: async ({ client, change }) => {
      const reply = await client.putAll(entries, change);
      return json({ ok: true, count: reply.count, revision: reply.revision }, reply);
    },
  };
}

function entriesOf({ headers, body }: Input): readonly Entry[] {
  if (isForm(mediaType(headers["content-type"]), body)) {
    const form = Buffer.from(body).toString("latin1").trim();
    return pairsOf(form).map(([name, value]) => entry(textOctets(name, "the name"), value, {}));
  }
  const document = jsonBody(body);
  if (document.kind === "array") return document.items.map((item, index) => itemEntry(item, `[${index}]`));
  if (document.kind === "scalar") throw badRequest("the body is neither a JSON object nor an array");
  // A key may be called items: then its value is a string and no list.
  const items = document.members.get("items")?.value;
  if (items?.kind === "array" && document.members.size === 1)
    return items.items.map((item, index) => itemEntry(item, `items[${index}]`));
  return [...document.members].map(([name, { value }]) => {
    if (!isString(value))
      throw badRequest(`the value of ${JSON.stringify(name.slice(0, 60))} is not a string`);
    const text = JSON.parse(value.text) as string;
    return entry(textOctets(name, "the name"), textOctets(text, "the value"), {});
  });
}

function itemEntry(item: Json, where: string): Entry {
  const fields = new JsonFields(item, ["key", "value", "ttl", "lease"], where);
  const key = fields.need(fields.bytes("key"), "key");
  return entry(key, fields.need(fields.bytes("value"), "value"), lifetimeField(fields));
}

function entry(key: Uint8Array, value: Uint8Array, lifetime: LifetimeOptions): Entry {
  return [checkedKey(key, ""), checkedValue(value), lifetime];
}
