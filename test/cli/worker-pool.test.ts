import t from "tap";
import { WorkerPool } from "../../src/cli/worker-pool.ts";

/** Doubles a number; 0 ends the thread, a negative one hangs it. */
const MODULE = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", (task) => {
      if (task === 0) throw new Error("thrown in the thread");
      if (task < 0) for (;;);
      parentPort.postMessage(2 * task);
    });
  `)}`,
);

function open(t: Tap, taskMsMax = 60_000): WorkerPool<number, number> {
  const pool = new WorkerPool<number, number>({ module: MODULE, threads: 2, taskMsMax });
  t.teardown(() => pool.close());
  return pool;
}
type Tap = typeof t;

t.test("each task is answered by its own answer", async (t) => {
  const pool = open(t as Tap);
  const answers = await Promise.all([1, 2, 3, 4, 5].map((task) => pool.run(task)));
  t.strictSame(answers, [2, 4, 6, 8, 10]);
});

t.test("a thread that dies fails its task alone", async (t) => {
  const pool = open(t as Tap);
  const answers = await Promise.allSettled([0, 1, 0, 2, 3].map((task) => pool.run(task)));
  t.match(answers, [
    { status: "rejected", reason: { message: "thrown in the thread" } },
    { value: 2 },
    { status: "rejected" },
    { value: 4 },
    { value: 6 },
  ]);
});

t.test("a thread that hangs is given up", async (t) => {
  const pool = open(t as Tap, 6000);
  await t.rejects(pool.run(-1), { message: "takes longer than 6 s" });
  t.equal(await pool.run(4), 8);
});
