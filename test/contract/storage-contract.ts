import type { Test } from "tap";
import { GROUP_ZERO, type GroupId, nodeId, type Slot, slot } from "../../src/base/ids.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import { without } from "../../src/paxos/membership-step.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { changeContract } from "./change-contract.ts";
import { stateContract } from "./state-contract.ts";
import {
  bal,
  entryAt,
  entryWrite,
  flush,
  group,
  IDENTITY,
  learned,
  pattern,
  plain,
  promise,
  sliceOf,
  slotsOf,
  truncate,
  write,
} from "./storage-fixture.ts";
import type { MakeStorage } from "./storage-under-test.ts";

/** What every storage promises; `make` gives a fresh, initialised one. */
export function storageContract(t: Test, make: MakeStorage): void {
  identityContract(t, make);
  logContract(t, make);
  commitContract(t, make);
  truncateContract(t, make);
  damageContract(t, make);
  stateContract(t, make);
  changeContract(t, make);
}

function identityContract(t: Test, make: MakeStorage): void {
  t.test("a fresh storage knows who it is and holds nothing", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    t.same(plain(storage.identity), plain({ ...IDENTITY, startCount: 1 }));
    t.same(storage.peers, []);
    t.same(plain(storage.recoverLog(GROUP_ZERO)), {
      promised: 0,
      acceptedMax: 0,
      firstKept: 1,
      learned: 1,
      digest: 0,
      end: 1,
      membership: { since: 1, membership: plain(IDENTITY.genesis) },
      accepted: [],
      damaged: [],
    });
    t.equal(storage.logReader(GROUP_ZERO).read(slot(1)), undefined);
    const { recovered } = storage.state(GROUP_ZERO);
    t.equal(recovered.watermark, 1);
    t.same(recovered.meta, FRESH_META);
    t.equal(recovered.stateHash, 0);
    t.same([...recovered.executed()], []);
    await storage.close();
    await subject.dispose();
  });

  t.test("the start count rises with every start and nothing else changes", async (t) => {
    const subject = await make(t);
    for (let count = 1; count <= 4; count++) {
      const storage = await subject.open();
      t.same(plain(storage.identity), plain({ ...IDENTITY, startCount: count }));
      await storage.close();
    }
    await subject.dispose();
  });

  t.test("peers are remembered, the latest word for each", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const peer = (node: number, startCount: number) => ({
      node: nodeId(node),
      incarnation: pattern(16, node),
      startCount,
    });
    await new Promise<void>((resolve) =>
      first.writeLog(
        [{ kind: "peer", peer: peer(3, 4) }, group(promise(1)), { kind: "peer", peer: peer(1, 7) }],
        resolve,
      ),
    );
    await new Promise<void>((resolve) => first.writeLog([{ kind: "peer", peer: peer(3, 5) }], resolve));
    const expected = plain([peer(1, 7), peer(3, 5)]);
    t.same(plain([...first.peers].sort((a, b) => a.node - b.node)), expected);
    await first.close();
    const second = await subject.open();
    t.same(plain(second.peers), expected);
    t.equal(second.recoverLog(GROUP_ZERO).promised, bal(1));
    await second.close();
    await subject.dispose();
  });
}

