import t from "tap";
import { campaign } from "../../src/cli/campaign.ts";

const NEVER = new Promise<"interrupted">(() => undefined);

t.test("outcomes come in the order of the seeds, whichever ends first, and few are ahead", async (t) => {
  const waiting = new Map<number, () => void>();
  const run = (seed: number): Promise<number> =>
    new Promise((resolve) => waiting.set(seed, () => resolve(seed)));
  const outcomes = campaign({ first: 5, last: 9, ahead: 3, run, isOver: () => false }, NEVER);
  const first = outcomes.next();
  t.strictSame([...waiting.keys()], [5, 6, 7]);
  waiting.get(7)?.();
  waiting.get(5)?.();
  t.strictSame(await first, { done: false, value: 5 });
  const second = outcomes.next();
  t.strictSame([...waiting.keys()], [5, 6, 7, 8], "one out, one in");
  for (const seed of [6, 8]) waiting.get(seed)?.();
  t.equal((await second).value, 6);
  const rest = [];
  const ninth = setInterval(() => waiting.get(9)?.(), 1);
  for await (const seed of outcomes) rest.push(seed);
  clearInterval(ninth);
  t.strictSame(rest, [7, 8, 9]);
});

t.test("once time is over no seed is begun, and those under way are waited for", async (t) => {
  let begun = 0;
  const run = async (seed: number): Promise<number> => {
    begun++;
    return seed;
  };
  const seeds = [];
  const options = { first: 1, last: undefined, ahead: 4, run, isOver: () => begun === 6 };
  for await (const seed of campaign(options, NEVER)) seeds.push(seed);
  t.strictSame(seeds, [1, 2, 3, 4, 5, 6]);
});

t.test("an interrupt ends it at once", async (t) => {
  const run = (): Promise<number> => new Promise(() => undefined);
  const seeds = [];
  const interrupt = Promise.resolve("interrupted" as const);
  for await (const seed of campaign({ first: 1, last: 9, ahead: 2, run, isOver: () => false }, interrupt)) {
    seeds.push(seed);
  }
  t.strictSame(seeds, []);
});
