import t from "tap";
import { slot } from "../../../src/base/ids.ts";
import { CallLog } from "../../../src/lab/oracles/call-log.ts";

const GET = { kind: "get", key: new Uint8Array([1]) } as const;
const NOTHING = { kind: "record", record: undefined } as const;

t.test("an answer of an older revision than somebody had been told of before is caught", async (t) => {
  const log = new CallLog();
  const early = log.invoke("c1", GET);
  log.onRevision(7);
  const late = log.invoke("c2", GET);
  t.doesNotThrow(() => log.finish(early, NOTHING, 6), "it was asked before");
  t.throws(() => log.finish(late, NOTHING, 6), /^revisions keep real time/);
  t.throws(() => log.finish(log.invoke("c2", GET), NOTHING, 6), /told of/);
});

t.test("what the log ended has taken effect before anybody is told of its revision", async (t) => {
  const log = new CallLog();
  const before = log.invoke("c1", GET);
  log.onEnded({ slot: slot(3), revision: 5, keys: ["k"] });
  log.finish(before, NOTHING, 4);
  const [, ended] = log.calls;
  t.equal(ended?.returned, undefined);
  const after = log.invoke("c1", GET);
  log.finish(after, NOTHING, 5);
  t.ok((ended?.returned ?? 0) > after.invoked);
  t.ok((ended?.returned ?? 0) < (after.returned ?? 0));
});

t.test("a call that had no effect leaves no trace, one without an answer stays", async (t) => {
  const log = new CallLog();
  log.drop(log.invoke("c1", GET));
  log.invoke("c2", GET);
  t.strictSame(
    log.calls.map(({ client, returned }) => [client, returned]),
    [["c2", undefined]],
  );
});
