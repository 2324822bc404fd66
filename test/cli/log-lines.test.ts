import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { isJournalStream } from "../../src/cli/journal.ts";
import { type LogOptions, openLog } from "../../src/cli/log-lines.ts";

function written(options: Partial<LogOptions>): readonly string[] {
  const lines: string[] = [];
  const fixed = { least: "info", format: "text", isJournal: false, wallMs: () => 1_000 } as const;
  const log = openLog({ ...fixed, ...options, write: (line) => lines.push(line) });
  log("debug", "seen", {});
  log("info", "started", { node: "n1", listen: "127.0.0.1:7400" });
  log("error", "fatal", { reason: 'it "broke" here', slots: 3, first: true });
  return lines;
}

t.test("a line for people can be cut at its blanks", async (t) => {
  t.same(written({}), [
    "1970-01-01T00:00:01.000Z info started node=n1 listen=127.0.0.1:7400\n",
    '1970-01-01T00:00:01.000Z error fatal reason="it \\"broke\\" here" slots=3 first=true\n',
  ]);
});

t.test("the journal gets priorities, and no time of ours", async (t) => {
  t.same(written({ isJournal: true, least: "debug" }), [
    "<7>seen\n",
    "<6>started node=n1 listen=127.0.0.1:7400\n",
    '<3>fatal reason="it \\"broke\\" here" slots=3 first=true\n',
  ]);
});

t.test("a line for programs is one object", async (t) => {
  const lines = written({ format: "json" });
  t.ok(lines.every((line) => line.endsWith("}\n") && line.indexOf("\n") === line.length - 1));
  t.same(
    lines.map((line) => JSON.parse(line)),
    [
      {
        level: "info",
        priority: 6,
        time: "1970-01-01T00:00:01.000Z",
        event: "started",
        node: "n1",
        listen: "127.0.0.1:7400",
      },
      {
        level: "error",
        priority: 3,
        time: "1970-01-01T00:00:01.000Z",
        event: "fatal",
        reason: 'it "broke" here',
        slots: 3,
        first: true,
      },
    ],
  );
  t.match(written({ format: "json", isJournal: true })[1], /^<3>\{/);
});

t.test("the journal is known by the stream's own device and inode", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kvd-journal-test-"));
  const descriptor = openSync(join(dir, "stream"), "w");
  t.teardown(() => rmSync(dir, { recursive: true }));
  const { dev, ino } = fstatSync(descriptor);
  t.ok(isJournalStream(`${dev}:${ino}`, descriptor));
  t.notOk(isJournalStream(`${dev}:${ino + 1}`, descriptor));
  t.notOk(isJournalStream(undefined, descriptor));
  closeSync(descriptor);
  t.notOk(isJournalStream(`${dev}:${ino}`, descriptor), "a closed one is none");
});
