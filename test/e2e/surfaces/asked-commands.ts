import { createHash } from "node:crypto";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { FakeTerminal } from "../../cli/fake-terminal.ts";
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
import { isUsageError } from "./usage-error.ts";

const PREFIX = "commands/";
const LEASES = 2_000;
/** Words that a change's request id begins with and ends with, the same for each repeat. */
const DEADLINE_MS = Date.now() + 10 * 60_000;

type Json = Readonly<Record<string, unknown>>;

interface Answer {
  readonly status: number;
  readonly lines: readonly Json[];
}

const nameOf = (shown: Json): string => String(shown["key"]).slice(PREFIX.length);

/** `kvcli -o json` in this process, one node after the other. */
export function askedCommands(endpoints: readonly string[]): AskedSurface {
  const commands = new Commands(endpoints);
  return {
    name: "kvcli",
    ask: async (ask) => known(await commands.ask(ask)),
    close: () => undefined,
  };
}

class Commands {
  readonly #endpoints: readonly string[];
  readonly #revisions = new Revisions();
  #turn = 0;

  constructor(endpoints: readonly string[]) {
    this.#endpoints = endpoints;
  }

  async ask(ask: Ask): Promise<Told> {
    if (ask.kind === "watch") return this.#watch(ask);
    const answer = await this.#run(this.#wordsOf(ask), this.#fence(ask));
    const [first] = answer.lines;
    if (first !== undefined && "error" in first) return this.#refusal(first["error"] as Json, answer.status);
    const told = this.#told(ask, answer);
    const isNobody = ask.kind === "holder" && told["value"] === undefined;
    const isNo = told["deleted"] === false || told["succeeded"] === false || isNobody;
    if ((answer.status === 1) !== isNo) throw new Error(`kvcli ended with ${answer.status}: ${told}`);
    return told;
  }

