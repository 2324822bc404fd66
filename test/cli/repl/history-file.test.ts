import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { HISTORY_LINES_MAX, HistoryFile, historyPath } from "../../../src/cli/repl/history-file.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-history-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

t.test("lines are there for the next prompt, newest first, and for nobody else", async (t) => {
  const path = join(dir, "history");
  const history = new HistoryFile(path);
  t.same(history.load(), []);
  for (const line of ["put a 1", "", "  ", " put secret 1", "get a"]) history.add(line);
  t.same(new HistoryFile(path).load(), ["get a", "put a 1"]);
  t.equal(statSync(path).mode & 0o777, 0o600);
  chmodSync(path, 0o644);
  history.add("get b");
  t.equal(statSync(path).mode & 0o777, 0o600);
});

t.test("a long history is cut down to its newest lines", async (t) => {
  const path = join(dir, "long");
  const all = Array.from({ length: 2 * HISTORY_LINES_MAX + 1 }, (_, at) => `get ${at}`);
  writeFileSync(path, `${all.join("\n")}\n`);
  const lines = new HistoryFile(path).load();
  t.equal(lines.length, HISTORY_LINES_MAX);
  t.equal(lines[0], `get ${2 * HISTORY_LINES_MAX}`);
  t.equal(readFileSync(path, "utf8").split("\n").length, HISTORY_LINES_MAX + 1);
});

t.test("a file that cannot be used costs no more than the memory", async (t) => {
  for (const path of [undefined, join(dir, "none", "history"), dir]) {
    const history = new HistoryFile(path);
    history.add("get a");
    t.same(history.load(), []);
  }
  t.equal(historyPath({ KVCLI_HISTFILE: "" }), undefined);
  t.equal(historyPath({ KVCLI_HISTFILE: "/x" }), "/x");
  t.match(historyPath({}), /\.kvcli_history$/);
});
