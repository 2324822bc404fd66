import type { GetReply } from "../client/replies.ts";
import type { KeyRecord } from "../kv/command.ts";
import { headersOf, json, withHeaders } from "./answer.ts";
import { READ_PARAMETERS, REVISION, revisionOf } from "./common-parameters.ts";
import { isUnchanged, tagOf } from "./entity-tags.ts";
import { notFound } from "./http-error.ts";
import { ITEM_HISTORY } from "./item-history.ts";
import { itemKey } from "./item-path.ts";
import { itemOf, touchKey } from "./keys.ts";
import { showOctets } from "./octets.ts";
import type { Answer, Input, Plan, Route } from "./route.ts";
import { ANYTHING, FULL_ITEM, jsonContent, NO_BODY, object } from "./schemas.ts";

const RAW_TYPE = "application/octet-stream";

/** `GET` and `HEAD` of `/v1/kv/{key}`. */
export const ITEM_READ: Route = {
  method: "GET, HEAD",
  path: "/v1/kv/*",
  access: "read",
  parameters: [
    { name: "raw", kind: "flag", describe: `the value, byte for byte; so does Accept: ${RAW_TYPE}` },
    REVISION,
    ...READ_PARAMETERS,
  ],
  bodyBytesMax: 0,
  document: {
    tag: "items",
    summary: "A key's record; its ETag is the revision of its last change.",
    path: { "*": "the key, percent-encoded; slashes may stand as they are" },
    headers: {
      "If-None-Match": "answers 304 when the record still has this ETag",
      "If-Match": "answers 412 unless it has",
    },
    replies: {
      200: {
        describe: "the record",
        content: { "application/json": FULL_ITEM, [RAW_TYPE]: ANYTHING },
      },
      304: NO_BODY("the record still has this ETag"),
      404: jsonContent("no such key", object({})),
      410: jsonContent("the revision is compacted; oldest is the first that is there", object({})),
      412: jsonContent("the record has another ETag", object({})),
    },
  },
  history: ITEM_HISTORY,
  plan: planGet,
};

function planGet(input: Input): Plan {
  const key = itemKey(input.rest);
  const isRaw = input.query.flag("raw") || (input.headers.accept ?? "").startsWith(RAW_TYPE);
  return {
    touches: [touchKey("read", key)],
    conditional: true,
    act: async ({ client, read }) => {
      const reply = await client.get(key, { ...read("linearizable"), ...revisionOf(input.query) });
      const { record } = reply;
      if (record === undefined) throw notFound(`there is no key ${showOctets(key)}`);
      const headers = { ETag: tagOf(record.modRevision), Vary: "Accept" };
      return withHeaders(answerOf(input, { key, record, reply, isRaw }), headers);
    },
  };
}

interface Found {
  readonly key: Uint8Array;
  readonly record: KeyRecord;
  readonly reply: GetReply;
  readonly isRaw: boolean;
}

function answerOf(input: Input, { key, record, reply, isRaw }: Found): Answer {
  if (isUnchanged(input, record.modRevision))
    return { status: 304, headers: headersOf(reply), body: { kind: "none" } };
  if (isRaw)
    return {
      status: 200,
      headers: headersOf(reply),
      body: { kind: "bytes", type: RAW_TYPE, bytes: record.value },
    };
  return json({ ...itemOf(key, record), ttl_ms: reply.timeLeftMs ?? null }, reply);
}
