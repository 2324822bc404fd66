import t from "tap";
import { nodeId } from "../../../src/base/ids.ts";
import { openCore } from "../../../src/cli/open-core.ts";
import { describeGraph } from "../../../src/lab/explore/object-graph.ts";
import { Replica } from "../../../src/paxos/replica.ts";
import { MEMBERSHIP_CODEC } from "../../../src/wire/membership-codec.ts";
import { crypto, FRESH_LOG } from "../../paxos/fixtures.ts";

const random = { below: () => 0, bytes: (count: number) => new Uint8Array(count) };
const deps = { random, crypto, log: { read: () => undefined }, codec: MEMBERSHIP_CODEC };
const options = { self: nodeId(1) };

t.test("equal graphs are described alike, and any difference shows", async (t) => {
  const base = () => ({
    list: [1, 2],
    map: new Map([[1, "a"]]),
    set: new Set([3]),
    bytes: new Uint8Array([0, 0, 5]),
  });
  t.equal(describeGraph(base()), describeGraph(base()));
  const others = [
    { ...base(), list: [1, 3] },
    { ...base(), map: new Map([[1, "b"]]) },
    { ...base(), map: new Map([[2, "a"]]) },
    { ...base(), set: new Set([4]) },
    { ...base(), bytes: new Uint8Array([0, 5, 0]) },
    { ...base(), extra: undefined },
    { ...base(), list: [1, "2"] },
    { ...base(), list: [1, -0] },
  ];
  const texts = new Set([...others, base()].map(describeGraph));
  t.equal(texts.size, others.length + 1);
});

t.test("an object met twice is told from two equal ones, and a circle comes to an end", async (t) => {
  const one = { a: 1 };
  t.not(describeGraph([one, one]), describeGraph([one, { a: 1 }]));
  const circle: { self?: unknown } = {};
  circle.self = circle;
  t.equal(describeGraph(circle), describeGraph(circle));
});

t.test("a class that hides its state cannot be described", async (t) => {
  class Secret {
    readonly #hidden = 5;
    get open(): number {
      return this.#hidden;
    }
  }
  t.throws(() => describeGraph({ secret: new Secret() }), { message: "Secret hides its state" });
  t.throws(() => describeGraph(new Replica(options, deps, FRESH_LOG, 0)), { name: "AssertionError" });
});

/** Every number, text and flag that can be reached, as a way to change it and a way back. */
function* leavesOf(root: object): Generator<{ readonly path: string; readonly change: () => () => void }> {
  const visited = new Set<object>([root]);
  const waiting: [string, object][] = [["replica", root]];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [path, object] = next;
    for (const [key, value] of Object.entries(object) as [string, unknown][]) {
      if (typeof value === "object" && value !== null) {
        if (visited.has(value) || value instanceof Map || value instanceof Set) continue;
        visited.add(value);
        if (!ArrayBuffer.isView(value)) waiting.push([`${path}.${key}`, value]);
        continue;
      }
      if (typeof value === "function" || Object.isFrozen(object)) continue;
      const target = object as Record<string, unknown>;
      yield {
        path: `${path}.${key}`,
        change: () => {
          target[key] = value === 5 ? 6 : 5;
          return () => {
            target[key] = value;
          };
        },
      };
    }
  }
}

t.test("a change of any single field of a replica changes its description", async (t) => {
  const core = await openCore();
  const replica = new core.Replica(options, deps, FRESH_LOG, 0);
  const before = describeGraph(replica);
  let leaves = 0;
  for (const { path, change } of leavesOf(replica)) {
    const restore = change();
    if (describeGraph(replica) === before) t.fail(`${path} does not show`);
    restore();
    leaves++;
  }
  t.equal(describeGraph(replica), before);
  t.ok(leaves > 50, `${leaves} fields`);
});
