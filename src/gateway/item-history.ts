import { CHANGE, changeFields } from "./changes.ts";
import { READ_PARAMETERS } from "./common-parameters.ts";
import { historyKey } from "./item-path.ts";
import { touchKey } from "./keys.ts";
import { octetsField } from "./octets.ts";
import type { Input, Plan, Route } from "./route.ts";
import { COUNT, FLAG, jsonContent, list, object, octets, orNull, TEXT } from "./schemas.ts";

const CHANGES = 100;
const CHANGES_MAX = 1_000;
/** A page of values closes here, with at least one in it. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** `GET` and `HEAD` of `/v1/kv/{key}/history`: the changes of the retained window, newest first. */
export const ITEM_HISTORY: Route = {
  method: "GET, HEAD",
  path: "/v1/kv/*/history",
  access: "read",
  parameters: [
    {
      name: "limit",
      kind: "integer",
      min: 1,
      max: CHANGES_MAX,
      describe: "changes at most; 100 by default",
    },
    {
      name: "before",
      kind: "integer",
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      describe: "only changes below this revision",
    },
    ...READ_PARAMETERS,
  ],
  bodyBytesMax: 0,
  document: {
    tag: "items",
    summary: "A key's changes in the retained window, newest first, with the path of the next page.",
    path: { "*": "the key, percent-encoded; slashes may stand as they are" },
    replies: {
      200: jsonContent(
        "the changes; none when there was no such key",
        object({ ...octets("key"), changes: list(CHANGE), count: COUNT, more: FLAG, next: orNull(TEXT) }),
      ),
    },
  },
  plan: planHistory,
};

function planHistory({ rest, query }: Input): Plan {
  const key = historyKey(rest);
  const limit = query.integer("limit", 1, CHANGES_MAX) ?? CHANGES;
  const before = query.integer("before", 1, Number.MAX_SAFE_INTEGER);
  return {
    touches: [touchKey("read", key)],
    act: async ({ client, read }) => {
      const options = {
        ...read("linearizable"),
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
      };
      const changes: Readonly<Record<string, unknown>>[] = [];
      let bytes = 0;
      let last = 0;
      let more = false;
      for await (const change of client.history(key, options)) {
        more = changes.length === limit || (changes.length > 0 && bytes > PAGE_BYTES);
        if (more) break;
        changes.push(changeFields(change));
        last = change.revision;
        bytes += change.kind === "put" ? change.record.value.length : 0;
      }
      const next = more ? `/v1/kv/${rest}?limit=${limit}&before=${last}` : null;
      const value = { ...octetsField("key", key), changes, count: changes.length, more, next };
      return { status: 200, headers: {}, body: { kind: "json", value } };
    },
  };
}
