import { SLOT_KEYS_MAX } from "../base/limits.ts";
import { keyAfter } from "../client/key-bytes.ts";
import type { RangeOptions } from "../client/options.ts";
import type { RangePage } from "../client/replies.ts";
import { headersOf, json } from "./answer.ts";
import {
  CHANGE_PARAMETERS,
  READ_PARAMETERS,
  REVISION,
  refuseWeakChange,
  revisionOf,
} from "./common-parameters.ts";
import { badRequest, HttpError } from "./http-error.ts";
import { intervalField, listedItem } from "./keys.ts";
import { base64Text } from "./octets.ts";
import type { Parameter } from "./parameters.ts";
import { problemOf } from "./problem.ts";
import type { Answer, Context, Input, Plan, Route } from "./route.ts";
import { COUNT, FLAG, FULL_ITEM, HEAD_ITEM, jsonContent, list, object, orNull, TEXT } from "./schemas.ts";

const LINES_TYPE = "application/x-ndjson";
const PAGE_KEYS = 1_000;
const PAGE_KEYS_MAX = 10_000;
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

const INTERVAL: readonly Parameter[] = [
  { name: "prefix", kind: "bytes", describe: "only keys that start so; excludes start and end" },
  { name: "start", kind: "bytes", describe: "only keys from this one on" },
  { name: "end", kind: "bytes", describe: "only keys before this one" },
];

/** `GET` and `DELETE` of `/v1/kv`. */
export const RANGE_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/v1/kv",
    access: "read",
    parameters: [
      ...INTERVAL,
      { name: "after", kind: "bytes", describe: "only keys behind this one: the last of the page before" },
      {
        name: "limit",
        kind: "integer",
        min: 1,
        max: Number.MAX_SAFE_INTEGER,
        describe: "records at most; a page has 1,000 by default and 10,000 at most",
      },
      {
        name: "max_bytes",
        kind: "integer",
        min: 1,
        max: PAGE_BYTES_MAX,
        describe: "about how many bytes of keys and values a page has; 1 MiB by default",
      },
      { name: "keys_only", kind: "flag", describe: "leaves the values out" },
      { name: "count_only", kind: "flag", describe: "tells how many keys there are, and nothing of them" },
      REVISION,
      ...READ_PARAMETERS,
    ],
    bodyBytesMax: 0,
    document: {
      tag: "items",
      summary: `The records of a range, ascending: a page, or with Accept: ${LINES_TYPE} all of them, one on a line.`,
      replies: {
        200: {
          describe: "a page, and where the next one is; without a revision pages are not of one moment",
          content: {
            "application/json": {
              anyOf: [
                object({
                  items: list({ anyOf: [FULL_ITEM, HEAD_ITEM] }),
                  count: COUNT,
                  more: FLAG,
                  revision: COUNT,
                  next: orNull(TEXT),
                }),
                object({ count: COUNT, revision: COUNT }),
              ],
            },
            [LINES_TYPE]: { anyOf: [FULL_ITEM, HEAD_ITEM] },
          },
        },
        410: jsonContent("the revision is compacted; oldest is the first that can be there", object({})),
      },
    },
    plan: planRange,
  },
  {
    method: "DELETE",
    path: "/v1/kv",
    access: "write",
    fence: true,
    parameters: [
      ...INTERVAL,
      {
        name: "confirm",
        kind: "integer",
        min: 0,
        max: SLOT_KEYS_MAX,
        describe: "how many keys there are: deletes exactly so many, all at one revision, or nothing",
      },
      { name: "dry_run", kind: "flag", describe: "tells how many there are, and deletes nothing" },
      ...CHANGE_PARAMETERS,
    ],
    bodyBytesMax: 4 * 1024,
    document: {
      tag: "items",
      summary: "Deletes a range that holds as many keys as is said.",
      replies: {
        200: jsonContent(
          "done, or what would be",
          object({ "deleted?": COUNT, "count?": COUNT, revision: COUNT }),
        ),
        409: jsonContent("there are more or fewer keys; conflict.count has how many", object({})),
      },
    },
    plan: planDeleteRange,
  },
];

