import { LEASES_PAGE_MAX, TTL_MS_MAX, TTL_MS_MIN } from "../base/limits.ts";
import type { LeasesPage } from "../client/replies.ts";
import { json } from "./answer.ts";
import { CHANGE_PARAMETERS, READ_PARAMETERS, refuseWeakChange } from "./common-parameters.ts";
import { badRequest, HttpError } from "./http-error.ts";
import { isForm, JsonFields, jsonBody, mediaType } from "./json-fields.ts";
import { base64Text, utf8Text } from "./octets.ts";
import type { Input, Plan, Route } from "./route.ts";
import { BASE64, COUNT, FLAG, jsonContent, list, object, orNull, TEXT } from "./schemas.ts";

const BODY_BYTES_MAX = 4 * 1024;
const IDS = { min: 1, max: Number.MAX_SAFE_INTEGER } as const;
const PATH = { id: "the lease's id" };
const ABSENT = jsonContent("no such lease", object({}));
const LEASE = { id: COUNT, ttl_ms: COUNT, time_left_ms: COUNT, key_count: COUNT } as const;
const KEYS = list({ anyOf: [TEXT, object({ key_b64: BASE64 })] });
const GRANTED = object({ id: COUNT, ttl_ms: COUNT, revision: COUNT });
const TAG = "leases";

/** `/v1/leases`, `/v1/leases/{id}` and `/v1/leases/{id}/keepalive`. */
export const LEASE_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/v1/leases",
    access: "read",
    parameters: [
      { name: "from", kind: "integer", ...IDS, describe: "only leases with this id and greater ones" },
      {
        name: "limit",
        kind: "integer",
        min: 1,
        max: LEASES_PAGE_MAX,
        describe: "leases at most; 1,000 by default",
      },
      ...READ_PARAMETERS,
    ],
    bodyBytesMax: 0,
    document: {
      tag: TAG,
      summary: "The leases, ascending by id.",
      replies: {
        200: jsonContent(
          "a page, and where the next one is",
          object({
            leases: list(object(LEASE)),
            count: COUNT,
            more: FLAG,
            revision: COUNT,
            next: orNull(TEXT),
          }),
        ),
      },
    },
    plan: planList,
  },
  {
    method: "POST",
    path: "/v1/leases",
    access: "write",
    parameters: CHANGE_PARAMETERS,
    bodyBytesMax: BODY_BYTES_MAX,
    document: {
      tag: TAG,
      summary: "Grants a lease; without an id the cluster chooses one.",
      body: {
        describe: "how long it lasts after each keep-alive",
        content: { "application/json": object({ ttl: TEXT, "id?": COUNT }) },
      },
      replies: { 201: jsonContent("granted", GRANTED), 409: jsonContent("the id is taken", object({})) },
    },
    plan: planGrant,
  },
  {
    method: "GET",
    path: "/v1/leases/:id",
    access: "read",
    parameters: READ_PARAMETERS,
    bodyBytesMax: 0,
    document: {
      tag: TAG,
      summary: "A lease, with the names of its first 1,000 keys.",
      path: PATH,
      replies: { 200: jsonContent("the lease", object({ ...LEASE, keys: KEYS })), 404: ABSENT },
    },
    plan: planShow,
  },
  {
    method: "DELETE",
    path: "/v1/leases/:id",
    access: "write",
    parameters: CHANGE_PARAMETERS,
    bodyBytesMax: BODY_BYTES_MAX,
    document: {
      tag: TAG,
      summary: "Ends a lease and deletes its keys; with more, the others go right after.",
      path: PATH,
      replies: {
        200: jsonContent("ended", object({ deleted: COUNT, more: FLAG, revision: COUNT })),
        404: ABSENT,
      },
    },
    plan: planRevoke,
  },
  ...(["POST", "PUT"] as const).map(
    (method): Route => ({
      method,
      path: "/v1/leases/:id/keepalive",
      access: "write",
      parameters: CHANGE_PARAMETERS,
      bodyBytesMax: BODY_BYTES_MAX,
      document: {
        tag: TAG,
        summary: "Lets the lease's whole time begin again.",
        path: PATH,
        replies: { 200: jsonContent("it lasts so long from now on", GRANTED), 404: ABSENT },
      },
      plan: planKeepAlive,
    }),
  ),
];