  #fence({ fence }: Fenced): readonly string[] {
    return fence === undefined ? [] : ["--fence", `${PREFIX}${fence.key}:${this.#revisions.at(fence.made)}`];
  }

  async #run([verb = "", ...words]: readonly string[], more: readonly string[] = []): Promise<Answer> {
    const endpoint = this.#endpoints[this.#turn++ % this.#endpoints.length] ?? "";
    const terminal = new FakeTerminal();
    const form = ["-o", verb === "range" ? "jsonl" : "json"];
    // Behind the verbs of a verb, before what is no option whatever it looks like.
    const depth = verb === "lease" ? 1 : 0;
    const patience = ["--timeout", "30s", "--endpoints", endpoint];
    const argv = [verb, ...words.slice(0, depth), ...form, ...patience, ...more];
    const status = await runProgram(KVCLI, [...argv, ...words.slice(depth)], terminal);
    const shown = terminal.stdout.trim() === "" ? terminal.stderr : terminal.stdout;
    const lines = shown.split("\n").filter((line) => line !== "");
    return { status, lines: lines.map((line) => JSON.parse(line) as Json) };
  }

  #refusal(error: Json, status: number): Told {
    if (status === 0) throw new Error(`kvcli ended with 0: ${JSON.stringify(error)}`);
    if (isUsageError(error)) return absent("bad_request");
    const conflict = error["conflict"] as Json | undefined;
    const isCount = conflict?.["kind"] === "count";
    return known({
      refused: error["code"],
      outcome: error["outcome"],
      retryable: error["retryable"],
      standsAt:
        conflict === undefined || isCount
          ? undefined
          : this.#revisions.numberOf(Number(conflict["revision"])),
      count: isCount ? conflict["count"] : undefined,
      tellsOldest: error["oldest"] === undefined ? undefined : true,
    });
  }

  #wordsOf(ask: Exclude<Ask, { kind: "watch" }>): readonly string[] {
    const key = "key" in ask ? PREFIX + ask.key : "";
    const lease = "lease" in ask ? `${LEASES + (ask.lease ?? 0)}` : "";
    const revision = (number: number | undefined, option: string): readonly string[] =>
      number === undefined ? [] : [option, `${this.#revisions.at(number)}`];
    switch (ask.kind) {
      case "put": {
        const { ifAbsent, ifRevision, previous, ttlMs, name } = ask;
        const options = [
          ...(ifAbsent === undefined ? [] : ["--if-absent"]),
          ...revision(ifRevision, "--if-rev"),
          ...(previous === undefined ? [] : ["--prev"]),
          ...(ask.lease === undefined ? [] : ["--lease", lease]),
          ...(ttlMs === undefined ? [] : ["--ttl", `${ttlMs}ms`]),
          ...(name === undefined ? [] : ["--request-id", requestIdOf(name)]),
        ];
        return ["put", ...options, "--", key, ask.value];
      }
      case "delete":
        return [
          "del",
          ...revision(ask.ifRevision, "--if-rev"),
          ...(ask.previous ? ["--prev"] : []),
          "--",
          key,
        ];
      case "get-at":
        return ["get", ...this.#then(ask), "--", key];
      case "get": {
        const { level, maxStalenessMs } = ask;
        const age = maxStalenessMs === undefined ? [] : ["--max-staleness", `${maxStalenessMs}ms`];
        return ["get", "--consistency", level, ...age, "--", key];
      }
      case "txn":
        return ["txn", "--", this.#txnText(ask)];
      case "range": {
        const interval = [`${PREFIX}${ask.after}\0`, `${PREFIX}~`];
        return ["range", "--limit", `${ask.limit}`, ...this.#then(ask), "--", ...interval];
      }
      case "lines":
        return ["range", ...this.#then(ask), "--", PREFIX, `${PREFIX}~`];
      case "count":
        return ["count", ...this.#then(ask), "--", PREFIX];
      case "dry-run":
        return ["del", "--prefix", PREFIX, "--dry-run"];
      case "delete-range":
        return ["del", "--prefix", PREFIX + ask.prefix, "--expect-count", `${ask.count}`];
      case "grant":
        return ["lease", "grant", "--id", lease, "--", `${ask.ttlMs}ms`];
      case "keep-alive":
      case "show":
      case "revoke":
        return ["lease", ask.kind, "--", lease];
      case "touch":
        return ["touch", "--", key, `${ask.ttlMs}ms`];
      case "history": {
        const limit = ask.limit === undefined ? [] : ["--limit", `${ask.limit}`];
        return ["history", ...limit, ...revision(ask.before, "--before"), "--", key];
      }
      case "holder":
        return ["lock", "--show", "--", PREFIX + ask.lock];
      case "leader":
        return ["elect", "--", PREFIX + ask.lock];
      case "try":
        return ["lock", "--wait", "0", PREFIX + ask.lock, "--", "true"];
    }
  }

  #then({ revision, later = 0 }: Then): readonly string[] {
    return revision === undefined ? [] : ["--rev", `${this.#revisions.at(revision) + later}`];
  }

  #txnText(ask: Extract<Ask, { kind: "txn" }>): string {
    const compares = ask.if.map((compare) => this.#compareText(compare));
    const list = (steps: readonly Done[]): string => steps.map(stepText).join("; ");
    const condition = compares.length === 0 ? "" : `if ${compares.join(" && ")} `;
    return `${condition}then ${list(ask.do)}${ask.else === undefined ? "" : ` else ${list(ask.else)}`}`;
  }

  #compareText(compare: Compared): string {
    const key = PREFIX + compare.key;
    if ("exists" in compare) return `${compare.exists ? "exists" : "absent"}(${key})`;
    if ("value" in compare) return `value(${key})=${compare.value}`;
    return `rev(${key})=${this.#revisions.at(compare.revision)}`;
  }

  #told(ask: Exclude<Ask, { kind: "watch" }>, { lines }: Answer): Told {
    const [shown = {}] = lines;
    switch (ask.kind) {
      case "put": {
        const revision = this.#revisions.take(Number(shown["revision"]));
        const created = this.#revisions.numberOf(Number(shown["create_revision"]));
        const previous = ask.previous === undefined ? undefined : this.#recordOrNull(shown["previous"]);
        return { revision, created, version: shown["version"], previous };
      }
      case "delete": {
        const [told = {}] = shown["keys"] as readonly Json[];
        if (told["deleted"] === true) this.#revisions.take(Number(told["revision"]));
        const previous = ask.previous === undefined ? undefined : this.#recordOrNull(told["previous"]);
        return { deleted: told["deleted"], previous };
      }
      case "get-at":
        return this.#record(shown);
      case "get": {
        const { consistency: level, staleness_ms: age } = shown as Record<string, unknown>;
        const isAgeTold = ask.level === "stale" ? age !== undefined : undefined;
        return {
          ...this.#record(shown),
          ends: "ttl_ms" in shown,
          level: levelTold(ask.level, level),
          isAgeTold,
        };
      }
      case "txn": {
        const { succeeded, answers } = shown as { succeeded: boolean; answers: readonly Json[] };
        const done = succeeded ? ask.do : (ask.else ?? []);
        if (done.some(({ op }) => op !== "get")) this.#revisions.take(Number(shown["revision"]));
        return { succeeded, answers: answers.map((answer) => this.#answer(answer)) };
      }
      case "range": {
        const items = lines.map((line) => ({ key: nameOf(line), ...this.#record(line) }));
        // Lines say nothing of what the limit left out.
        return { items, more: items.length === ask.limit };
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
        const keys = (shown["keys"] as readonly Json[]).map(nameOf);
        const lease = Number(shown["id"]) - LEASES;
        return { lease, ttlMs: shown["ttl_ms"], keys, count: shown["key_count"] };
      }
      case "revoke":
        this.#revisions.take(Number(shown["revision"]));
        return { deleted: shown["deleted"], more: shown["more"] };
      case "touch":
        return { ttlMs: shown["ttl_ms"] };
      case "holder":
        return { value: (shown["holder"] as Json | null)?.["value"], waiters: shown["waiters"] };
      case "leader":
        return { value: (shown["leader"] as Json)["value"] };
      case "try":
        return { got: true };
      case "history":
        return { changes: lines.map((line) => this.#changed(line)) };
    }
  }

  /** Each whole revision by a command of its own, which goes on where the one before ended. */
  async #watch({ prefix, from, revisions }: Extract<Ask, { kind: "watch" }>): Promise<Told> {
    const changes: Told[] = [];
    let next = this.#revisions.at(from);
    for (let told = 0; told < revisions; told++) {
      const range = ["--prefix", PREFIX + prefix, "--from", `${next}`];
      const { status, lines } = await this.#run(["watch", ...range, "--once", "--prev"]);
      const [first] = lines;
      if (first !== undefined && "error" in first) return this.#refusal(first["error"] as Json, status);
      for (const line of lines) {
        changes.push({ ...this.#changed(line), before: this.#recordOrNull(line["previous"] ?? null) });
        next = Number(line["revision"]) + 1;
      }
    }
    return { changes };
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

  #changed(line: Json): Told {
    const place = {
      change: line["change"],
      key: nameOf(line),
      revision: this.#revisions.numberOf(Number(line["revision"])),
      after: this.#revisions.numberOf(Number(line["previous_revision"])),
    };
    if (line["change"] === "delete") return place;
    const created = this.#revisions.numberOf(Number(line["create_revision"]));
    return { ...place, value: line["value"], version: line["version"], created };
  }

  #recordOrNull(shown: unknown): Told | null {
    return shown === null ? null : this.#record(shown as Json);
  }

  #record(shown: Json): Told {
    const lease = shown["lease"];
    return known({
      value: shown["value"],
      version: shown["version"],
      created: this.#revisions.numberOf(Number(shown["create_revision"])),
      changed: this.#revisions.numberOf(Number(shown["mod_revision"])),
      lease: lease === undefined ? undefined : Number(lease) - LEASES,
    });
  }
}

function stepText(step: Done): string {
  const key = PREFIX + step.key;
  switch (step.op) {
    case "put":
      return `put ${key} ${step.value}`;
    case "get":
      return `get ${key}`;
    case "delete":
      return `del ${key}`;
    case "delete-range":
      return `del --prefix ${key}`;
  }
}

function requestIdOf(name: string): string {
  const client = createHash("sha256").update(PREFIX).update(name).digest("hex").slice(0, 32);
  return `${client}:1:${DEADLINE_MS}`;
}