function planRange(input: Input): Plan {
  const { query, headers } = input;
  const { start, end } = intervalField(query);
  const limit = query.integer("limit", 1, Number.MAX_SAFE_INTEGER);
  const keysOnly = query.flag("keys_only");
  const bytesMax = query.integer("max_bytes", 1, PAGE_BYTES_MAX);
  const isCount = query.flag("count_only");
  const isLines = (headers.accept ?? "").startsWith(LINES_TYPE);
  const wanted: RangeOptions = {
    start,
    ...(end === undefined ? {} : { end }),
    ...(bytesMax === undefined ? {} : { bytesMax }),
    keysOnly: keysOnly || isCount,
    ...revisionOf(query),
  };
  return {
    touches: [{ access: "read", start, end }],
    act: async (context) => {
      const options = { ...context.read("linearizable"), ...wanted };
      if (isCount) return counted(context, options);
      if (isLines) return streamed(context, options, limit ?? Number.POSITIVE_INFINITY);
      const page = await context.client.range({
        ...options,
        limit: Math.min(limit ?? PAGE_KEYS, PAGE_KEYS_MAX),
      });
      const items = page.items.map((item) => listedItem(item, keysOnly));
      const { more, revision } = page;
      return json({ items, count: items.length, more, revision, next: nextLink(input, page) }, page);
    },
  };
}

/** The path of the page behind this one, or null when there is none. */
function nextLink({ query }: Input, { items, more }: RangePage): string | null {
  const last = items.at(-1);
  if (!more || last === undefined) return null;
  const kept = query.names.filter((name) => name !== "after" && name !== "after_b64");
  const parameters = new URLSearchParams(
    kept.map((name): [string, string] => [name, query.text(name) ?? ""]),
  );
  parameters.set("after_b64", base64Text(last.key));
  return `/v1/kv?${parameters}`;
}

async function counted(context: Context, options: RangeOptions): Promise<Answer> {
  let count = 0;
  let last: RangePage | undefined;
  for await (const page of pagesOf(context, options, Number.POSITIVE_INFINITY)) {
    count += page.items.length;
    last = page;
  }
  return json({ count, revision: last?.revision ?? 0 }, last ?? { revision: 0, servedBy: "" });
}

/** Pages one after another, each asked for when the one before has been taken. */
async function* pagesOf({ client, gone, stopping }: Context, options: RangeOptions, limit: number) {
  let left = limit;
  let { start } = options;
  while (left > 0) {
    const page = await client.range({
      ...options,
      ...(start && { start }),
      limit: Math.min(left, PAGE_KEYS),
    });
    yield page;
    const last = page.items.at(-1);
    if (!page.more || last === undefined) return;
    if (gone.aborted) return;
    if (stopping.aborted)
      throw new HttpError(503, "unavailable", "the node is stopping; go on at another one");
    left -= page.items.length;
    start = keyAfter(last.key);
  }
}

async function streamed(
  context: Context,
  { keysOnly = false, ...options }: RangeOptions,
  limit: number,
): Promise<Answer> {
  const pages = pagesOf(context, { ...options, keysOnly }, limit);
  // What goes wrong before the first line is still told by the status.
  const first = await pages.next();
  const page = first.done === true ? undefined : first.value;
  const headers = page === undefined ? {} : headersOf(page);
  const chunks = linesOf(page, pages, keysOnly);
  return { status: 200, headers, body: { kind: "stream", type: LINES_TYPE, chunks } };
}

/** A line for each record; when it cannot go on, a last one with the reason, and then a cut connection. */
async function* linesOf(first: RangePage | undefined, rest: AsyncIterable<RangePage>, keysOnly: boolean) {
  if (first === undefined) return;
  yield linesOfPage(first, keysOnly);
  try {
    for await (const page of rest) yield linesOfPage(page, keysOnly);
  } catch (error) {
    yield `${JSON.stringify({ error: problemOf(error, "", false).body })}\n`;
    throw error;
  }
}

function linesOfPage({ items }: RangePage, keysOnly: boolean): string {
  return items.map((item) => `${JSON.stringify(listedItem(item, keysOnly))}\n`).join("");
}

function planDeleteRange({ query }: Input): Plan {
  refuseWeakChange(query);
  const { start, end, isNamed } = intervalField(query);
  const expectedCount = query.integer("confirm", 0, SLOT_KEYS_MAX);
  const isDry = query.flag("dry_run");
  if (!isNamed)
    throw badRequest("no range is named; name a prefix, or start and end; the prefix '' is every key");
  if ((expectedCount === undefined) !== isDry)
    throw badRequest("say confirm=N, the number of keys that are to go, or dry_run=true, which tells it");
  const interval = { start, ...(end === undefined ? {} : { end }) };
  return {
    touches: [{ access: isDry ? "read" : "write", start, end }],
    act: async (context) => {
      if (expectedCount === undefined)
        return counted(context, { ...context.read("linearizable"), ...interval, keysOnly: true });
      const reply = await context.client.deleteRange({ ...context.change, ...interval, expectedCount });
      return json({ deleted: reply.count, revision: reply.revision }, reply);
    },
  };
}
