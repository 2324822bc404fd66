import t from "tap";
import { resolveImport } from "./import-table.ts";
import { importsOf } from "./imports.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";
import { visibleText } from "./source-text.ts";

/**
 * Files of logic that no test names or imports, and the test that reaches them through others. The list
 * may only shrink: a file that gets a test of its own has to leave it.
 */
const REACHED_THROUGH: Readonly<Record<string, string>> = {
  "src/cli/promotion-wait.ts": "test/cli/verbs/member.test.ts",
  "src/cli/verbs/lock-options.ts": "test/cli/verbs/lock.test.ts",
  "src/client/leases.ts": "test/client/request-rights.test.ts",
  "src/client/lock-requests.ts": "test/e2e/locks.test.ts",
  "src/client/operator.ts": "test/cli/verbs/failover.test.ts",
  "src/client/observe.ts": "test/e2e/lock-command.test.ts",
  "src/cli/bundle.ts": "test/cli/verbs/bundle.test.ts",
  "src/cli/host-facts.ts": "test/cli/verbs/bundle.test.ts",
  "src/cli/examination.ts": "test/cli/verbs/health.test.ts",
  "src/cli/machine-figures.ts": "test/cli/verbs/health.test.ts",
  "src/node/node-status.ts": "test/e2e/failover.test.ts",
  "src/cli/chi-cluster.ts": "test/e2e/chi-real.test.ts",
  "src/client/caller.ts": "test/client/client.test.ts",
  "src/cli/http-service.ts": "test/e2e/http.test.ts",
  "src/cli/repl/connection.ts": "test/e2e/prompt.test.ts",
  "src/cli/repl/line-place.ts": "test/cli/repl/completer.test.ts",
  "src/cli/repl/prompt.ts": "test/e2e/prompt.test.ts",
  "src/cli/session.ts": "test/cli/verbs/data.test.ts",
  "src/cli/verbs/completion.ts": "test/cli/completion.test.ts",
  "src/cli/verbs/item-lines.ts": "test/cli/verbs/batch.test.ts",
  "src/cli/verbs/assert.ts": "test/cli/verbs/batch.test.ts",
  "src/cli/verbs/export.ts": "test/cli/verbs/batch.test.ts",
  "src/cli/verbs/import.ts": "test/cli/verbs/batch.test.ts",
  "src/cli/verbs/latency.ts": "test/cli/verbs/batch.test.ts",
  "src/cli/verbs/mget.ts": "test/cli/verbs/batch.test.ts",
  "src/cli/verbs/shell.ts": "test/cli/verbs/batch.test.ts",
  "src/cli/verbs/rmw.ts": "test/cli/verbs/changes.test.ts",
  "src/cli/verbs/wait.ts": "test/cli/verbs/batch.test.ts",
  "src/gateway/common-parameters.ts": "test/gateway/seed-reads.test.ts",
  "src/gateway/entity-tags.ts": "test/gateway/item-writes.test.ts",
  "src/gateway/item-history.ts": "test/gateway/watch-routes.test.ts",
  "src/gateway/lock-claim.ts": "test/gateway/lock-routes.test.ts",
  "src/gateway/item-path.ts": "test/gateway/item-reads.test.ts",
  "src/gateway/exchange.ts": "test/gateway/gateway.test.ts",
  "src/gateway/json-fields.ts": "test/gateway/seed-writes.test.ts",
  "src/gateway/keys.ts": "test/gateway/seed-reads.test.ts",
  "src/lab/chi/command-text.ts": "test/lab/chi/runner.test.ts",
  "src/lab/chi/expectation-parser.ts": "test/lab/chi/parser.test.ts",
  "src/lab/chi/node-caller.ts": "test/lab/chi/lab-world.test.ts",
  "src/lab/chi/order.ts": "test/lab/chi/parser.test.ts",
  "src/cli/trace-reader.ts": "test/cli/verbs/lab-trace.test.ts",
  "src/lab/explore/group-moves.ts": "test/lab/explore/search.test.ts",
  "src/lab/explore/member-rules.ts": "test/lab/explore/search.test.ts",
  "src/lab/explore/member-run.ts": "test/lab/explore/search.test.ts",
  "src/lab/explore/member-table.ts": "test/lab/explore/search.test.ts",
  "src/lab/explore/message-table.ts": "test/lab/explore/search.test.ts",
  "src/lab/explore/message-text.ts": "test/lab/explore/transcript.test.ts",
  "src/lab/explore/prelude.ts": "test/lab/explore/transcript.test.ts",
  "src/lab/report/step-text.ts": "test/lab/report/transcript.test.ts",
  "src/lab/oracles/plain-change.ts": "test/kv/operations/model.test.ts",
  "src/lab/oracles/plain-expiry.ts": "test/kv/operations/model.test.ts",
  "src/lab/oracles/key-state.ts": "test/lab/oracles/key-checker.test.ts",
  "src/lab/world/observed-snapshots.ts": "test/lab/swarm.test.ts",
  "src/lab/world/observed-storage.ts": "test/lab/swarm.test.ts",
  "src/lab/world/nemesis.ts": "test/lab/swarm.test.ts",
  "src/lab/world/plain-link.ts": "test/contract/transport.test.ts",
  "src/lab/world/plain-packet.ts": "test/contract/transport.test.ts",
  "src/lab/workload/clients.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/program.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/hot-work.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/insistence.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/watcher.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/reads.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/past-reads.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/session.ts": "test/lab/swarm.test.ts",
  "src/lab/oracles/cluster-oracle.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/echoes.ts": "test/lab/swarm.test.ts",
  "src/lab/oracles/judgement.ts": "test/lab/swarm.test.ts",
  "src/lab/oracles/member-track.ts": "test/lab/swarm.test.ts",
  "src/lab/oracles/step-rules.ts": "test/lab/swarm.test.ts",
  "src/lab/workload/writes.ts": "test/lab/swarm.test.ts",
  "src/lab/oracles/snapshot-oracle.ts": "test/lab/swarm.test.ts",
  "src/kv/operations/execute.ts": "test/kv/operations/model.test.ts",
  "src/kv/operations/expire.ts": "test/kv/operations/lease.test.ts",
  "src/storage/event-trim.ts": "test/contract/storage.test.ts",
  "src/storage/membership-record.ts": "test/contract/storage.test.ts",
  "src/storage/node-field.ts": "test/contract/storage.test.ts",
  "src/node/group.ts": "test/e2e/failover.test.ts",
  "src/node/snapshots.ts": "test/lab/swarm.test.ts",
  "src/node/store.ts": "test/lab/swarm.test.ts",
  "src/node/handshakes.ts": "test/e2e/failover.test.ts",
  "src/node/node.ts": "test/e2e/failover.test.ts",
  "src/node/requests.ts": "test/e2e/failover.test.ts",
  "src/storage/directory-lock.ts": "test/storage/data-directory.test.ts",
  "src/storage/entry-rows.ts": "test/contract/storage.test.ts",
  "src/storage/expiry-rows.ts": "test/contract/storage.test.ts",
  "src/storage/group-state.ts": "test/contract/storage.test.ts",
  "src/storage/log-summary.ts": "test/contract/storage.test.ts",
  "src/storage/memory-group-state.ts": "test/contract/storage.test.ts",
  "src/storage/memory-rows.ts": "test/contract/storage.test.ts",
  "src/storage/memory-snapshots.ts": "test/contract/storage.test.ts",
  "src/storage/memory-state-build.ts": "test/contract/storage.test.ts",
  "src/storage/received-snapshot.ts": "test/contract/storage.test.ts",
  "src/storage/snapshot-manifest.ts": "test/contract/storage.test.ts",
  "src/storage/snapshot-writer.ts": "test/contract/storage.test.ts",
  "src/storage/state-build.ts": "test/contract/storage.test.ts",
  "src/storage/stored-row.ts": "test/contract/storage.test.ts",
  "src/storage/lmdb-check.ts": "test/storage/data-directory.test.ts",
  "src/storage/background-files.ts": "test/storage/snapshots.test.ts",
  "src/storage/lmdb-snapshots.ts": "test/contract/storage.test.ts",
  "src/storage/new-state-directory.ts": "test/contract/storage.test.ts",
  "src/storage/snapshot-directory.ts": "test/storage/snapshots.test.ts",
  "src/cli/snapshot-input.ts": "test/cli/verbs/snapshot.test.ts",
  "src/cli/recovered-snapshot.ts": "test/cli/verbs/recover.test.ts",
  "src/cli/recovery-lines.ts": "test/cli/verbs/recover.test.ts",
  "src/cli/recovery-plan.ts": "test/cli/verbs/recover.test.ts",
  "src/cli/survivors.ts": "test/cli/verbs/recover.test.ts",
  "src/storage/offline-base.ts": "test/cli/verbs/recover.test.ts",
  "src/storage/founding-state.ts": "test/cli/verbs/snapshot.test.ts",
  "src/storage/lmdb-storage.ts": "test/contract/storage.test.ts",
  "src/storage/lmdb-trees.ts": "test/storage/bit-flips.test.ts",
  "src/storage/log-directory.ts": "test/storage/data-directory.test.ts",
  "src/storage/log-group.ts": "test/contract/storage.test.ts",
  "src/storage/log-recovery.ts": "test/storage/bit-flips.test.ts",
  "src/storage/principal-rows.ts": "test/contract/storage.test.ts",
  "src/storage/state-directory.ts": "test/storage/data-directory.test.ts",
  "src/storage/summary-record.ts": "test/contract/storage.test.ts",
};

