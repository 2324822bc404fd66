import { changeFields } from "./changes.ts";
import { historyKey } from "./item-path.ts";
import { touchKey } from "./keys.ts";
import { octetsField } from "./octets.ts";
import type { Parameter } from "./parameters.ts";
import type { Input, Plan } from "./route.ts";

const CHANGES = 100;
const CHANGES_MAX = 1_000;
/** A page of values closes here, with at least one in it. */
const PAGE_BYTES = 4 * 1024 * 1024;

export const HISTORY_PARAMETERS: readonly Parameter[] = [
  {
    name: "limit",
    kind: "integer",
    min: 1,
    max: CHANGES_MAX,
    describe: "of a history: changes at most; 100 by default",
  },
  {
    name: "before",
    kind: "integer",
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    describe: "of a history: only changes below this revision",
  },
];

/** `GET /v1/kv/{key}/history`: the changes of the retained window, newest first. */
export function planHistory({ rest, query }: Input): Plan {
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
