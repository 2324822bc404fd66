import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { type Ballot, ballot, GROUP_ZERO, nodeId, slot } from "../../src/base/ids.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import type { Step } from "../../src/node/step.ts";
import { recordStep } from "../../src/node/step-record.ts";
import { StepTrace } from "../../src/node/step-trace.ts";
import { parseTraceLine, TRACE_LINE_BYTES_MAX } from "../../src/node/trace-line.ts";
import { step } from "./steps.ts";

const OPTIONS = { node: "n1", crypto: new SystemCrypto() };
const B = (round: number, node: number): Ballot => ballot(round, nodeId(node));

const VIEW: Step["view"] = {
  role: "follower",
  serving: false,
  ballot: B(3, 2),
  promised: B(3, 2),
  acceptedMax: B(2, 1),
  leader: nodeId(2),
  chosen: slot(7),
  firstKept: slot(1),
  end: slot(9),
  digest: 5,
  leaseUntilMs: 0,
  inFlight: 0,
  damaged: 0,
  needed: undefined,
  epoch: 1,
  settled: 1,
};

const IDLE: Step = {
  group: GROUP_ZERO,
  nowMs: 10,
  input: { kind: "tick" },
  effects: {
    writes: [],
    writeSequence: 0,
    urgent: false,
    messages: [],
    messagesAfterWrites: [],
    chosen: [],
    reads: [],
    proposed: undefined,
    notices: [],
  },
  view: VIEW,
};

t.test("every step is a line that parses back to what was recorded, and is bounded", async (t) => {
  const trace = new StepTrace(OPTIONS);
  fc.assert(
    fc.property(step, (step) => {
      const text = trace.encode(step, 12.3456789);
      if (text === undefined) return;
      deepStrictEqual(text.indexOf("\n"), text.length - 1);
      deepStrictEqual(text.length <= TRACE_LINE_BYTES_MAX, true);
      const line = parseTraceLine(text.trimEnd());
      if ("reason" in line) throw new Error(line.reason);
      const recorded = recordStep(step, 12.3456789, OPTIONS);
      const isShort = JSON.stringify(recorded).length < TRACE_LINE_BYTES_MAX;
      if (isShort) deepStrictEqual(line, recorded);
      deepStrictEqual({ ...line, input: 0, effects: 0 }, { ...recorded, input: 0, effects: 0 });
    }),
    { numRuns: 200 },
  );
  t.pass();
});

t.test("ballots are text, bytes have length and checksum, and what is empty is left out", async (t) => {
  const value = { kind: "batch", bytes: new Uint8Array([1, 2, 3]) } as const;
  const big = { kind: "batch", bytes: new Uint8Array(1000) } as const;
  const line = recordStep(
    {
      ...IDLE,
      input: {
        kind: "received",
        from: nodeId(2),
        message: { kind: "accept", ballot: B(3, 2), slot: slot(8), chosen: slot(7), value },
      },
      effects: {
        ...IDLE.effects,
        writes: [{ kind: "entry", entry: { slot: slot(8), ballot: B(3, 2), value: big, chosen: false } }],
        writeSequence: 4,
        urgent: true,
      },
    },
    10.12345,
    OPTIONS,
  );
  const { needed, ...shown } = VIEW;
  t.equal(needed, undefined);
  t.same(line, {
    type: "step",
    at: 10.123,
    node: "n1",
    group: 0,
    input: {
      kind: "received",
      from: 2,
      message: {
        kind: "accept",
        ballot: "3.2",
        slot: 8,
        chosen: 7,
        value: { kind: "batch", bytes: { length: 3, crc32: "55bc801d", base64: "AQID" } },
      },
    },
    effects: {
      writes: [
        {
          kind: "entry",
          entry: {
            slot: 8,
            ballot: "3.2",
            value: { kind: "batch", bytes: { length: 1000, crc32: "060b1780" } },
            chosen: false,
          },
        },
      ],
      writeSequence: 4,
      urgent: true,
    },
    view: { ...shown, ballot: "3.2", promised: "3.2", acceptedMax: "2.1" },
  });
});

t.test("a list that is cut says how many are missing", async (t) => {
  const message = {
    kind: "accepted",
    ballot: B(1, 1),
    slots: [1, 2, 3, 4, 5].map(slot),
    progress: { learned: slot(0), stateDurable: slot(0), writeAgeMs: 0, epoch: 1 },
  } as const;
  const input = { kind: "received", from: nodeId(1), message } as const;
  const line = recordStep({ ...IDLE, input }, 1, { ...OPTIONS, listMax: 2 });
  t.match(line.input["message"], { slots: [1, 2, { more: 3 }] });
});

t.test("the longest promise fits into the line's bound", async (t) => {
  const value = { kind: "batch", bytes: new Uint8Array(120) } as const;
  const reports = Array.from(
    { length: 4000 },
    (_, at) => ({ kind: "accepted", slot: slot(at), ballot: B(1, 1), value }) as const,
  );
  const from = slot(0);
  const bounds = { from, next: slot(4000), end: slot(4000), learned: from, firstKept: from };
  const promise = { kind: "promise", ballot: B(2, 2), reports, ...bounds } as const;
  const messages = Array.from({ length: 40 }, () => ({ to: [nodeId(2)], message: promise }));
  const text = new StepTrace(OPTIONS).encode({ ...IDLE, effects: { ...IDLE.effects, messages } }, 1);
  t.ok(text !== undefined && text.length <= TRACE_LINE_BYTES_MAX, `${text?.length}`);
});

t.test("ticks by which nothing changes are left out, all others are not", async (t) => {
  const trace = new StepTrace(OPTIONS);
  t.ok(trace.record(IDLE, 1), "the first one shows the state");
  t.notOk(trace.record(IDLE, 2));
  t.ok(trace.record({ ...IDLE, view: { ...VIEW, serving: true } }, 3), "the state has changed");
  t.notOk(trace.record({ ...IDLE, view: { ...VIEW, serving: true } }, 4));
  const effects: Step["effects"] = { ...IDLE.effects, notices: [{ kind: "alarm", text: "!" }] };
  t.ok(trace.record({ ...IDLE, effects }, 5));
  t.ok(trace.record({ ...IDLE, input: { kind: "durable", writeSequence: 3 } }, 6));
});
