import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { Transcript } from "./transcript.ts";

/** `UPDATE=1` writes the golden files anew; the tests run from the package's root. */
const { UPDATE } = process.env;
const FOLDER = join(process.cwd(), "test", "paxos", "transcripts");

function leads(transcript: Transcript): number {
  const { cluster } = transcript;
  cluster.runUntil(() => cluster.leader !== undefined, 5000);
  return cluster.leader?.id ?? 0;
}

function othersOf(id: number): [number, number] {
  return [1, 2, 3].filter((other) => other !== id) as [number, number];
}

const SCENARIOS: Record<string, () => string> = {
  election(): string {
    const run = new Transcript();
    run.start(1, 2, 3);
    leads(run);
    run.cluster.run(20);
    return run.end();
  },

  put(): string {
    const run = new Transcript();
    run.start(1, 2, 3);
    const leader = leads(run);
    run.cluster.run(20);
    run.say("a put, then two pipelined");
    run.put(leader, "x=1");
    run.cluster.run(15);
    run.put(leader, "x=2");
    run.cluster.run(2);
    run.put(leader, "x=3");
    run.cluster.run(20);
    run.say("a linearizable read at a follower");
    run.cluster.node(othersOf(leader)[0]).read(1);
    run.cluster.run(10);
    return run.end();
  },

  "leader-death"(): string {
    const run = new Transcript();
    run.start(1, 2, 3);
    const leader = leads(run);
    run.cluster.run(20);
    const [reached] = othersOf(leader);
    run.say(`a put whose Accept reaches only n${reached}; nobody hears the answer`);
    run.isLost = (from, to) => (from === leader && to !== reached) || to === leader;
    run.put(leader, "x=1");
    run.cluster.run(5);
    run.crash(leader);
    run.isLost = () => false;
    leads(run);
    run.cluster.run(20);
    run.say(`n${leader} comes back`);
    run.start(leader);
    run.cluster.run(120);
    return run.end();
  },

  "gap-filling"(): string {
    const run = new Transcript();
    run.start(1, 2, 3);
    const leader = leads(run);
    run.cluster.run(20);
    const [reached] = othersOf(leader);
    run.say(`two puts: the first reaches nobody, the second n${reached} only`);
    run.isLost = (_, to, message) => {
      if (message.kind !== "accept") return to === leader;
      return message.slot === 2 || to !== reached;
    };
    run.put(leader, "lost");
    run.cluster.run(2);
    run.put(leader, "kept");
    run.cluster.run(5);
    run.crash(leader);
    run.isLost = () => false;
    leads(run);
    run.cluster.run(20);
    return run.end();
  },

  "dueling-candidates"(): string {
    const run = new Transcript({ isEven: true });
    run.say("all time-outs end at once: everybody grants everybody's pre-vote, and three prepare");
    run.start(1, 2, 3);
    leads(run);
    run.cluster.run(50);
    return run.end();
  },

  "catch-up"(): string {
    const run = new Transcript();
    run.start(1, 2, 3);
    const leader = leads(run);
    const [absent] = othersOf(leader);
    run.cluster.run(20);
    run.crash(absent);
    for (let count = 1; count <= 3; count++) {
      run.put(leader, `x=${count}`);
      run.cluster.run(10);
    }
    run.say(`n${absent} comes back`);
    run.start(absent);
    run.cluster.run(120);
    return run.end();
  },

  "hand-over"(): string {
    const run = new Transcript();
    run.start(1, 2, 3);
    const leader = leads(run);
    run.cluster.run(20);
    const [target] = othersOf(leader);
    run.put(leader, "x=1");
    run.cluster.node(leader).give({ kind: "hand-over", to: run.cluster.node(target).id });
    run.cluster.runUntil(() => run.cluster.leader?.id === target, 2000);
    run.cluster.run(60);
    return run.end();
  },

  "stuck-voter"(): string {
    const run = new Transcript();
    run.start(1, 2, 3);
    const leader = leads(run);
    run.cluster.run(20);
    const [stuck] = othersOf(leader);
    run.say(`n${stuck} has promised a ballot of its own that nobody heard of`);
    run.isLost = (from, to) => from === stuck || to === stuck;
    run.cluster.run(10);
    run.crash(stuck);
    const { image } = run.cluster.node(stuck);
    image.promised = (image.promised + 5 * 1024 - leader + stuck) as typeof image.promised;
    run.isLost = () => false;
    run.start(stuck);
    run.cluster.run(150);
    return run.end();
  },
};

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  t.test(`the transcript of ${name} is as recorded`, async (t) => {
    const path = join(FOLDER, `${name}.txt`);
    const text = scenario();
    if (UPDATE !== undefined) writeFileSync(path, text);
    t.ok(existsSync(path), `${path} exists; UPDATE=1 writes it`);
    t.equal(text, readFileSync(path, "utf8"));
  });
}