function logContract(t: Test, make: MakeStorage): void {
  t.test("what was written is recovered, entry by entry", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const entries: LogEntry[] = [
      entryAt(1, pattern(10), { round: 1 }),
      entryAt(2, new Uint8Array(0), { kind: "noop" }),
      entryAt(3, pattern(5000, 3), { kind: "membership", chosen: true }),
      entryAt(4, pattern(300, 4), { round: 2 }),
      entryAt(7, pattern(1, 7), { round: 2 }),
    ];
    await write(first, promise(2), ...entries.map((entry) => ({ kind: "entry" as const, entry })));
    await write(first, learned(3, 12345.5));
    for (const entry of entries) {
      t.same(plain(first.logReader(GROUP_ZERO).read(entry.slot)), plain(entry), `slot ${entry.slot} before`);
    }
    await first.close();

    const second = await subject.open();
    const log = second.recoverLog(GROUP_ZERO);
    t.match(log, {
      promised: bal(2),
      acceptedMax: bal(2),
      firstKept: 1,
      learned: 3,
      digest: 12345.5,
      end: 8,
    });
    t.same(plain(log.accepted), plain(entries.slice(2)), "from the learned watermark on");
    t.same(log.damaged, []);
    const reader = second.logReader(GROUP_ZERO);
    for (const entry of entries) t.same(plain(reader.read(entry.slot)), plain(entry), `slot ${entry.slot}`);
    for (const gap of [5, 6, 8]) t.equal(reader.read(slot(gap)), undefined, `slot ${gap} is empty`);
    await second.close();
    await subject.dispose();
  });

  t.test("a membership is in force from the batch on that passes its entry, and not before", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const changed = without(IDENTITY.genesis, nodeId(1));
    const membership = { kind: "membership", since: slot(3), membership: changed } as const;
    const entries = [1, 2].map((at) => entryWrite(at, pattern(9)));
    await t.rejects(write(first, promise(1), ...entries, membership), /I11/, "its entry is not learned");
    await first.close();
    const second = await subject.open();
    t.same(plain(second.recoverLog(GROUP_ZERO).membership.membership), plain(IDENTITY.genesis));
    await write(second, promise(1), ...entries, membership, learned(3));
    await second.close();
    const third = await subject.open();
    t.same(plain(third.recoverLog(GROUP_ZERO).membership), plain({ since: 3, membership: changed }));
    await t.rejects(write(third, membership), /I11/, "twice");
    await third.close();
    await subject.dispose();
  });

  t.test("values of every length come back whole", async (t) => {
    const subject = await make(t);
    const lengths = [0, 1, 1972, 1973, 1974, 3963, 3964, 3965, 3966, 18_000, 65_536, 1_048_576, 4_260_000];
    const first = await subject.open();
    await write(first, promise(1));
    for (const [index, length] of lengths.entries()) {
      await write(first, entryWrite(index + 1, pattern(length, index)));
    }
    await first.close();
    const second = await subject.open();
    const { accepted, damaged } = second.recoverLog(GROUP_ZERO);
    t.same(damaged, []);
    for (const [index, length] of lengths.entries()) {
      const same = Buffer.from(accepted[index]?.value.bytes ?? []).equals(pattern(length, index));
      t.ok(same, `${length} bytes`);
    }
    await second.close();
    await subject.dispose();
  });

  t.test("a higher ballot replaces the value, whether shorter or longer", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const lengths = [9000, 10, 7000, 0, 2500];
    for (const [index, length] of lengths.entries()) {
      const round = index + 1;
      await write(first, promise(round), entryWrite(1, pattern(length, round), { round }));
      const read = first.logReader(GROUP_ZERO).read(slot(1));
      t.same(plain(read), plain(entryAt(1, pattern(length, round), { round })), `${length} bytes`);
    }
    await write(
      first,
      promise(9),
      entryWrite(2, pattern(8000), { round: 8 }),
      entryWrite(2, pattern(5), { round: 9 }),
    );
    await first.close();
    const second = await subject.open();
    const expected = [entryAt(1, pattern(2500, 5), { round: 5 }), entryAt(2, pattern(5), { round: 9 })];
    t.same(plain(second.recoverLog(GROUP_ZERO).accepted), plain(expected));
    t.equal(second.recoverLog(GROUP_ZERO).acceptedMax, bal(9));
    await second.close();
    await subject.dispose();
  });

  t.test("what breaks an invariant is refused at the call", async (t) => {
    // A refusal leaves a storage that must not be used any further, hence a fresh one for each.
    const broken = [promise(4), entryWrite(2, pattern(4), { round: 6 }), learned(3), truncate(2)];
    for (const one of broken) {
      const subject = await make(t);
      const storage = await subject.open();
      await write(storage, promise(5), entryWrite(1, pattern(4), { round: 5 }));
      const call = () => storage.writeLog([group(one)], () => t.fail("done"));
      t.throws(call, { name: "AssertionError" }, one.kind);
      await subject.dispose();
    }
  });

  t.test("groups do not see each other", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const other = 5 as GroupId;
    await new Promise<void>((resolve) =>
      first.writeLog(
        [
          group(promise(1), entryWrite(1, pattern(3000, 1))),
          { kind: "group", group: other, writes: [promise(3), entryWrite(2, pattern(40, 2), { round: 3 })] },
        ],
        resolve,
      ),
    );
    await first.close();
    const second = await subject.open();
    t.same(slotsOf(second.recoverLog(GROUP_ZERO).accepted), [1]);
    t.same(slotsOf(second.recoverLog(other).accepted), [2]);
    t.equal(second.recoverLog(other).promised, bal(3));
    t.equal(second.logReader(other).read(slot(1)), undefined);
    await second.close();
    await subject.dispose();
  });
}

