import { parentPort } from "node:worker_threads";
import { runSeed, type SeedTask } from "./lab-seed.ts";

/** The thread of a worker pool that runs seeds: one task in, one outcome out. */
parentPort?.on("message", (task: SeedTask) => {
  void runSeed(task).then((outcome) => parentPort?.postMessage(outcome));
});
