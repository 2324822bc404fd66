import t from "tap";
import type { Answer, ChiWorld } from "../../../src/lab/chi/chi-world.ts";
import { parseScript } from "../../../src/lab/chi/parser.ts";
import { runScript } from "../../../src/lab/chi/runner.ts";
import { type Step, stepJson, stepText } from "../../../src/lab/chi/step.ts";

/** A world that does nothing and gives the answers that it was made with. */
class ToldWorld implements ChiWorld {
  readonly done: string[] = [];
  readonly #answers: Answer[];
  #leader: string | undefined;

  constructor(answers: readonly Answer[], leader?: string) {
    this.#answers = [...answers];
    this.#leader = leader;
  }

  async act(action: string, node: string): Promise<void> {
    this.done.push(`${action} ${node}`);
  }

  async partition(groups: readonly (readonly string[])[]): Promise<void> {
    this.done.push(`partition ${JSON.stringify(groups)}`);
  }

  async heal(): Promise<void> {
    this.done.push("heal");
  }

  async wait(ms: number): Promise<void> {
    this.done.push(`wait ${ms} ms`);
  }

  async ask(): Promise<Answer> {
    return this.#answers.shift() ?? { kind: "absent", revision: 0 };
  }

  async leader(): Promise<string | undefined> {
    return this.#leader;
  }

  async handOver(leader: string, node: string): Promise<void> {
    this.done.push(`${leader} hands over to ${node}`);
    this.#leader = node;
  }

  async close(): Promise<void> {
    this.done.push("close");
  }
}

async function run(text: string, world: ChiWorld, keepsGoing = false) {
  const steps: Step[] = [];
  const broken = await runScript(parseScript("x.chi", text), world, {
    keepsGoing,
    onStep: (step) => void steps.push(step),
  });
  return { broken, steps, lines: steps.map(stepText) };
}

const VALUE: Answer = { kind: "value", value: "11", revision: 4 };
const ABSENT: Answer = { kind: "absent", revision: 0 };
const LOST: Answer = { kind: "error", code: "timeout", outcome: "unknown", message: "no answer" };

t.test("the world is told each action in order", async (t) => {
  const world = new ToldWorld([]);
  const text =
    "start -n a\nwait -t 0.25\npause -n a\nresume -n a\npartition a | b c\nheal\nfail -n a\nrecover -n a";
  t.equal((await run(text, world)).broken, 0);
  t.same(world.done, [
    "start a",
    "wait 250 ms",
    "pause a",
    "resume a",
    'partition [["a"],["b","c"]]',
    "heal",
    "fail a",
    "recover a",
  ]);
});

t.test("a line says what was asked and what was answered", async (t) => {
  const world = new ToldWorld([{ kind: "done", revision: 1 }, VALUE, ABSENT, LOST]);
  const text =
    'set -n a -k "my key" -v 11\nget -n b -k "my key"\ndelete -n a -k B\nset -n a -k A -v ""\nwait -t 0.3';
  t.same((await run(text, world)).lines, [
    'set a "my key"=11: ok rev=1',
    'get b "my key": 11',
    "delete a B: absent",
    'set a A="": error timeout (outcome unknown): no answer',
    "wait 0.3",
  ]);
});

t.test("an answer to a request for data is one line for programs, too", async (t) => {
  const world = new ToldWorld([LOST]);
  const { steps } = await run("set -n a -k A -v 11\nexpect ok", world);
  t.same(steps.map(stepJson), [
    { line: 1, command: "set", node: "a", key: "A", value: "11", answer: LOST },
    {
      line: 2,
      command: "expect",
      expectation: { kind: "ok" },
      met: false,
      broken: { expected: "ok", seen: "error timeout (outcome unknown): no answer" },
    },
  ]);
});

/** What is expected of which answer; of whether it is met. */
const CASES: readonly (readonly [expectation: string, answer: Answer, isMet: boolean])[] = [
  ["ok", VALUE, true],
  ["ok", ABSENT, true],
  ["ok", LOST, false],
  ["11", VALUE, true],
  ["12", VALUE, false],
  ["11", ABSENT, false],
  ["absent", ABSENT, true],
  ["absent", VALUE, false],
  ['"absent"', ABSENT, false],
  ["one-of 10 11", VALUE, true],
  ["one-of 10 absent", ABSENT, true],
  ["one-of 10 absent", VALUE, false],
  ["one-of 11 absent", LOST, false],
  ["error any", LOST, true],
  ["error timeout", LOST, true],
  ["error no_leader|timeout", LOST, true],
  ["error no_leader", LOST, false],
  ["error any", VALUE, false],
];

for (const [expectation, answer, isMet] of CASES) {
  t.test(`${expectation} is ${isMet ? "" : "not "}met by ${JSON.stringify(answer)}`, async (t) => {
    const value =
      answer.kind === "value" ? [{ kind: "done", revision: 4 } as const, answer] : [ABSENT, answer];
    const { broken } = await run(
      `${answer.kind === "value" ? "set -n a -k A -v 11" : "get -n a -k A"}\nget -n a -k A\nexpect ${expectation}`,
      new ToldWorld(value),
    );
    t.equal(broken, isMet ? 0 : 1);
  });
}

t.test("who leads is asked of the world at that moment", async (t) => {
  t.equal((await run("expect leader a", new ToldWorld([], "a"))).broken, 0);
  t.equal((await run("expect leader not b", new ToldWorld([], "a"))).broken, 0);
  t.equal((await run("expect leader not b", new ToldWorld([]))).broken, 0);
  const { steps } = await run("expect leader b", new ToldWorld([], "a"));
  t.same(steps[0]?.broken, { expected: "leader b", seen: "leader a" });
  t.equal((await run("expect leader b", new ToldWorld([]))).steps[0]?.broken?.seen, "no leader");
});

t.test("an expectation that is not met ends the script at its line, unless it is to go on", async (t) => {
  const text = "get -n a -k A\n\nexpect 11\nget -n a -k A\nexpect 12";
  const stopped = await run(text, new ToldWorld([ABSENT, ABSENT]));
  t.equal(stopped.broken, 1);
  t.same(stopped.steps.at(-1)?.line.number, 3);
  t.same(stopped.steps.at(-1)?.broken, { expected: "11", seen: "absent" });
  const all = await run(text, new ToldWorld([ABSENT, ABSENT]), true);
  t.equal(all.broken, 2);
  t.equal(all.steps.length, 4);
});

t.test("a get that shows what the key cannot hold is broken without any expectation", async (t) => {
  const { broken, steps } = await run(
    "set -n a -k A -v 12\nget -n a -k A",
    new ToldWorld([{ kind: "done", revision: 1 }, VALUE]),
  );
  t.equal(broken, 1);
  t.same(steps[1]?.broken, { expected: "12, going by the answers before", seen: "11" });
});

t.test("when the world breaks, the line at which it did is told", async (t) => {
  const world = new ToldWorld([]);
  world.heal = () => Promise.reject(new Error("it is gone"));
  await t.rejects(run("start -n a\n\nheal\nwait -t 1", world), {
    name: "LineError",
    line: 3,
    message: "it is gone",
  });
  t.same(world.done, ["start a"]);
});
