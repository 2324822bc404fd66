import { KVCLI } from "../../../src/cli/kvcli.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { FakeTerminal } from "../../cli/fake-terminal.ts";
import { Revisions, type Seen, type Step, type Surface } from "./step.ts";
import { isUsageError } from "./usage-error.ts";

const PREFIX = "commands/";

type Json = Readonly<Record<string, unknown>>;

/** `kvcli -o json` in this process, one node after the other. */
export function commandSurface(endpoints: readonly string[]): Surface {
  const revisions = new Revisions();
  let turn = 0;
  return {
    name: "kvcli",
    perform: async (step) => {
      const endpoint = endpoints[turn++ % endpoints.length] ?? "";
      const where = ["-o", "json", "--timeout", "30s", "--endpoints", endpoint];
      const [verb = "", ...rest] = argumentsOf(step);
      const terminal = new FakeTerminal();
      const status = await runProgram(KVCLI, [verb, ...where, ...rest], terminal);
      const { stdout, stderr } = terminal;
      const line = stdout.trim() === "" ? stderr : stdout;
      const shown = JSON.parse(line) as Json;
      const answer = seenOf(step, shown, revisions);
      const isNo = answer.kind === "refused" || (answer.kind === "delete" && !answer.deleted);
      if ((status === 0) === isNo) throw new Error(`kvcli ${verb} ended with ${status}: ${line}`);
      return answer;
    },
    close: () => undefined,
  };
}

function argumentsOf(step: Step): readonly string[] {
  switch (step.kind) {
    case "put": {
      const ttl = step.ttlMs === undefined ? [] : ["--ttl", `${step.ttlMs}ms`];
      return ["put", ...ttl, "--", keyOf(step.key), step.value];
    }
    case "get":
    case "delete":
      return [step.kind === "get" ? "get" : "del", "--", keyOf(step.key)];
    case "put-all":
      return ["mput", "--", ...step.entries.map(([key, value]) => `${keyOf(key)}=${value}`)];
    case "keys":
      return ["ls", PREFIX, "--after", keyOf(step.after), "--limit", `${step.limit}`];
    case "cas":
      return ["cas", "--prev", keyOf(step.key), "--from", step.expected, "--to", step.text];
    default: {
      const argument = "by" in step ? step.by : step.text;
      return ["rmw", "--prev", "--op", step.kind, `--arg=${argument}`, "--", keyOf(step.key)];
    }
  }
}

function seenOf(step: Step, shown: Json, revisions: Revisions): Seen {
  if ("error" in shown) return refusalOf(shown["error"] as Json, revisions);
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
        changed: revisions.numberOf(at("mod_revision")),
        ends: "ttl_ms" in shown,
      };
    case "put-all":
      return { kind: "put-all", count: at("count"), revision: revisions.take(at("revision")) };
    case "delete": {
      const [key] = shown["keys"] as readonly Json[];
      if (key?.["deleted"] === true) revisions.take(Number(key["revision"]));
      return { kind: "delete", deleted: key?.["deleted"] === true };
    }
    case "keys": {
      const keys = (shown["keys"] as readonly Json[]).map(({ key }) => String(key).slice(PREFIX.length));
      return { kind: "keys", keys, more: shown["more"] === true };
    }
    default: {
      if (shown["changed"] === true) revisions.take(at("revision"));
      const previous = shown["previous"] as Json | null;
      const old = previous === null ? null : String(previous["value"]);
      return { kind: "modify", old, new: String(shown["value"]), isChanged: shown["changed"] === true };
    }
  }
}

function refusalOf(error: Json, revisions: Revisions): Seen {
  if (isUsageError(error))
    return { kind: "refused", code: "bad_request", outcome: "not_applied", retryable: false };
  const conflict = error["conflict"] as Json | undefined;
  const stands = conflict === undefined ? {} : { standsAt: revisions.numberOf(Number(conflict["revision"])) };
  const outcome = String(error["outcome"]);
  const retryable = error["retryable"] === true;
  return { kind: "refused", code: String(error["code"]), outcome, retryable, ...stands };
}

function keyOf(key: string): string {
  return key === "" ? "" : PREFIX + key;
}
