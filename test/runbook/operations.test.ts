import { readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { parse } from "yaml";
import { unreachable } from "../../src/base/assert.ts";
import { withDirectory } from "../e2e/with-cluster.ts";
import { REPOSITORY, sourceFiles } from "../tidy/source-files.ts";
import { Host } from "./host.ts";
import { distinct, type Statement, statementsOf } from "./statements.ts";
import { rowOf, rows, treatmentOf } from "./treatments.ts";

const PATH = "docs/OPERATIONS.md";
const DOCUMENT = readFileSync(join(REPOSITORY, PATH), "utf8");
const STATEMENTS = distinct(statementsOf(DOCUMENT));

const MISSING = "it has no row in test/runbook/treatments.ts, and might harm this machine";

/** Does with a command what its treatment says; true: it came out as the document has it. */
async function follow(t: Test, host: Host, { line, text }: Statement): Promise<boolean> {
  const treatment = treatmentOf(text);
  switch (treatment?.kind) {
    case undefined:
      return t.fail(`${PATH}:${line}: ${text}: ${MISSING}`);
    case "runs": {
      await treatment.before?.(host);
      const { status, stdout, stderr } = await host.run(text);
      const isExpected = (treatment.statuses ?? [0]).includes(status ?? -1);
      const isShown = treatment.shows?.test(stdout + stderr) ?? true;
      const went = t.ok(isExpected && isShown, `${PATH}:${line}: ${text}`, { status, stdout, stderr });
      if (went) await treatment.after?.(host);
      return went;
    }
    case "starts":
      host.start(treatment.node, text);
      await treatment.meanwhile?.(host);
      return true;
    case "acted":
      await treatment.by(host);
      return true;
    case "seen":
    case "untried":
      return true;
    default:
      return unreachable(treatment);
  }
}

async function followAll(t: Test, host: Host): Promise<boolean> {
  for (const statement of STATEMENTS) {
    // What comes after a command that failed would fail for that.
    if (!(await follow(t, host, statement))) return false;
  }
  return true;
}

t.test("who follows the document gets what it says, command by command", { timeout: 600_000 }, async (t) => {
  await withDirectory(async (directory) => {
    const host = await Host.open(directory);
    let isThrough = false;
    try {
      isThrough = await followAll(t, host);
    } finally {
      if (!isThrough) t.comment(host.account());
      await host.close();
    }
  });
});

t.test("what is not run here is run where its row says, and every row is needed", async (t) => {
  t.ok(STATEMENTS.length >= 80, "the commands were found");
  const needed = new Set(STATEMENTS.map(({ text }) => rowOf(text)));
  t.same(
    rows().filter((row) => !needed.has(row)),
    [],
  );
  for (const { line, text } of STATEMENTS) {
    const treatment = treatmentOf(text);
    if (treatment?.kind !== "seen") continue;
    const other = readFileSync(join(REPOSITORY, treatment.by), "utf8");
    t.ok(other.includes(treatment.as), `${PATH}:${line}: ${treatment.by} has ${treatment.as}`);
  }
});

t.test("an alarm of the table is one that a node can raise", async (t) => {
  const [, table = ""] = /^## Alarms\n(.*?)^## /ms.exec(DOCUMENT) ?? [];
  const firstColumn = table.split("\n").map((row) => row.split("|")[1] ?? "");
  const alarms = firstColumn.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text));
  t.ok(alarms.length >= 8, "the alarms were found");
  const sources = [...sourceFiles("src/node", [".ts"]), ...sourceFiles("src/paxos", [".ts"])];
  const raised = sources.map(({ text }) => text).join("\n");
  for (const part of alarms.flatMap((alarm) => alarm.split("…")).map((piece) => piece.trim()))
    t.ok(raised.includes(part), part);
});

t.test("a block of settings can be read", async (t) => {
  const blocks = [...DOCUMENT.matchAll(/^ *```yaml\n(.*?)^ *```$/gms)];
  t.ok(blocks.length > 0);
  for (const [, text = ""] of blocks) t.type(parse(text), Object);
});

t.test("the commands of a document are its blocks' and those in its sentences, each once", async (t) => {
  const document = [
    "Type `kvadm leader` or `kvadm log ls [n2]`; `kvd init` comes first, `kvd` later.",
    "   ```",
    "   kvd init --single   # once",
    "   kvadm leader",
    "   for i in 1 2; do",
    "     echo $i",
    "   done",
    "   ```",
    "```yaml",
    "a: 1",
    "```",
  ].join("\n");
  t.same(distinct(statementsOf(document)), [
    { line: 1, kind: "inline", text: "kvadm log ls n2" },
    { line: 3, kind: "block", text: "kvd init --single" },
    { line: 4, kind: "block", text: "kvadm leader" },
    { line: 5, kind: "block", text: "for i in 1 2; do\n  echo $i\ndone" },
  ]);
});
