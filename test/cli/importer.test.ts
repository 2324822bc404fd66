import t from "tap";
import { conditionFailed, failure, KvdError } from "../../src/base/errors.ts";
import type { Entry } from "../../src/cli/entry-lines.ts";
import { Importer, type ImportMode } from "../../src/cli/importer.ts";
import type { GetReply, PutReply } from "../../src/client/replies.ts";

const ANSWERED = { revision: 1, servedBy: "n1" };

/** A store that answers a little later, and remembers how many requests waited at most. */
class FakeStore {
  readonly values = new Map<string, Buffer>();
  readonly lifetimes = new Map<string, number | undefined>();
  failing: string | undefined;
  puts = 0;
  waitingMax = 0;
  #waiting = 0;

  readonly get = async (key: Uint8Array | string): Promise<GetReply> => {
    const value = this.values.get(String(Buffer.from(key)));
    const record =
      value === undefined ? undefined : { value, createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
    return { ...ANSWERED, record, timeLeftMs: undefined, level: "linearizable", stalenessMs: undefined };
  };

  readonly put = async (
    key: Uint8Array | string,
    value: Uint8Array | string,
    options: { readonly ifAbsent?: boolean; readonly ttlMs?: number } = {},
  ): Promise<PutReply> => {
    this.waitingMax = Math.max(this.waitingMax, ++this.#waiting);
    await new Promise((resolve) => setImmediate(resolve));
    this.#waiting--;
    const name = String(Buffer.from(key));
    if (name === this.failing) throw new KvdError(failure("timeout", "unknown", "time is up"), "id");
    if (options.ifAbsent === true && this.values.has(name))
      throw new KvdError(conditionFailed({ kind: "revision", revision: 1 }, "it is there"));
    this.puts++;
    this.values.set(name, Buffer.from(value));
    this.lifetimes.set(name, options.ttlMs);
    return { ...ANSWERED, createRevision: 1, version: 1, previous: undefined };
  };
}

const entry = (key: string, value: string, lifetime: Entry[2] = {}): Entry => [
  Buffer.from(key),
  Buffer.from(value),
  lifetime,
];

async function imported(store: FakeStore, entries: readonly Entry[], mode: ImportMode, isDryRun = false) {
  const importer = new Importer(store, { mode, isDryRun, change: {} });
  for (const [index, one] of entries.entries()) await importer.add(one, index + 1);
  return importer.finish();
}

t.test("again it finds all as it left it", async (t) => {
  const store = new FakeStore();
  const entries = [entry("a", "1"), entry("b", "2", { ttlMs: 900 }), entry("c", "3", { leaseId: 7 })];
  t.same(await imported(store, entries, "same"), { put: 2, kept: 0, leased: 1 });
  t.equal(store.lifetimes.get("b"), 900);
  t.notOk(store.values.has("c"), "a key of a lease would stay for ever");
  t.same(await imported(store, entries, "same"), { put: 0, kept: 2, leased: 1 });
  t.equal(store.puts, 2);
});

t.test("a key with another value is kept, replaced, or stops it with line and key", async (t) => {
  const store = new FakeStore();
  store.values.set("b", Buffer.from("other"));
  const entries = [entry("a", "1"), entry("b", "2")];
  await t.rejects(imported(store, entries, "same"), {
    message: /^line 2: b is there with another/,
    exitCode: 1,
  });
  t.same(await imported(store, entries, "if-absent"), { put: 0, kept: 2, leased: 0 });
  t.equal(String(store.values.get("b")), "other");
  t.same(await imported(store, entries, "overwrite"), { put: 2, kept: 0, leased: 0 });
  t.equal(String(store.values.get("b")), "2");
});

t.test("a dry run counts the same and puts nothing", async (t) => {
  const store = new FakeStore();
  store.values.set("b", Buffer.from("2"));
  const entries = [entry("a", "1"), entry("b", "2")];
  t.same(await imported(store, entries, "same", true), { put: 1, kept: 1, leased: 0 });
  t.same(await imported(store, entries, "overwrite", true), { put: 2, kept: 0, leased: 0 });
  t.equal(store.puts, 0);
});

t.test("many puts wait at a time, and never more than a bound; a failure names its line", async (t) => {
  const store = new FakeStore();
  const many = Array.from({ length: 300 }, (_, at) => entry(`k${at}`, "v"));
  await imported(store, many, "overwrite");
  t.ok(store.waitingMax > 8 && store.waitingMax <= 64, `${store.waitingMax} waited`);
  store.failing = "k77";
  await t.rejects(imported(store, many, "overwrite"), {
    message: "line 78: k77: time is up; importing again goes on",
    exitCode: 4,
  });
});
