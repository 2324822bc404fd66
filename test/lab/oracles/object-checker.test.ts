import t from "tap";
import { type Call, checkObject, type ObjectSpec } from "../../../src/lab/oracles/object-checker.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";

/** A register without versions: a read tells the number last written, 0 at first. */
interface Access {
  readonly kind: "write" | "read";
  readonly value: number;
}

const REGISTER: ObjectSpec<number, Access> = {
  initial: 0,
  step: (state, { kind, value }) => (kind === "write" ? value : value === state ? state : undefined),
  textOf: String,
};

const write = (invoked: number, returned: number | undefined, value: number): Call<Access> => ({
  operation: { kind: "write", value },
  invoked,
  returned,
});
const read = (invoked: number, returned: number, value: number): Call<Access> => ({
  operation: { kind: "read", value },
  invoked,
  returned,
});
const verdictOf = (calls: readonly Call<Access>[]): string => checkObject(REGISTER, calls, 10_000).kind;

const GOOD: Readonly<Record<string, readonly Call<Access>[]>> = {
  "nothing at all": [],
  "one after the other": [write(1, 2, 5), read(3, 4, 5)],
  "a read beside a write sees either": [write(1, 6, 5), read(2, 3, 0), read(4, 5, 5)],
  "two writes at once in either order": [write(1, 4, 5), write(2, 3, 6), read(5, 6, 5)],
  "an unknown write takes effect late": [
    write(1, undefined, 5),
    write(2, 3, 6),
    read(4, 5, 6),
    read(6, 7, 5),
  ],
  "an unknown write never takes effect": [write(1, undefined, 5), read(2, 3, 0), read(4, 5, 0)],
};

const BAD: Readonly<Record<string, readonly Call<Access>[]>> = {
  "a stale read": [write(1, 2, 5), read(3, 4, 0)],
  "a read that goes back": [write(1, 8, 5), read(2, 3, 5), read(4, 5, 0)],
  "a value from nowhere": [read(1, 2, 7)],
  "a read before its write": [read(1, 2, 5), write(3, 4, 5)],
  "an unknown write that takes effect twice": [
    write(1, undefined, 5),
    write(2, 3, 6),
    read(4, 5, 5),
    write(6, 7, 6),
    read(8, 9, 6),
    read(10, 11, 5),
  ],
};

t.test("a possible history is found possible", async (t) => {
  for (const [title, calls] of Object.entries(GOOD)) t.equal(verdictOf(calls), "linearizable", title);
});

t.test("an impossible history is found impossible, and the answer that shows it named", async (t) => {
  for (const [title, calls] of Object.entries(BAD)) t.equal(verdictOf(calls), "impossible", title);
  const stale = read(3, 4, 0);
  t.match(checkObject(REGISTER, [write(1, 2, 5), stale], 100), { operation: stale.operation });
});

t.test("too large a search is given up and not called either", async (t) => {
  const calls = Array.from({ length: 12 }, (_, index) => write(index + 1, undefined, index));
  t.equal(checkObject(REGISTER, [...calls, read(20, 21, 99)], 500).kind, "gave-up");
});

/** What a register of one copy answers to four clients; with `breaks`, one read in the middle tells a value of long ago. */
function simulate(random: SeededRandom, breaks: boolean): readonly Call<Access>[] {
  const calls: Call<Access>[] = [];
  const clients: { invoked: number; access: Access | undefined; value: number }[] = [];
  const past: number[] = [0];
  for (let at = 1; at <= 120; at++) {
    const index = random.below(4);
    const client = clients[index];
    if (client === undefined || client.invoked === 0) {
      clients[index] = { invoked: at, access: undefined, value: random.isLucky(0.5) ? at : 0 };
    } else if (client.access === undefined) {
      if (client.value > 0) past.push(client.value);
      const isWrong = breaks && at >= 60 && client.value === 0 && past.length > 8;
      const seen = past.at(isWrong ? -8 : -1) ?? 0;
      client.access =
        client.value > 0 ? { kind: "write", value: client.value } : { kind: "read", value: seen };
    } else {
      calls.push({ operation: client.access, invoked: client.invoked, returned: at });
      client.invoked = 0;
    }
  }
  for (const client of clients) {
    if (client?.invoked > 0 && client.access?.kind === "write") {
      calls.push({ operation: client.access, invoked: client.invoked, returned: undefined });
    }
  }
  return calls;
}

t.test("random histories of one copy are possible, with reads of long ago they are not", async (t) => {
  for (let seed = 1; seed <= 100; seed++) {
    const good = verdictOf(simulate(new SeededRandom(seed), false));
    if (good !== "linearizable") t.fail(`seed ${seed}: ${good}`);
    const bad = verdictOf(simulate(new SeededRandom(seed), true));
    if (bad !== "impossible") t.fail(`seed ${seed}: stale reads were found ${bad}`);
  }
  t.pass("100 seeds");
});
