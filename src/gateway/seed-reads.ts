import { keyAfter } from "../client/key-bytes.ts";
import type { RangeOptions } from "../client/options.ts";
import type { RangePage } from "../client/replies.ts";
import { headersOf, json } from "./answer.ts";
import { KEY, READ_PARAMETERS, REVISION, revisionOf } from "./common-parameters.ts";
import { notFound } from "./http-error.ts";
import { checkedKey, intervalField, itemOf, touchKey } from "./keys.ts";
import { base64Text, showOctets, utf8Text } from "./octets.ts";
import type { Answer, Context, Input, Plan, Route } from "./route.ts";
import { BASE64, COUNT, FLAG, FULL_ITEM, jsonContent, list, object, TEXT } from "./schemas.ts";

const KEYS_MAX = 10_000;

/** `GET /kv/keys` and `GET /kv/get`. */
export const SEED_READS: readonly Route[] = [
  {
    method: "GET",
    path: "/kv/keys",
    access: "read",
    parameters: [
      { name: "prefix", kind: "bytes", describe: "only keys that start so" },
      { name: "after", kind: "bytes", describe: "only keys behind this one: the last of the page before" },
      { name: "limit", kind: "integer", min: 1, max: KEYS_MAX, describe: "keys at most; 10,000 by default" },
      {
        name: "encoding",
        kind: "choice",
        values: ["utf-8", "base64"],
        describe: "base64: all keys as base64, in keys_b64; by default only those that are not UTF-8",
      },
      ...READ_PARAMETERS,
    ],
    bodyBytesMax: 0,
    document: {
      tag: "keys and values",
      summary: "The keys, ascending; sequential by default. Accept: text/plain gives one on a line.",
      replies: {
        200: {
          describe: "a page; with more, go on after its last key",
          content: {
            "application/json": object({
              "keys?": list({ anyOf: [TEXT, object({ key_b64: BASE64 })] }),
              "keys_b64?": list(BASE64),
              count: COUNT,
              more: FLAG,
              revision: COUNT,
            }),
            "text/plain": TEXT,
          },
        },
      },
    },
    plan: planKeys,
  },
  {
    method: "GET",
    path: "/kv/get",
    access: "read",
    parameters: [KEY, REVISION, ...READ_PARAMETERS],
    bodyBytesMax: 0,
    document: {
      tag: "keys and values",
      summary: "The value of a key; linearizable by default.",
      replies: {
        200: jsonContent("the record", FULL_ITEM),
        404: jsonContent("no such key", object({})),
        410: jsonContent("the revision is compacted; oldest is the first that is there", object({})),
      },
    },
    plan: planGet,
  },
];

function planKeys({ query, headers }: Input): Plan {
  const { start, end } = intervalField(query);
  const limit = query.integer("limit", 1, KEYS_MAX) ?? KEYS_MAX;
  const isBase64 = query.choice("encoding", ["utf-8", "base64"]) === "base64";
  const isText = /^text\/plain\b/.test(headers.accept ?? "");
  return {
    touches: [{ access: "read", start, end }],
    act: async ({ client, read }) => {
      const options = { ...read("sequential"), ...(end === undefined ? {} : { end }), keysOnly: true };
      const page = await wholePage(client, { ...options, start, limit });
      const keys = page.items.map(({ key }) => key);
      if (isText) return textOf(keys, page, isBase64);
      const listed = isBase64
        ? { keys_b64: keys.map(base64Text) }
        : { keys: keys.map((key) => utf8Text(key) ?? { key_b64: base64Text(key) }) };
      return json({ ...listed, count: keys.length, more: page.more, revision: page.revision }, page);
    },
  };
}

/** As many pages of the cluster as the limit asks for, as one: of the last one's moment. */
async function wholePage(client: Context["client"], options: RangeOptions & { limit: number }) {
  let page = await client.range(options);
  const items = [...page.items];
  while (page.more && items.length < options.limit) {
    const last = items.at(-1);
    if (last === undefined) break;
    page = await client.range({ ...options, start: keyAfter(last.key), limit: options.limit - items.length });
    items.push(...page.items);
  }
  return { ...page, items } satisfies RangePage;
}

function textOf(keys: readonly Uint8Array[], page: RangePage, isBase64: boolean): Answer {
  const lines = keys.map((key) => (isBase64 ? base64Text(key) : Buffer.from(key).toString("latin1")));
  const text = lines.map((line) => `${line}\n`).join("");
  const type = "text/plain; charset=utf-8";
  return {
    status: 200,
    headers: headersOf(page),
    body: { kind: "bytes", type, bytes: Buffer.from(text, "latin1") },
  };
}

function planGet({ query }: Input): Plan {
  const key = checkedKey(query.bytes("key"), "say /kv/get?key=KEY");
  return {
    touches: [touchKey("read", key)],
    act: async ({ client, read }) => {
      const reply = await client.get(key, { ...read("linearizable"), ...revisionOf(query) });
      const { record, timeLeftMs } = reply;
      if (record === undefined) throw notFound(`there is no key ${showOctets(key)}`);
      return json({ ...itemOf(key, record), ttl_ms: timeLeftMs ?? null }, reply);
    },
  };
}
