import { TTL_MS_MAX, TTL_MS_MIN, VALUE_BYTES_MAX } from "../base/limits.ts";
import { contenderInterval, contenderKey } from "../client/contenders.ts";
import type { Holder } from "../client/replies.ts";
import { json } from "./answer.ts";
import { CHANGE_PARAMETERS, READ_PARAMETERS, refuseWeakChange } from "./common-parameters.ts";
import { fenceText } from "./fence-header.ts";
import { badRequest, HttpError, notFound } from "./http-error.ts";
import { lockNameOf } from "./item-path.ts";
import { isForm, JsonFields, jsonBody, mediaType } from "./json-fields.ts";
import { checkedValue } from "./keys.ts";
import { claim, type Standing } from "./lock-claim.ts";
import { octetsField } from "./octets.ts";
import { problemOf } from "./problem.ts";
import type { Answer, Context, Input, Plan, Route } from "./route.ts";
import { COUNT, FLAG, jsonContent, object, octets, orNull, TEXT } from "./schemas.ts";
import { ENVELOPE_BYTES } from "./seed-writes.ts";

const EVENTS_TYPE = "text/event-stream";
const NO_STORE = { "Cache-Control": "no-store" };
const LEASE_IDS = { min: 1, max: Number.MAX_SAFE_INTEGER } as const;
const WAIT_MS_MAX = 60_000;
const BODY_BYTES_MAX = 2 * (VALUE_BYTES_MAX + ENVELOPE_BYTES);

const HELD = object({ ...octets("key"), fencing_token: COUNT, lease: COUNT, fence: TEXT, revision: COUNT });
const KEPT = object({
  held: FLAG,
  fencing_token: orNull(COUNT),
  lease: COUNT,
  ttl_ms: COUNT,
  revision: COUNT,
});
const SEEN = {
  held: FLAG,
  fencing_token: orNull(COUNT),
  "lease?": COUNT,
  ...octets("key"),
  ...octets("value"),
} as const;
const SEEN_CONTENT = {
  describe: "the holder; held is false and fencing_token null when there is none",
  content: {
    "application/json": object({ ...SEEN, waiters: COUNT, revision: COUNT }),
    [EVENTS_TYPE]: TEXT,
  },
};
const NO_PLACE = jsonContent("the lease has ended, or has no place here", object({}));

/** What a lock and an election call the same things. */
interface Words {
  readonly path: "/v1/locks/*" | "/v1/elections/*";
  readonly tag: string;
  readonly name: string;
  readonly get: string;
  readonly claim: string;
  readonly keep: string;
  readonly release: string;
}

const LOCKS: Words = {
  path: "/v1/locks/*",
  tag: "locks",
  name: "the lock's name, percent-encoded; slashes may stand as they are",
  get: "Who has the lock, and how many wait; as server-sent events whenever it changes.",
  claim: "Takes the lock for a lease, waiting its turn for so long; who comes first is first.",
  keep: "Keeps the lease alive, and tells whether it has the lock; the holder may give another value.",
  release: "Releases the lock, or gives up the place in its queue.",
};
const ELECTIONS: Words = {
  path: "/v1/elections/*",
  tag: "elections",
  name: "the election's name, percent-encoded; slashes may stand as they are",
  get: "Who leads, and how many stand by; as server-sent events whenever it changes.",
  claim: "Stands for election with a lease; answers once it leads.",
  keep: "Keeps the lease alive, and tells whether it leads; the leader may proclaim another value.",
  release: "Resigns, or gives up standing by.",
};

/** `/v1/locks/{name}` and `/v1/elections/{name}`: the same queue under two names. */
export const LOCK_ROUTES: readonly Route[] = [LOCKS, ELECTIONS].flatMap(routesOf);

