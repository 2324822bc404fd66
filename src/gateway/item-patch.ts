import { TTL_MS_MAX, TTL_MS_MIN, VALUE_BYTES_MAX } from "../base/limits.ts";
import type { Modification } from "../client/operations.ts";
import { json, withHeaders } from "./answer.ts";
import { CHANGE_PARAMETERS, refuseWeakChange } from "./common-parameters.ts";
import { refuseConditions, tagOf } from "./entity-tags.ts";
import { badRequest, HttpError, notFound } from "./http-error.ts";
import { itemKey } from "./item-path.ts";
import { JsonFields, jsonBody, mediaType } from "./json-fields.ts";
import { touchKey } from "./keys.ts";
import { octetsField, showOctets } from "./octets.ts";
import type { Input, Plan, Route } from "./route.ts";
import { ANYTHING, COUNT, FLAG, jsonContent, object, octets, TEXT } from "./schemas.ts";
import { askedInJson, modificationOf, modify, OPS } from "./seed-modify.ts";
import { ENVELOPE_BYTES } from "./seed-writes.ts";

const MERGE_PATCH = "application/merge-patch+json";

/** `PATCH` of `/v1/kv/{key}`. */
export const ITEM_PATCH: Route = {
  method: "PATCH",
  path: "/v1/kv/*",
  access: "write",
  fence: true,
  parameters: CHANGE_PARAMETERS,
  bodyBytesMax: 2 * (VALUE_BYTES_MAX + ENVELOPE_BYTES),
  document: {
    tag: "items",
    summary: 'Makes the value from the present one, or gives the key longer to live: {"ttl":"30s"}.',
    path: { "*": "the key, percent-encoded; slashes may stand as they are" },
    body: {
      describe: "a merge patch (RFC 7396), or an op with its arguments as for /kv/rmw, or a ttl",
      content: {
        [MERGE_PATCH]: ANYTHING,
        "application/json": {
          anyOf: [
            object({ op: { enum: OPS }, ...octets("arg"), ...octets("expected") }),
            object({ ttl: TEXT }),
          ],
        },
      },
    },
    replies: {
      200: jsonContent(
        "done",
        object({ ...octets("key"), ...octets("old"), ...octets("new"), "changed?": FLAG, revision: COUNT }),
      ),
      404: jsonContent("no such key, which only a ttl needs", object({})),
      409: jsonContent("the value is not the one that was expected, or does not fit the op", object({})),
    },
  },
  plan: planPatch,
};

function planPatch(input: Input): Plan {
  refuseWeakChange(input.query);
  refuseConditions(input, "say op: cas, which compares the value");
  const key = itemKey(input.rest);
  const type = mediaType(input.headers["content-type"]);
  if (type === MERGE_PATCH) return planModify(key, { op: "json-merge", argument: input.body });
  if (type !== "" && type !== "application/json")
    throw new HttpError(
      415,
      "unsupported_media_type",
      `'${type}' is not taken here; send application/json or ${MERGE_PATCH}`,
    );
  const fields = new JsonFields(jsonBody(input.body), ["op", "arg", "expected", "new", "ttl"]);
  const ttlMs = fields.duration("ttl", TTL_MS_MAX, TTL_MS_MIN);
  if (ttlMs === undefined) return planModify(key, modificationOf(askedInJson(fields)));
  if (["op", "arg", "expected", "new"].some((name) => fields.has(name)))
    throw badRequest("ttl stands alone: it changes nothing but the time that the key has");
  return planTouch(key, ttlMs);
}

function planModify(key: Uint8Array, modification: Modification): Plan {
  return {
    touches: [touchKey("write", key)],
    act: async (context) => {
      const { value, modRevision } = await modify(context, key, modification);
      return withHeaders(value, { ETag: tagOf(modRevision) });
    },
  };
}

function planTouch(key: Uint8Array, ttlMs: number): Plan {
  return {
    touches: [touchKey("write", key)],
    act: async ({ client, change }) => {
      const reply = await client.touch(key, ttlMs, change);
      if (!reply.touched) throw notFound(`there is no key ${showOctets(key)}`);
      return json({ ...octetsField("key", key), ttl_ms: ttlMs, revision: reply.revision }, reply);
    },
  };
}
