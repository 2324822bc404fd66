import {
  type Ask,
  type AskedSurface,
  absent,
  type Compared,
  type Done,
  type Fenced,
  known,
  levelTold,
  type Then,
  type Told,
} from "./ask.ts";
import { Revisions } from "./step.ts";

const PREFIX = "v1/";
const LEASES = 3_000;

type Json = Readonly<Record<string, unknown>>;

interface HttpRequest {
  readonly method?: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** As JSON, unless it is text. */
  readonly body?: unknown;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly lines: readonly Json[];
}

const nameOf = (shown: Json): string => String(shown["key"]).slice(PREFIX.length);

/** The `/v1` resources, one node after the other. */
export function askedHttp(urls: readonly string[]): AskedSurface {
  const resources = new Resources(urls);
  return { name: "/v1", ask: async (ask) => known(await resources.ask(ask)), close: () => undefined };
}

class Resources {
  readonly #urls: readonly string[];
  readonly #revisions = new Revisions();
  #turn = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  async ask(ask: Ask): Promise<Told> {
    const request = this.#requestOf(ask);
    const answer = await this.#send({ ...request, headers: { ...request.headers, ...this.#fence(ask) } });
    const [shown = {}] = answer.lines;
    if (ask.kind === "leader" && shown["held"] === false) return absent("not_found");
    if (ask.kind === "try" && answer.status < 300) await this.#release(ask.lock, Number(shown["lease"]));
    if (answer.status < 300) return this.#told(ask, answer);
    const code = String(shown["code"]);
    // How HTTP says no where the others have an answer for it.
    if (ask.kind === "delete" && code === "not_found") return { deleted: false };
    if (ask.kind === "txn" && code === "condition_failed") return { succeeded: false, answers: [] };
    return this.#refusal(shown);
  }

  async #release(name: string, lease: number): Promise<void> {
    await this.#send({ method: "DELETE", path: `/v1/locks/${PREFIX}${name}`, query: { lease: `${lease}` } });
  }

  async #send({ method = "GET", path, query = {}, headers = {}, body }: HttpRequest): Promise<Answer> {
    const url = this.#urls[this.#turn++ % this.#urls.length] ?? "";
    const isText = typeof body === "string";
    const type = isText || body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(`${url}${path}?${new URLSearchParams({ ...query, timeout: "30s" })}`, {
      method,
      headers: { ...type, ...headers },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const lines = (await response.text()).split("\n").filter((line) => line !== "");
    const { status } = response;
    return { status, headers: response.headers, lines: lines.map((line) => JSON.parse(line) as Json) };
  }

  #refusal(problem: Json): Told {
    const conflict = problem["conflict"] as Json | undefined;
    const isCount = conflict?.["kind"] === "count";
    return known({
      refused: problem["code"],
      outcome: problem["outcome"],
      retryable: problem["retryable"],
      standsAt:
        conflict === undefined || isCount
          ? undefined
          : this.#revisions.numberOf(Number(conflict["revision"])),
      count: isCount ? conflict["count"] : undefined,
      tellsOldest: problem["oldest"] === undefined ? undefined : true,
    });
  }

  #fence({ fence }: Fenced): Readonly<Record<string, string>> {
    return fence === undefined
      ? {}
      : { "kvd-fence": `${PREFIX}${fence.key}:${this.#revisions.at(fence.made)}` };
  }

  #requestOf(ask: Ask): HttpRequest {
    switch (ask.kind) {
      case "put":
      case "delete":
      case "get":
      case "get-at":
      case "touch":
        return this.#itemRequest(ask);
      case "txn": {
        const compare = ask.if.map((compared) => this.#compare(compared));
        const members = [
          `"compare":${JSON.stringify(compare)}`,
          `"then":${JSON.stringify(ask.do.map(stepOf))}`,
          ...(ask.else === undefined ? [] : [`"else":${JSON.stringify(ask.else.map(stepOf))}`]),
        ];
        const headers = { "content-type": "application/json" };
        return { method: "POST", path: "/v1/txn", headers, body: `{${members.join(",")}}` };
      }
      case "range": {
        const query = { prefix: PREFIX, after: PREFIX + ask.after, limit: `${ask.limit}` };
        return { path: "/v1/kv", query: { ...query, ...this.#then(ask) } };
      }
      case "lines": {
        const headers = { accept: "application/x-ndjson" };
        return { path: "/v1/kv", query: { prefix: PREFIX, ...this.#then(ask) }, headers };
      }
      case "count":
        return { path: "/v1/kv", query: { prefix: PREFIX, count_only: "", ...this.#then(ask) } };
      case "dry-run":
        return { method: "DELETE", path: "/v1/kv", query: { prefix: PREFIX, dry_run: "true" } };
      case "delete-range": {
        const query = { prefix: PREFIX + ask.prefix, confirm: `${ask.count}` };
        return { method: "DELETE", path: "/v1/kv", query };
      }
      case "grant":
        return {
          method: "POST",
          path: "/v1/leases",
          body: { ttl: `${ask.ttlMs}ms`, id: LEASES + ask.lease },
        };
      case "keep-alive":
        return { method: "PUT", path: `/v1/leases/${LEASES + ask.lease}/keepalive` };
      case "show":
        return { path: `/v1/leases/${LEASES + ask.lease}` };
      case "revoke":
        return { method: "DELETE", path: `/v1/leases/${LEASES + ask.lease}` };
      case "history": {
        const { limit, before } = ask;
        const query = {
          ...(limit === undefined ? {} : { limit: `${limit}` }),
          ...(before === undefined ? {} : { before: `${this.#revisions.at(before)}` }),
        };
        return { path: `/v1/kv/${PREFIX}${ask.key}/history`, query };
      }
      case "watch": {
        const from = `${this.#revisions.at(ask.from)}`;
        return { path: "/v1/watch", query: { prefix: PREFIX + ask.prefix, from, prev: "", wait: "30s" } };
      }
      case "holder":
        return { path: `/v1/locks/${PREFIX}${ask.lock}` };
      case "leader":
        return { path: `/v1/elections/${PREFIX}${ask.lock}` };
      case "try":
        return { method: "POST", path: `/v1/locks/${PREFIX}${ask.lock}`, body: { ttl: "60s" } };
    }
  }

  #then({ revision, later = 0 }: Then): Readonly<Record<string, string>> {
    return revision === undefined ? {} : { revision: `${this.#revisions.at(revision) + later}` };
  }

  #itemRequest(ask: Extract<Ask, { kind: "put" | "delete" | "get" | "get-at" | "touch" }>): HttpRequest {
    const path = `/v1/kv/${PREFIX}${ask.key}`;
    const match = (number: number | undefined) =>
      number === undefined ? {} : { "if-match": `"${this.#revisions.at(number)}"` };
    switch (ask.kind) {
      case "put": {
        const { ifAbsent, ifRevision, previous, lease, ttlMs, name } = ask;
        const query = {
          ...(previous === undefined ? {} : { prev: "" }),
          ...(lease === undefined ? {} : { lease: `${LEASES + lease}` }),
          ...(ttlMs === undefined ? {} : { ttl: `${ttlMs}ms` }),
        };
        const headers = {
          ...match(ifRevision),
          ...(ifAbsent === undefined ? {} : { "if-none-match": "*" }),
          ...(name === undefined ? {} : { "idempotency-key": name }),
        };
        return { method: "PUT", path, query, headers, body: ask.value };
      }
      case "delete": {
        const query = ask.previous === undefined ? {} : { prev: "" };
        return { method: "DELETE", path, query, headers: match(ask.ifRevision) };
      }
      case "get-at":
        return { path, query: this.#then(ask) };
      case "get": {
        const { level, maxStalenessMs } = ask;
        const age = maxStalenessMs === undefined ? {} : { max_staleness: `${maxStalenessMs}ms` };
        return { path, query: { consistency: level, ...age } };
      }
      case "touch":
        return { method: "PATCH", path, body: { ttl: `${ask.ttlMs}ms` } };
    }
  }

  #compare(compare: Compared): Json {
    const key = PREFIX + compare.key;
    if ("revision" in compare) return { key, revision: this.#revisions.at(compare.revision) };
    return { ...compare, key };
  }

  #told(ask: Ask, { headers, lines }: Answer): Told {
    const [shown = {}] = lines;
    switch (ask.kind) {
      case "put": {
        const revision = this.#revisions.take(Number(shown["revision"]));
        const created = this.#revisions.numberOf(Number(shown["create_revision"]));
        const previous =
          ask.previous === undefined ? undefined : this.#recordOrNull(shown["previous"] ?? null);
        return { revision, created, version: shown["version"], previous };
      }
      case "delete": {
        this.#revisions.take(Number(shown["revision"]));
        const previous = ask.previous === undefined ? undefined : this.#recordOrNull(shown["previous"]);
        return { deleted: shown["deleted"], previous };
      }
      case "get-at":
        return this.#record(shown);
      case "get": {
        const level = levelTold(ask.level, headers.get("kvd-consistency"));
        const isAgeTold = ask.level === "stale" ? headers.has("kvd-staleness-ms") : undefined;
        return { ...this.#record(shown), ends: shown["ttl_ms"] !== null, level, isAgeTold };
      }
      case "txn": {
        const { succeeded, answers } = shown as { succeeded: boolean; answers: readonly Json[] };
        const done = succeeded ? ask.do : (ask.else ?? []);
        if (done.some(({ op }) => op !== "get")) this.#revisions.take(Number(shown["revision"]));
        return { succeeded, answers: answers.map((answer) => this.#answer(answer)) };
      }
      case "range": {
        const { items, more } = shown as { items: readonly Json[]; more: boolean };
        return { items: items.map((item) => ({ key: nameOf(item), ...this.#record(item) })), more };
      }
      case "lines":
        return { items: lines.map((line) => ({ key: nameOf(line), ...this.#record(line) })) };
      case "count":
      case "dry-run":
        return { count: shown["count"] };
      case "delete-range":
        return { deleted: shown["deleted"], revision: this.#revisions.take(Number(shown["revision"])) };
      case "grant":
      case "keep-alive":
        return { lease: Number(shown["id"]) - LEASES, ttlMs: shown["ttl_ms"] };
      case "show": {
        const keys = (shown["keys"] as readonly string[]).map((key) => key.slice(PREFIX.length));
        const lease = Number(shown["id"]) - LEASES;
        return { lease, ttlMs: shown["ttl_ms"], keys, count: shown["key_count"] };
      }
      case "revoke":
        this.#revisions.take(Number(shown["revision"]));
        return { deleted: shown["deleted"], more: shown["more"] };
      case "touch":
        return { ttlMs: shown["ttl_ms"] };
      case "history":
        return { changes: (shown["changes"] as readonly Json[]).map((change) => this.#changed(change)) };
      case "holder":
        return { value: shown["value"], waiters: shown["waiters"] };
      case "leader":
        return { value: shown["value"] };
      case "try":
        return { got: true };
      case "watch":
        return {
          changes: (shown["events"] as readonly Json[]).map((event) => ({
            ...this.#changed(event),
            before: this.#recordOrNull(event["previous"]),
          })),
        };
    }
  }

  #answer(answer: Json): Told {
    switch (answer["op"]) {
      case "put": {
        const created = this.#revisions.numberOf(Number(answer["create_revision"]));
        return { op: "put", created, version: answer["version"] };
      }
      case "get":
        return { op: "get", record: this.#recordOrNull(answer["record"]) };
      default:
        return { op: answer["op"], deleted: answer["deleted"] };
    }
  }

  #changed(change: Json): Told {
    const place = {
      change: change["kind"],
      key: nameOf(change),
      revision: this.#revisions.numberOf(Number(change["revision"])),
      after: this.#revisions.numberOf(Number(change["previous_revision"])),
    };
    if (change["kind"] === "delete") return place;
    const created = this.#revisions.numberOf(Number(change["create_revision"]));
    return { ...place, value: change["value"], version: change["version"], created };
  }

  #recordOrNull(shown: unknown): Told | null {
    return shown === null ? null : this.#record(shown as Json);
  }

  #record(shown: Json): Told {
    const { lease } = shown as { lease: number | null };
    return known({
      value: shown["value"],
      version: shown["version"],
      created: this.#revisions.numberOf(Number(shown["create_revision"])),
      changed: this.#revisions.numberOf(Number(shown["revision"])),
      lease: lease === null ? undefined : lease - LEASES,
    });
  }
}

function stepOf({ op, key, ...more }: Done): Json {
  return op === "delete-range" ? { op, prefix: PREFIX + key } : { op, key: PREFIX + key, ...more };
}