function routesOf(words: Words): readonly Route[] {
  const common = { path: words.path } as const;
  const document = { tag: words.tag, rest: "name", path: { "*": words.name } } as const;
  const change = { ...common, access: "write", parameters: CHANGE_PARAMETERS } as const;
  return [
    {
      ...common,
      method: "GET",
      access: "read",
      parameters: READ_PARAMETERS,
      bodyBytesMax: 0,
      document: { ...document, summary: words.get, replies: { 200: SEEN_CONTENT } },
      plan: planGet,
    },
    {
      ...change,
      method: "POST",
      bodyBytesMax: BODY_BYTES_MAX,
      document: {
        ...document,
        summary: words.claim,
        body: {
          describe: "a lease, or the ttl of one to be granted; the caller keeps it alive from the answer on",
          content: {
            "application/json": object({ "lease?": COUNT, "ttl?": TEXT, ...octets("value"), "wait?": TEXT }),
          },
        },
        replies: {
          200: jsonContent("held; fence is what Kvd-Fence takes", HELD),
          404: NO_PLACE,
          409: jsonContent("somebody else has it, and the wait is over", object({})),
        },
      },
      plan: planClaim,
    },
    {
      ...change,
      method: "PUT",
      bodyBytesMax: BODY_BYTES_MAX,
      document: {
        ...document,
        summary: words.keep,
        body: {
          describe: "the lease, and perhaps what others shall read from now on",
          content: { "application/json": object({ lease: COUNT, ...octets("value") }) },
        },
        replies: {
          200: jsonContent("kept alive; fencing_token is null unless it is held", KEPT),
          404: NO_PLACE,
          409: jsonContent("a value was given, and somebody else is the holder", object({})),
        },
      },
      plan: planKeep,
    },
    {
      ...change,
      method: "DELETE",
      parameters: [
        { name: "lease", kind: "integer", ...LEASE_IDS, describe: "whose place it is; it lives on" },
        ...CHANGE_PARAMETERS,
      ],
      bodyBytesMax: ENVELOPE_BYTES,
      document: {
        ...document,
        summary: words.release,
        replies: { 200: jsonContent("done", object({ lease: COUNT, revision: COUNT })), 404: NO_PLACE },
      },
      plan: planRelease,
    },
  ];
}

function planGet({ rest, headers }: Input): Plan {
  const name = lockNameOf(rest);
  const touches = touchesOf("read", name);
  if ((headers.accept ?? "").startsWith(EVENTS_TYPE))
    return { touches, act: (context) => observed(context, name) };
  return {
    touches,
    act: async ({ client, read }) => {
      const { holder, waiters, revision } = await client.lockHolder(name, read("linearizable"));
      return told({ ...seen(holder), waiters, revision }, revision);
    },
  };
}

function planClaim({ rest, query, headers, body }: Input): Plan {
  refuseWeakChange(query);
  const name = lockNameOf(rest);
  if (headers["idempotency-key"] !== undefined)
    throw badRequest("Idempotency-Key: not here; name a lease, and a repeat with it finds the place it has");
  const fields = bodyFields({ headers, body }, ["lease", "ttl", "value", "wait"]);
  const standing = standingOf(fields);
  const value = checkedValue(fields.bytes("value") ?? new Uint8Array());
  const waitMs = fields.duration("wait", WAIT_MS_MAX) ?? 0;
  return {
    touches: [...touchesOf("read", name), ...touchesOf("write", name)],
    act: async (context) => {
      const { key, token, leaseId, revision } = await claim(context, { name, standing, value, waitMs });
      const held = { fencing_token: token, ...octetsField("key", key), lease: leaseId };
      return told({ ...held, fence: fenceText(key, token), revision }, revision);
    },
  };
}