/** A file with fewer statements than this declares types and constants. */
const STATEMENTS_MIN = 12;
const STATEMENT = /^\s+(?:return|if|for|while|const|let|switch|this\.|throw)\b/;

const SOURCES = sourceFiles("src", [".ts"]);
const TESTS = sourceFiles("test", [".ts"]);
const TEST_PATHS = new Set(TESTS.map(({ path }) => path));
const IMPORTED = new Set(
  TESTS.flatMap(({ path, text }) => importsOf(text).map(({ specifier }) => resolveImport(path, specifier))),
);

/** Whether the file does something, rather than declare types and constants. */
function holdsLogic(file: SourceFile): boolean {
  const lines = visibleText(file.text, "code").split("\n");
  return lines.filter((line) => STATEMENT.test(line)).length >= STATEMENTS_MIN;
}

/** Whether a test bears the file's name, or a test, a fixture or a contract imports it. */
function hasOwnTest(path: string): boolean {
  return TEST_PATHS.has(path.replace(/^src\//, "test/").replace(/\.ts$/, ".test.ts")) || IMPORTED.has(path);
}

t.test("every file of logic has a test of its own, or says which test reaches it", async (t) => {
  const untested = SOURCES.filter(holdsLogic)
    .map(({ path }) => path)
    .filter((path) => !hasOwnTest(path) && REACHED_THROUGH[path] === undefined);
  t.strictSame(untested, []);
});

t.test("the list names files and tests that exist, and no file that has its own test by now", async (t) => {
  const paths = new Set(SOURCES.map(({ path }) => path));
  for (const [path, test] of Object.entries(REACHED_THROUGH)) {
    t.ok(paths.has(path), `${path} exists`);
    t.ok(TEST_PATHS.has(test), `${test} exists`);
    t.notOk(hasOwnTest(path), `${path} has no test of its own: otherwise take it off the list`);
  }
});

t.test("a file of types needs no test, a file of statements does", async (t) => {
  const types = "export interface A {\n  readonly b: number;\n}\n".repeat(20);
  const statements = "function a() {\n  return 1;\n}\n".repeat(STATEMENTS_MIN);
  t.notOk(holdsLogic({ path: "src/kv/a.ts", text: types }));
  t.ok(holdsLogic({ path: "src/kv/a.ts", text: statements }));
  t.ok(hasOwnTest("src/base/ids.ts"));
  t.notOk(hasOwnTest("src/base/absent.ts"));
});
