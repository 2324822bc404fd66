import { nextTick } from "node:process";

/** The loop gets a turn of its own now and then: whoever wants to end the program is to be heard. */
const CALLS_PER_TURN = 256;

let calls = 0;

/** Returns once no promise has anything left to do, mostly without a turn of the event loop. */
export function settledPromises(): Promise<void> {
  calls++;
  return new Promise((resolve) => {
    if (calls % CALLS_PER_TURN === 0) setImmediate(resolve);
    // Runs when all that promises have to do is done, what that leads to included.
    else nextTick(resolve);
  });
}