function planKeep({ rest, query, headers, body }: Input): Plan {
  refuseWeakChange(query);
  const name = lockNameOf(rest);
  const fields = bodyFields({ headers, body }, ["lease", "value"]);
  const leaseId = fields.need(fields.integer("lease", LEASE_IDS.min, LEASE_IDS.max), "lease");
  const given = fields.bytes("value");
  const value = given === undefined ? undefined : checkedValue(given);
  return {
    touches: [...touchesOf("read", name), ...touchesOf("write", name)],
    act: async (context) => {
      const { client, timing, change } = context;
      const { ttlMs } = await client.keepLeaseAlive(leaseId, timing);
      const key = contenderKey(name, leaseId);
      const { record } = await client.get(key, timing);
      if (record?.leaseId !== leaseId) throw notFound(`lease ${leaseId} has no place in this queue`);
      const { holder, revision } = await client.lockHolder(name, timing);
      const held = holder?.leaseId === leaseId;
      const token = record.createRevision;
      // A fence asks for the key alone: who waits could pass one while somebody else holds the lock.
      const kept = { held, fencing_token: held ? token : null, lease: leaseId, ttl_ms: ttlMs };
      if (value === undefined) return told({ ...kept, revision }, revision);
      if (!held) throw new HttpError(409, "fenced", "somebody else is the holder; nothing was changed");
      const reply = await client.put(key, value, { ...change, leaseId, fence: { key, token } });
      return json({ ...kept, revision: reply.revision }, reply);
    },
  };
}

function planRelease({ rest, query }: Input): Plan {
  refuseWeakChange(query);
  const name = lockNameOf(rest);
  const leaseId = query.integer("lease", LEASE_IDS.min, LEASE_IDS.max);
  if (leaseId === undefined) throw badRequest("no lease is named; say ?lease=ID");
  return {
    touches: touchesOf("write", name),
    act: async ({ client, change }) => {
      const reply = await client.delete(contenderKey(name, leaseId), change);
      if (!reply.deleted) throw notFound(`lease ${leaseId} has no place in this queue`);
      return json({ lease: leaseId, revision: reply.revision }, reply);
    },
  };
}

function bodyFields(
  { headers, body }: Pick<Input, "headers" | "body">,
  names: readonly string[],
): JsonFields {
  if (isForm(mediaType(headers["content-type"]), body)) throw badRequest("the body is not JSON");
  return new JsonFields(jsonBody(body), names);
}

function standingOf(fields: JsonFields): Standing {
  const leaseId = fields.integer("lease", LEASE_IDS.min, LEASE_IDS.max);
  const ttlMs = fields.duration("ttl", TTL_MS_MAX, TTL_MS_MIN);
  if (leaseId !== undefined && ttlMs === undefined) return { kind: "lease", leaseId };
  if (ttlMs !== undefined && leaseId === undefined) return { kind: "ttl", ttlMs };
  throw badRequest("name a lease that you keep alive, or the ttl of one to be granted: one of both");
}

function touchesOf(access: "read" | "write", name: Uint8Array): Plan["touches"] {
  return [{ access, ...contenderInterval(name) }];
}

/** Without a node's name: several requests were answered for it. */
function told(value: Readonly<Record<string, unknown>>, revision: number): Answer {
  return { status: 200, headers: { "Kvd-Revision": `${revision}` }, body: { kind: "json", value } };
}

function seen(holder: Holder | undefined): Readonly<Record<string, unknown>> {
  if (holder === undefined) return { held: false, fencing_token: null };
  const { key, token, leaseId, value } = holder;
  return {
    held: true,
    fencing_token: token,
    lease: leaseId,
    ...octetsField("key", key),
    ...octetsField("value", value),
  };
}

/** The first one is awaited: what cannot be answered is told by a status. */
async function observed({ client, gone, stopping }: Context, name: Uint8Array): Promise<Answer> {
  const holders = client.observe(name, { signal: AbortSignal.any([gone, stopping]) });
  const first = await holders.next();
  const chunks = holderEvents(first.done === true ? undefined : first.value, holders);
  return { status: 200, headers: NO_STORE, body: { kind: "stream", type: EVENTS_TYPE, chunks } };
}

async function* holderEvents(first: Holder | undefined, others: AsyncIterable<Holder | undefined>) {
  try {
    yield holderEvent(first);
    for await (const holder of others) yield holderEvent(holder);
  } catch (error) {
    yield `event: reset\ndata: ${JSON.stringify(problemOf(error, "", false).body)}\n\n`;
  }
}

function holderEvent(holder: Holder | undefined): string {
  return `event: holder\ndata: ${JSON.stringify(seen(holder))}\n\n`;
}
