import { keyAfter } from "../client/key-bytes.ts";
import type { WatchOptions } from "../client/options.ts";
import type { WatchEvent } from "../client/replies.ts";
import { CHANGE, type Change, watchedFields } from "./changes.ts";
import { TIMEOUT } from "./common-parameters.ts";
import { badRequest } from "./http-error.ts";
import { checkedKey, intervalField } from "./keys.ts";
import { problemOf } from "./problem.ts";
import type { Answer, Context, Input, Plan, Route } from "./route.ts";
import { COUNT, jsonContent, list, object, TEXT } from "./schemas.ts";

const EVENTS_TYPE = "text/event-stream";
const LINES_TYPE = "application/x-ndjson";
const WAIT_MS = 30_000;
const WAIT_MS_MAX = 60_000;
/** Of one answer to a poll: it closes at the end of the revision. */
const POLL_CHANGES_MAX = 1_000;
/** After the first change a poll waits so long for those that come right behind it. */
const LINGER_MS = 20;
const NO_STORE = { "Cache-Control": "no-store" };

/** `GET /v1/watch`. */
export const WATCH_ROUTE: Route = {
  method: "GET",
  path: "/v1/watch",
  access: "read",
  parameters: [
    { name: "key", kind: "bytes", describe: "this key alone" },
    { name: "prefix", kind: "bytes", describe: "keys that start so; excludes key, start and end" },
    { name: "start", kind: "bytes", describe: "keys from this one on" },
    { name: "end", kind: "bytes", describe: "keys before this one" },
    {
      name: "from",
      kind: "integer",
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      describe: "the first revision that is told; by default the next one",
    },
    { name: "prev", kind: "flag", describe: "tells what was there before" },
    {
      name: "wait",
      kind: "duration",
      describe: "of a poll: how long to wait for a change; 30s by default, 60s at most",
    },
    TIMEOUT,
  ],
  bodyBytesMax: 0,
  document: {
    tag: "watch",
    summary: `Changes, each once and in order: as server-sent events (Accept: ${EVENTS_TYPE}), as lines (${LINES_TYPE}), or one poll at a time.`,
    headers: { "Last-Event-ID": "goes on behind this event" },
    replies: {
      200: {
        describe: "the changes; a poll's next is where the following one begins",
        content: {
          "application/json": object({ events: list(CHANGE), next: COUNT }),
          [LINES_TYPE]: CHANGE,
          [EVENTS_TYPE]: TEXT,
        },
      },
      410: jsonContent("the revision is compacted; oldest is the first that is there", object({})),
    },
  },
  plan: planWatch,
};

/** Where a watch begins: at a revision, behind so many of its changes. */
interface Start {
  readonly from: number | undefined;
  readonly skip: number;
}

interface Wanted {
  readonly options: WatchOptions;
  readonly start: Start;
  readonly withPrevious: boolean;
}

type Form = "events" | "lines" | "poll";

function planWatch(input: Input): Plan {
  const { query, headers } = input;
  const interval = watchedInterval(input);
  const start = startOf(input);
  const withPrevious = query.flag("prev");
  const waitMs = query.duration("wait", WAIT_MS_MAX) ?? WAIT_MS;
  const form = formOf(headers.accept ?? "");
  if (form !== "poll" && query.text("wait") !== undefined) throw badRequest("wait belongs to a poll");
  return {
    touches: [{ access: "read", start: interval.start, end: interval.end }],
    act: async (context) => {
      const { start: first, end } = interval;
      const options: WatchOptions = {
        start: first,
        ...(end === undefined ? {} : { end }),
        ...(start.from === undefined ? {} : { from: start.from }),
        ...(context.change.timeoutMs === undefined ? {} : { timeoutMs: context.change.timeoutMs }),
        previous: withPrevious,
        progress: true,
      };
      const wanted = { options, start, withPrevious };
      if (form === "poll") return polled(context, wanted, waitMs);
      return streamed(context, wanted, { form, isResumed: headers["last-event-id"] !== undefined });
    },
  };
}

function watchedInterval({ query }: Input): {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
} {
  const key = query.bytes("key");
  if (key === undefined) return intervalField(query);
  if (["prefix", "start", "end"].some((name) => query.bytes(name) !== undefined))
    throw badRequest("key excludes prefix, start and end; name one");
  return { start: checkedKey(key, ""), end: keyAfter(key) };
}