function planList({ query }: Input): Plan {
  const from = query.integer("from", IDS.min, IDS.max);
  const limit = query.integer("limit", 1, LEASES_PAGE_MAX);
  const wanted = { ...(from === undefined ? {} : { from }), ...(limit === undefined ? {} : { limit }) };
  return {
    // Leases are no keys: the client knows which ones somebody may see.
    touches: [],
    act: async ({ client, read }) => {
      const page = await client.leases({ ...read("linearizable"), ...wanted });
      const leases = page.leases.map(leaseFields);
      const { more, revision } = page;
      const next = more ? nextLink(page, limit) : null;
      return json({ leases, count: leases.length, more, revision, next }, page);
    },
  };
}

function nextLink({ leases }: LeasesPage, limit: number | undefined): string | null {
  const last = leases.at(-1);
  if (last === undefined) return null;
  return `/v1/leases?from=${last.id + 1}${limit === undefined ? "" : `&limit=${limit}`}`;
}

function planGrant({ query, headers, body }: Input): Plan {
  refuseWeakChange(query);
  if (isForm(mediaType(headers["content-type"]), body)) throw badRequest("the body is not JSON");
  const fields = new JsonFields(jsonBody(body), ["ttl", "id"]);
  const ttlMs = fields.need(fields.duration("ttl", TTL_MS_MAX, TTL_MS_MIN), "ttl");
  const leaseId = fields.integer("id", IDS.min, IDS.max);
  const named = leaseId === undefined ? {} : { leaseId };
  return {
    touches: [],
    act: async ({ client, change }) => {
      const reply = await client.grantLease({ ...change, ttlMs, ...named });
      return json({ id: reply.leaseId, ttl_ms: reply.ttlMs, revision: reply.revision }, reply, 201);
    },
  };
}

function planShow({ segments }: Input): Plan {
  const id = leaseId(segments);
  return {
    touches: [],
    act: async ({ client, read }) => {
      const reply = await client.lease(id, read("linearizable"));
      const { lease } = reply;
      if (lease === undefined) throw new HttpError(404, "lease_not_found", `there is no lease ${id}`);
      const keys = lease.keys.map((key) => utf8Text(key) ?? { key_b64: base64Text(key) });
      return json({ ...leaseFields(lease), keys }, reply);
    },
  };
}

function planRevoke({ query, segments }: Input): Plan {
  refuseWeakChange(query);
  const id = leaseId(segments);
  return {
    touches: [],
    act: async ({ client, change }) => {
      const reply = await client.revokeLease(id, change);
      return json({ deleted: reply.count, more: reply.more, revision: reply.revision }, reply);
    },
  };
}

function planKeepAlive({ query, segments }: Input): Plan {
  refuseWeakChange(query);
  const id = leaseId(segments);
  return {
    touches: [],
    act: async ({ client, change }) => {
      const reply = await client.keepLeaseAlive(id, change);
      return json({ id: reply.leaseId, ttl_ms: reply.ttlMs, revision: reply.revision }, reply);
    },
  };
}

function leaseId(segments: Input["segments"]): number {
  const text = segments["id"] ?? "";
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw badRequest(`'${text.slice(0, 40)}' is not the id of a lease: a whole number from 1`);
}

function leaseFields(lease: LeasesPage["leases"][number]): Readonly<Record<string, unknown>> {
  const { id, ttlMs, timeLeftMs, keyCount } = lease;
  return { id, ttl_ms: ttlMs, time_left_ms: timeLeftMs, key_count: keyCount };
}
