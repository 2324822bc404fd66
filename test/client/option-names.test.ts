import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import { threeNodes } from "./world.ts";

/** The client as it is for a program that no compiler has seen. */
type Unchecked = {
  readonly [Name in keyof Client]: (...args: readonly unknown[]) => Promise<unknown>;
};

type Calls = readonly (readonly [() => Promise<unknown>, RegExp])[];

/** What would be read as something else than was meant, or end in an error that is no KvdError. */
function unfit(client: Unchecked): Calls {
  const either = /prefix excludes start and end; name one range/;
  const one = /names one of exists, value, version, revision, createRevision; this names/;
  const patience = /timeoutMs is .*, and not a number of ms above 0/;
  const [to, every] = [
    { host: "n1", port: 7400 },
    { prefix: "z", start: "a" },
  ];
  return [
    [() => client.deleteRange(every), either],
    [() => client.deleteRange({ prefix: "z", end: "a" }), either],
    [() => client.range(every), either],
    [() => first(client, "scan", every), either],
    [() => first(client, "pages", { prefix: "z", end: "" }), either],
    [async () => client.watch(every), either],
    [async () => client.watch({ prefix: "z", key: "a" }), /key excludes prefix, start and end/],
    [() => client.txn({ if: [{ key: "a", exists: true, value: "9" }] }), one],
    [() => client.txn({ if: [{ key: "a", version: 1, revision: 1 }] }), one],
    [() => client.txn({ if: [{ key: "a", value: undefined }] }), one],
    [
      () => client.txn({ if: [{ key: "a", exists: "no" }] }),
      /exists is the text 'no', and not true or false/,
    ],
    [() => client.txn({ if: [{ key: "a", exists: true, is: "=" }] }), /exists takes no is/],
    [() => client.txn({ if: [{ key: "a", value: "b", is: "~" }] }), /is the text '~', and not one of =/],
    [() => client.txn({ do: [{ put: "a", value: "b", get: "c" }] }), /this names put and get/],
    [() => client.txn({ do: [{ deleteRange: {} }] }), /no range is named/],
    [
      () => client.txn({ do: [{ put: "a", value: "b", previous: 1 }] }),
      /previous is 1, and not true or false/,
    ],
    ...(["ifAbsent", "previous"] as const).flatMap(
      (name): Calls =>
        [1, 0, "true", null, {}].map((value) => [
          () => client.put("a", "b", { [name]: value }),
          new RegExp(`${name} is .*, and not true or false`),
        ]),
    ),
    [() => client.delete("a", { ifAbsent: 0 }), /ifAbsent is 0/],
    [() => client.modify("a", { op: "incr" }, { value: 0 }), /value is 0, and not true or false/],
    [() => client.modify("a", { op: "incr" }, { previous: "no" }), /previous is the text 'no'/],
    [() => client.range({ keysOnly: 1 }), /keysOnly is 1/],
    [async () => client.watch({ progress: 1 }), /progress is 1/],
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, "5"].flatMap(
      (limit): Calls => [
        [() => client.range({ limit }), /limit is .*, and not a whole number from 1/],
        [() => client.range({ bytesMax: limit }), /bytesMax is .*, and not a whole number from 1/],
        [() => client.leases({ limit }), /limit is .*, and not a whole number from 1/],
      ],
    ),
    [() => client.leases({ from: "7" }), /from is the text '7', and not a whole number/],
    [() => client.lease(undefined), /a lease's id is undefined, and not a whole number/],
    [() => client.claimLock("a"), /a lease's id is undefined, and not a whole number/],
    [async () => client.watch({ previous: 1 }), /previous is 1/],
    ...[Number.POSITIVE_INFINITY, Number.NaN, 0, -1, "5", null, 2 ** 31].flatMap(
      (timeoutMs): Calls => [
        [() => client.put("a", "b", { timeoutMs }), patience],
        [() => client.get("a", { timeoutMs }), patience],
        [() => client.lock("a", { timeoutMs }), patience],
        [() => client.deleteRange({ prefix: "a", timeoutMs }), patience],
        [async () => client.watch({ timeoutMs }), patience],
        [async () => client.history("a", { timeoutMs }), patience],
        [() => client.ping(undefined, { timeoutMs }), patience],
        [() => client.status(to, { timeoutMs }), patience],
        [() => openClient({ endpoints: [to], timeoutMs } as never), patience],
      ],
    ),
    [() => client.claimLock("a", 7, { waitMs: Number.NaN }), /waitMs is NaN, and not a number of ms from 0/],
    [() => client.claimLock("a", 7, { waitMs: -1 }), /waitMs is -1/],
    [() => client.grantLease({ ttlMs: Number.POSITIVE_INFINITY }), /time to live of Infinity ms/],
    [() => client.touch("a", "5"), /time to live of 5 ms is not possible/],
    [() => client.put("a", "b", { identity: { client: new Uint8Array(16), sequence: 0 } }), /counts from 1/],
    [() => client.put("a", "b", { requestId: "1:2:3" }), /requestId is an object; this is the text '1:2:3'/],
    ...nothings(client),
    ...endpoints(client),
  ];
}

/** Nothing where something is needed. */
function nothings(client: Unchecked): Calls {
  const options = /what each option is named in is an object; this is (null|undefined)/;
  return [
    [() => client.put("a", "b", null), options],
    [() => client.get("a", null), options],
    [() => client.delete("a", null), options],
    [() => client.range(null), options],
    [() => first(client, "pages", null), options],
    [() => client.deleteRange(), options],
    [() => client.putAll([["a", "b"]], null), options],
    [() => client.modify("a", { op: "incr" }, null), options],
    [() => client.txn({ do: [{ get: "a" }] }, null), options],
    [() => client.touch("a", 5_000, null), options],
    [() => client.grantLease(), options],
    [() => client.leases(null), options],
    [() => client.lease(7, null), options],
    [() => client.lock("a", null), options],
    [() => client.createPrincipal("a"), options],
    [() => client.rotatePrincipal("a"), options],
    [async () => client.watch(), options],
    [async () => client.observe("a", null), options],
    [async () => client.history("a", null), options],
    [() => openClient(undefined as never), options],
    [() => client.txn(), /part of a transaction is named in is an object; this is undefined/],
    [() => client.txn({ if: [null] }), /part of a compare is named in is an object; this is null/],
    [() => client.txn({ do: [null] }), /an operation of a transaction is an object; this is null/],
    [() => client.txn({ do: "put" }), /do is an array; this is the text 'put'/],
    [() => client.txn({ if: {} }), /if is an array; this is an object/],
    [() => client.modify("a", null), /a modification is an object; this is null/],
    [() => client.putAll(null), /pairs of a key and a value; this is null/],
    [() => client.putAll([null]), /an entry is \[key, value\]; this is null/],
    [() => client.putAll(["ab"]), /an entry is \[key, value\]; this is the text 'ab'/],
    [() => client.put("a", "b", { fence: null }), /a fence is an object; this is null/],
    [() => client.get("a", { signal: {} }), /signal is an object, and not an AbortSignal/],
    [() => client.createPrincipal("a", { role: "writer" }), /a verifier is a Uint8Array; this is undefined/],
  ];
}

function endpoints(client: Unchecked): Calls {
  const open = (...given: readonly unknown[]) => openClient({ endpoints: given } as never);
  const form = /an endpoint is \{ host, port \}/;
  return [
    [() => open(), /a client needs an endpoint/],
    [() => openClient({ endpoints: "127.0.0.1:7400" } as never), /endpoints is an array/],
    [() => openClient({} as never), /endpoints is an array; this is undefined/],
    [() => open("127.0.0.1:7400"), form],
    [() => open({ host: "localhost", port: 7400 }), /'localhost' is none/],
    [() => open({ host: "127.0.0.1" }), /port is a whole number from 1 to 65535/],
    [() => open({ host: "127.0.0.1", port: 7400 }, { host: "::1", port: 65_536 }), /from 1 to 65535/],
    [() => client.status(), form],
    [() => client.ping("127.0.0.1:7400"), form],
  ];
}

function first(client: Unchecked, name: "scan" | "pages", options: unknown): Promise<unknown> {
  return (client as unknown as Pick<Client, "scan" | "pages">)[name](options as never).next();
}

t.test("what the compiler would not let pass is refused before anything is sent", async (t) => {
  // Nobody moves this world on: whatever was sent would never be answered.
  const { world } = threeNodes();
  const client = world.client();
  const unchecked = client as unknown as Unchecked;
  const pair = "\ud83d";
  const calls: Calls = [
    ...unfit(unchecked),
    [() => unchecked.modify("a", { op: "zap" }), /no op 'zap'/],
    [() => unchecked.modify("a", { op: "max" }), /argument is of type undefined/],
    [() => unchecked.get("a", { consistency: "zap" }), /consistency is 'zap'/],
    [() => unchecked.get(undefined), /a key or value is undefined/],
    [() => unchecked.put("a", 5), /a key or value is of type number/],
    [() => unchecked.put(null, "x"), /a key or value is null/],
    [() => client.put("a", pair), /half of a surrogate pair/],
    [() => client.get(`a${pair}`), /half of a surrogate pair/],
    [() => unchecked.put("a", "x", { ifAbsnt: true }), /unknown option ifAbsnt; did you mean ifAbsent\?/],
    [() => unchecked.put("a", "x", { ifAbsnt: true, fence: { key: "l", token: 1 } }), /ifAbsnt/],
    [() => unchecked.delete("a", { ttlMs: 5_000 }), /unknown option ttlMs/],
    [() => unchecked.deleteRange({ prefix: "a", expectedcount: 1 }), /did you mean expectedCount\?/],
    [() => unchecked.putAll([["a", "b"]], { ifAbsent: true }), /unknown option ifAbsent/],
    [() => unchecked.txn({ do: [{ get: "a" }] }, { ifAbsent: true }), /unknown option ifAbsent/],
    [() => unchecked.txn({ ifs: [], do: [] }), /unknown part of a transaction ifs; did you mean if\?/],
    [
      () => unchecked.txn({ do: [{ put: "a", value: "x", ttl: 5 }] }),
      /part of a put ttl; did you mean ttlMs\?/,
    ],
    [() => unchecked.txn({ do: [{ del: "a" }] }), /names one of put, delete/],
    [() => unchecked.txn({ do: [{ deleteRange: { prefix: "a" } }] }), /part of a deleteRange prefix/],
    [() => unchecked.txn({ if: [{ key: "a", equals: "x" }] }), /unknown part of a compare equals/],
    [() => unchecked.modify("a", { op: "incr", arg: 5 }), /unknown part of a modification arg/],
    [() => unchecked.putAll([["a", "b", { ttl: 5 }]]), /part of a lifetime ttl; did you mean ttlMs\?/],
    [() => unchecked.lock("a", { ttl: 5 }), /unknown option ttl; did you mean ttlMs\?/],
    [() => unchecked.tryLock("a", { waitMs: 5 }), /unknown option waitMs/],
    [() => unchecked.claimLock("a", 7, { wait: 5 }), /unknown option wait; did you mean waitMs\?/],
    [() => unchecked.campaign("a", "me", { value: "you" }), /unknown option value/],
    [() => unchecked.lockHolder("a", { limit: 1 }), /unknown option limit/],
    [async () => unchecked.observe("a", { timeoutMs: 1 }), /unknown option timeoutMs/],
    [() => unchecked.ping(undefined, { timeout: 1 }), /did you mean timeoutMs\?/],
    [() => openClient({ endpoints: [], timeout: 5 } as never), /did you mean timeoutMs\?/],
    [() => unchecked.grantLease({ ttlMs: 1_000, fence: { key: "l", token: 1 } }), /unknown option fence/],
    [() => unchecked.modify("a", { op: "incr" }, { values: false }), /did you mean value\?/],
    [() => unchecked.get("a", { limit: 1 }), /unknown option limit/],
    [() => unchecked.range({ perfix: "a" }), /did you mean prefix\?/],
    [() => unchecked.leases({ form: 1 }), /did you mean from\?/],
    [async () => unchecked.watch({ kye: "a" }), /did you mean key\?/],
    [async () => unchecked.history("a", { befor: 1 }), /did you mean before\?/],
  ];
  for (const [call, message] of calls) {
    const error = await call().catch((error: unknown) => error);
    t.ok(error instanceof KvdError, `${message}`);
    t.match(error, { message, failure: { code: "bad_request", outcome: "not_applied" } });
  }
  client.close();
});
