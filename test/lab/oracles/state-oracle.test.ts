import t from "tap";
import { slot } from "../../../src/base/ids.ts";
import { keyText } from "../../../src/kv/key-text.ts";
import type { ExecutedRecord, Row } from "../../../src/kv/state.ts";
import { Model } from "../../../src/lab/oracles/model.ts";
import { checkState } from "../../../src/lab/oracles/state-oracle.ts";
import { Verified } from "../../../src/lab/oracles/verified.ts";
import { MemoryState } from "../../../src/storage/memory-disk.ts";
import { apply } from "./commands.ts";

/** A model after three slots, and the state that is right for it. */
function world(): {
  readonly model: Model;
  readonly rows: Row[];
  readonly check: (rows?: readonly Row[]) => void;
} {
  const model = new Model();
  apply(model, 10, { sequence: 1, value: "a" }, { sequence: 2, key: "l", value: "b", deadlineMs: 20 });
  apply(model, 20, { sequence: 3, key: "l" });
  apply(model, 60_000, { sequence: 4, value: "c", acknowledged: 1 });
  const rows: Row[] = [];
  for (const key of ["k", "l"]) {
    rows.push({ table: "keys", key: new TextEncoder().encode(key), record: model.recordAt(key, 4) });
  }
  for (const execution of [...model.executions.values()].flat()) {
    const { client, sequence } = execution.command.identity;
    const { acknowledged, keepUntilMs, clientKeepUntilMs, outcome } = execution;
    if (outcome.kind === "failure") continue;
    const record: ExecutedRecord = {
      client,
      sequence,
      acknowledged,
      payloadHash: 0,
      keepUntilMs,
      clientKeepUntilMs,
      outcome,
    };
    const row = rows.find((one) => one.table === "executed" && one.slot === execution.slot);
    if (row?.table === "executed")
      rows[rows.indexOf(row)] = { ...row, records: [...(row.records ?? []), record] };
    else rows.push({ table: "executed", slot: execution.slot, records: [record] });
  }
  const verified = new Verified();
  const check = (given: readonly Row[] = rows): void => {
    const state = new MemoryState();
    const membership = { epoch: 1, members: [], nextNodeId: 1 };
    state.apply({
      from: slot(1),
      digest: 0,
      stateHash: 0,
      membership,
      watermark: slot(4),
      rows: given,
      meta: model.metaAt(4),
    });
    checkState("n1", state, model, verified);
  };
  return { model, rows, check };
}

const isKey = (row: Row, key: string): boolean => row.table === "keys" && keyText(row.key) === key;
const isRow = (row: Row, at: number): boolean => row.table === "executed" && row.slot === at;

t.test("the state that follows from the slots is right", async (t) => {
  t.doesNotThrow(() => world().check());
});

t.test("a key that is missing, too many or old breaks I18", async (t) => {
  const { rows, check, model } = world();
  t.throws(() => check(rows.filter((row) => !isKey(row, "k"))), /^I18/);
  t.throws(
    () => check([...rows, { table: "keys", key: new Uint8Array([1]), record: model.recordAt("k", 4) }]),
    /^I18/,
  );
  const old: Row = { table: "keys", key: new TextEncoder().encode("k"), record: model.recordAt("k", 2) };
  t.throws(() => check([...rows, old]), /^I18.*version 1, instead of 3, 2|^I18/);
});

t.test("a row may go once nobody can ask for it, and no sooner", async (t) => {
  const { rows, check } = world();
  t.doesNotThrow(() => check(rows.filter((row) => !isRow(row, 1))), "acknowledged, and past its time");
  t.throws(() => check(rows.filter((row) => !isRow(row, 2))), /^I24.*forgets/);
  t.throws(() => check(rows.filter((row) => !isRow(row, 3))), /^I24.*forgets/);
});

t.test("a row that tells something else than what was executed breaks I24", async (t) => {
  const { rows, check } = world();
  const changed = rows.map((row) =>
    row.table === "executed" && row.slot === 2
      ? { ...row, records: row.records?.map((record) => ({ ...record, acknowledged: 2 })) }
      : row,
  );
  t.throws(() => check(changed), /^I24.*says/);
});
