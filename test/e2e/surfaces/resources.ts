import type { Dialect, HttpRequest, Json } from "./http.ts";
import type { Revisions, Seen, Step } from "./step.ts";

const PREFIX = "resources/";

/** The resources under `/v1`. */
export const RESOURCES: Dialect = { name: "/v1", requestOf, seenOf };

function requestOf(step: Step): HttpRequest {
  switch (step.kind) {
    case "put": {
      const query = step.ttlMs === undefined ? {} : { ttl: `${step.ttlMs}ms` };
      const type = "application/octet-stream";
      return { method: "PUT", path: pathOf(step.key), query, body: step.value, type };
    }
    case "get":
      return { method: "GET", path: pathOf(step.key) };
    case "delete":
      return { method: "DELETE", path: pathOf(step.key) };
    case "put-all": {
      const operations = step.entries.map(([key, value]) => ({ op: "put", key: PREFIX + key, value }));
      return { method: "POST", path: "/v1/batch", body: JSON.stringify({ operations }) };
    }
    case "keys": {
      const query = { prefix: PREFIX, after: PREFIX + step.after, limit: `${step.limit}`, keys_only: "" };
      return { method: "GET", path: "/v1/kv", query };
    }
    case "json-merge":
      return {
        method: "PATCH",
        path: pathOf(step.key),
        body: step.text,
        type: "application/merge-patch+json",
      };
    case "cas": {
      const body = JSON.stringify({ op: "cas", expected: step.expected, new: step.text });
      return { method: "PATCH", path: pathOf(step.key), body };
    }
    default: {
      const body = JSON.stringify({ op: step.kind, arg: "by" in step ? step.by : step.text });
      return { method: "PATCH", path: pathOf(step.key), body };
    }
  }
}

function seenOf(step: Step, shown: Json, revisions: Revisions): Seen {
  const at = (name: string): number => Number(shown[name]);
  switch (step.kind) {
    case "put": {
      const revision = revisions.take(at("revision"));
      const created = revisions.numberOf(at("create_revision"));
      return { kind: "put", version: at("version"), created, revision };
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
    case "put-all": {
      const { length } = shown["answers"] as readonly Json[];
      return { kind: "put-all", count: length, revision: revisions.take(at("revision")) };
    }
    case "delete":
      revisions.take(at("revision"));
      return { kind: "delete", deleted: shown["deleted"] === true };
    case "keys": {
      const keys = (shown["items"] as readonly Json[]).map(({ key }) => String(key).slice(PREFIX.length));
      return { kind: "keys", keys, more: shown["more"] === true };
    }
    default: {
      if (shown["changed"] === true) revisions.take(at("revision"));
      const old = shown["old"] === null ? null : String(shown["old"]);
      return { kind: "modify", old, new: String(shown["new"]), isChanged: shown["changed"] === true };
    }
  }
}

/** An empty key stays empty. */
function pathOf(key: string): string {
  return key === "" ? "/v1/kv/" : `/v1/kv/${PREFIX}${key}`;
}