function commitContract(t: Test, make: MakeStorage): void {
  t.test("done runs once, never within the call, and then the writes can be read", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    let calls = 0;
    let within = true;
    await new Promise<void>((resolve) => {
      storage.writeLog([group(promise(1), entryWrite(1, pattern(100)))], () => {
        calls++;
        t.notOk(within, "a turn of its own");
        t.type(storage.logReader(GROUP_ZERO).read(slot(1)), "object");
        resolve();
      });
      within = false;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    t.equal(calls, 1);
    await storage.close();
    await subject.dispose();
  });

  t.test("a commit from within done follows in order", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await write(first, promise(1));
    await new Promise<void>((resolve) => {
      const next = (at: number): void => {
        if (at > 50) resolve();
        else first.writeLog([group(entryWrite(at, pattern(600, at)), learned(at + 1))], () => next(at + 1));
      };
      next(1);
    });
    await first.close();
    const second = await subject.open();
    t.match(second.recoverLog(GROUP_ZERO), { learned: 51, end: 51, digest: 51 * 31, damaged: [] });
    t.same(plain(second.logReader(GROUP_ZERO).read(slot(50))), plain(entryAt(50, pattern(600, 50))));
    await second.close();
    await subject.dispose();
  });

  t.test("one log commit at a time", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    const written = write(storage, promise(1));
    t.throws(() => storage.writeLog([group(promise(2))], () => undefined), { name: "AssertionError" });
    await written;
    await storage.close();
    await subject.dispose();
  });
}

function truncateContract(t: Test, make: MakeStorage): void {
  t.test("truncated slots are gone, what is kept stays, and the room is used again", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await write(first, promise(1));
    let bytesMax = 0;
    for (let at = 1; at <= 2000; at += 20) {
      const writes = Array.from({ length: 20 }, (_, index) =>
        entryWrite(at + index, pattern(900, at + index)),
      );
      await write(first, ...writes, learned(at + 20));
      if (at >= 401) await flushUpTo(first, at);
      if (at % 200 === 1 && at > 400) await write(first, truncate(at - 200));
      bytesMax = Math.max(bytesMax, first.logBytes());
    }
    t.ok(bytesMax < 2000 * 900 * 0.9, `never more than ${bytesMax} bytes`);
    t.equal(first.logReader(GROUP_ZERO).read(slot(1)), undefined);
    await first.close();
    const second = await subject.open();
    const log = second.recoverLog(GROUP_ZERO);
    t.match(log, { firstKept: 1601, learned: 2001, end: 2001, damaged: [], accepted: [] });
    const reader = second.logReader(GROUP_ZERO);
    t.equal(reader.read(slot(1600)), undefined);
    for (const at of [1601, 1777, 2000]) {
      t.same(plain(reader.read(slot(at))), plain(entryAt(at, pattern(900, at))), `slot ${at}`);
    }
    await second.close();
    await subject.dispose();
  });
}

async function flushUpTo(storage: Storage, at: number): Promise<void> {
  const state = storage.state(GROUP_ZERO);
  const from = flushed.get(state) ?? state.recovered.watermark;
  await flush(state, sliceOf(from, at, [], 0));
  flushed.set(state, slot(at));
}

const flushed = new WeakMap<object, Slot>();

function damageContract(t: Test, make: MakeStorage): void {
  t.test("a damaged record is reported as damaged until it is written again", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const writes = [1, 2, 3, 4, 5, 6].map((at) => entryWrite(at, pattern(3000, at)));
    await write(first, promise(1), ...writes, learned(4));
    await first.close();
    await subject.damage(GROUP_ZERO, slot(2));
    await subject.damage(GROUP_ZERO, slot(5));

    const second = await subject.open();
    const log = second.recoverLog(GROUP_ZERO);
    t.same(log.damaged, [2, 5]);
    t.same(slotsOf(log.accepted), [4, 6]);
    t.equal(second.logReader(GROUP_ZERO).read(slot(2)), "damaged");
    t.equal(second.logReader(GROUP_ZERO).read(slot(5)), "damaged");
    t.same(plain(second.logReader(GROUP_ZERO).read(slot(3))), plain(entryAt(3, pattern(3000, 3))));
    await second.close();

    const third = await subject.open();
    t.same(third.recoverLog(GROUP_ZERO).damaged, [2, 5], "a restart forgets no damage");
    await write(third, entryWrite(7, pattern(10, 7)));
    await third.close();
    const fourth = await subject.open();
    t.same(fourth.recoverLog(GROUP_ZERO).damaged, [2, 5], "nor does a write beside it");
    await write(fourth, entryWrite(2, pattern(100, 2), { chosen: true }));
    await write(fourth, entryWrite(5, pattern(8000, 5)));
    t.same(plain(fourth.logReader(GROUP_ZERO).read(slot(5))), plain(entryAt(5, pattern(8000, 5))));
    await fourth.close();

    const fifth = await subject.open();
    t.same(fifth.recoverLog(GROUP_ZERO).damaged, [], "healed");
    t.same(slotsOf(fifth.recoverLog(GROUP_ZERO).accepted), [4, 5, 6, 7]);
    const healed = entryAt(2, pattern(100, 2), { chosen: true });
    t.same(plain(fifth.logReader(GROUP_ZERO).read(slot(2))), plain(healed));
    await write(fifth, learned(8));
    await fifth.close();
    await subject.dispose();
  });
}