/** `42` is the last of revision 42, `42.3` the third of several. */
function startOf({ query, headers }: Input): Start {
  const from = query.integer("from", 1, Number.MAX_SAFE_INTEGER);
  const last = headers["last-event-id"];
  if (last === undefined) return { from, skip: 0 };
  const parts = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(`${last}`);
  if (parts === null) throw badRequest(`Last-Event-ID: ${last}: this is no event of a watch`);
  const revision = Number(parts[1]);
  return parts[2] === undefined
    ? { from: revision + 1, skip: 0 }
    : { from: revision, skip: Number(parts[2]) };
}

function formOf(accept: string): Form {
  if (accept.startsWith(EVENTS_TYPE)) return "events";
  return accept.startsWith(LINES_TYPE) ? "lines" : "poll";
}

/** A watch that ends with the request, or when the gateway stops. */
function begin({ client, gone, stopping }: Context, options: WatchOptions) {
  const watch = client.watch(options);
  const close = (): void => watch.close();
  for (const signal of [gone, stopping]) {
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) close();
  }
  return watch;
}

async function polled(
  context: Context,
  { options, start, withPrevious }: Wanted,
  waitMs: number,
): Promise<Answer> {
  const { timers } = context;
  const watch = begin(context, options);
  let next = await watch.started;
  const changes: Change[] = [];
  let skip = start.skip;
  let over = timers.after(waitMs, () => watch.close());
  let lingers = false;
  for await (const event of watch) {
    if (event.kind !== "progress" && skip > 0) skip -= 1;
    else if (event.kind !== "progress") changes.push(event);
    if (event.kind !== "progress" && !event.endsRevision) continue;
    next = event.revision + 1;
    if (changes.length >= POLL_CHANGES_MAX) break;
    if (changes.length === 0 || lingers) continue;
    // What is there already comes at once: one answer for all of it.
    lingers = true;
    over.cancel();
    over = timers.after(LINGER_MS, () => watch.close());
  }
  over.cancel();
  // Whole revisions alone: the following poll begins at one.
  const events = changes.filter(({ revision }) => revision < next);
  const value = { events: events.map((change) => watchedFields(change, withPrevious)), next };
  return { status: 200, headers: NO_STORE, body: { kind: "json", value } };
}

interface Streamed {
  readonly form: Exclude<Form, "poll">;
  /** Whoever goes on by itself is told by an event, since it heeds no status. */
  readonly isResumed: boolean;
}

async function streamed(context: Context, wanted: Wanted, { form, isResumed }: Streamed): Promise<Answer> {
  const watch = begin(context, wanted.options);
  if (!(form === "events" && isResumed)) await watch.started;
  const chunks = form === "events" ? eventsOf(watch, wanted) : linesOf(watch, wanted);
  const type = form === "events" ? EVENTS_TYPE : LINES_TYPE;
  return { status: 200, headers: NO_STORE, body: { kind: "stream", type, chunks } };
}

async function* eventsOf(watch: AsyncIterable<WatchEvent>, { start, withPrevious }: Wanted) {
  // Changes of the revision under way that were told, here or before the reader came back.
  let told = 0;
  let skip = start.skip;
  try {
    for await (const event of watch) {
      if (event.kind === "progress") {
        // Its id would let the reader go back.
        if (skip > 0) continue;
        yield `event: progress\nid: ${event.revision}\ndata: ${JSON.stringify({ revision: event.revision })}\n\n`;
        continue;
      }
      told += 1;
      const id = event.endsRevision ? `${event.revision}` : `${event.revision}.${told}`;
      if (event.endsRevision) told = 0;
      if (skip > 0) skip -= 1;
      else
        yield `event: ${event.kind}\nid: ${id}\ndata: ${JSON.stringify(watchedFields(event, withPrevious))}\n\n`;
    }
  } catch (error) {
    yield `event: reset\ndata: ${JSON.stringify(problemOf(error, "", false).body)}\n\n`;
  }
}

async function* linesOf(watch: AsyncIterable<WatchEvent>, { start, withPrevious }: Wanted) {
  let skip = start.skip;
  try {
    for await (const event of watch) {
      if (event.kind !== "progress" && skip > 0) skip -= 1;
      else
        yield `${JSON.stringify(event.kind === "progress" ? event : watchedFields(event, withPrevious))}\n`;
    }
  } catch (error) {
    yield `${JSON.stringify({ error: problemOf(error, "", false).body })}\n`;
    throw error;
  }
}
