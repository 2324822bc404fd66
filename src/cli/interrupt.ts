/** Whether Ctrl-C ended the work, which is told of it. */
export async function untilInterrupted(
  work: (interrupt: Promise<"interrupted">) => Promise<void>,
): Promise<boolean> {
  let isInterrupted = false;
  let onSignal: () => void = () => undefined;
  const interrupt = new Promise<"interrupted">((resolve) => {
    onSignal = () => {
      isInterrupted = true;
      resolve("interrupted");
    };
  });
  // A second Ctrl-C finds no listener any more, and ends the program at once.
  process.once("SIGINT", onSignal);
  try {
    await work(interrupt);
  } finally {
    process.off("SIGINT", onSignal);
  }
  return isInterrupted;
}
