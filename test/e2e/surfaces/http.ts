import { Revisions, type Seen, type Step, type Surface } from "./step.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly type?: string;
}

/** One of the two ways to say a step in HTTP. */
export interface Dialect {
  readonly name: string;
  requestOf(step: Step): HttpRequest;
  seenOf(step: Step, shown: Json, revisions: Revisions): Seen;
}

/** HTTP, one node after the other. */
export function httpSurface(urls: readonly string[], dialect: Dialect): Surface {
  const revisions = new Revisions();
  let turn = 0;
  return {
    name: dialect.name,
    perform: async (step) => {
      const url = urls[turn++ % urls.length] ?? "";
      const { method, path, query = {}, body, type = "application/json" } = dialect.requestOf(step);
      const asked = `${url}${path}?${new URLSearchParams({ ...query, timeout: "30s" })}`;
      const content = body === undefined ? {} : { body, headers: { "content-type": type } };
      const response = await fetch(asked, { method, ...content });
      const shown = (await response.json()) as Json;
      if (response.ok) return dialect.seenOf(step, shown, revisions);
      if (step.kind === "delete" && shown["code"] === "not_found") return { kind: "delete", deleted: false };
      return refusalOf(shown, revisions);
    },
    close: () => undefined,
  };
}

const PREFIX = "http/";

/** The endpoints under `/kv`. */
export const ENDPOINTS: Dialect = { name: "/kv", requestOf, seenOf };

function requestOf(step: Step): HttpRequest {
  switch (step.kind) {
    case "put": {
      const ttl = step.ttlMs === undefined ? {} : { ttl: `${step.ttlMs}ms` };
      return { method: "POST", path: "/kv/set", query: { key: keyOf(step.key), value: step.value, ...ttl } };
    }
    case "get":
      return { method: "GET", path: "/kv/get", query: { key: keyOf(step.key) } };
    case "delete":
      return { method: "POST", path: "/kv/delete", query: { key: keyOf(step.key) } };
    case "put-all": {
      const items = step.entries.map(([key, value]) => ({ key: keyOf(key), value }));
      return { method: "POST", path: "/kv/set-multi", body: JSON.stringify({ items }) };
    }
    case "keys": {
      const page = { prefix: PREFIX, after: keyOf(step.after), limit: `${step.limit}` };
      return { method: "GET", path: "/kv/keys", query: { ...page, consistency: "linearizable" } };
    }
    case "cas": {
      const body = { key: keyOf(step.key), expected: step.expected, new: step.text };
      return { method: "POST", path: "/kv/rmw", body: JSON.stringify(body) };
    }
    default: {
      const arg = "by" in step ? step.by : step.text;
      const body = { key: keyOf(step.key), op: step.kind, arg };
      return { method: "POST", path: "/kv/rmw", body: JSON.stringify(body) };
    }
  }
}

function seenOf(step: Step, shown: Json, revisions: Revisions): Seen {
  const at = (name: string): number => Number(shown[name]);
  switch (step.kind) {
    case "put": {
      const revision = revisions.take(at("revision"));
      return {
        kind: "put",
        version: at("version"),
        created: revisions.numberOf(at("create_revision")),
        revision,
      };
    }
    case "get":
      return {
        kind: "get",
        value: String(shown["value"]),
        version: at("version"),
        created: revisions.numberOf(at("create_revision")),
        changed: revisions.numberOf(at("revision")),
        ends: shown["ttl_ms"] !== null,
      };
    case "put-all":
      return { kind: "put-all", count: at("count"), revision: revisions.take(at("revision")) };
    case "delete":
      if (shown["deleted"] === true) revisions.take(at("revision"));
      return { kind: "delete", deleted: shown["deleted"] === true };
    case "keys": {
      const keys = (shown["keys"] as readonly string[]).map((key) => key.slice(PREFIX.length));
      return { kind: "keys", keys, more: shown["more"] === true };
    }
    default: {
      if (shown["changed"] === true) revisions.take(at("revision"));
      const old = shown["old"] === null ? null : String(shown["old"]);
      return { kind: "modify", old, new: String(shown["new"]), isChanged: shown["changed"] === true };
    }
  }
}

function refusalOf(problem: Json, revisions: Revisions): Seen {
  const conflict = problem["conflict"] as Json | undefined;
  const current = conflict?.["revision"];
  const stands = current === undefined ? {} : { standsAt: revisions.numberOf(Number(current)) };
  const { code, outcome } = problem;
  const retryable = problem["retryable"] === true;
  return { kind: "refused", code: String(code), outcome: String(outcome), retryable, ...stands };
}

function keyOf(key: string): string {
  return key === "" ? "" : PREFIX + key;
}
