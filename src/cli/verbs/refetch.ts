import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { formatOf, namedTimeoutOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { memberNamed, surveyMembers } from "../survey.ts";

/** For a snapshot that is to be made, sent and built, unless the command line says otherwise. */
const PATIENCE_MS = 10 * 60_000;
const POLL_MS = 200;

/** `kvadm refetch NODE`: ends the fence of a member whose state was found to be wrong. */
export const refetchCommand: Command = {
  usage: "refetch <node>",
  describe: "have a fenced node take the state of the others in the place of its own, which was wrong",
  positionals: { node: { type: "string", describe: "its name" } },
  examples: [
    ["$0 refetch n3", "once a copy of its data directory is put aside for whoever looks for the cause"],
  ],
  run: refetch,
};

async function refetch(run: Run): Promise<ExitCode> {
  const name = run.args.text("node");
  const timeoutMs = timeoutOf(run);
  const endMs = performance.now() + (namedTimeoutOf(run) ?? PATIENCE_MS);
  const isDone = await withClient(run, async (client) => {
    const { address } = memberNamed(await surveyMembers(client, timeoutMs), name);
    await client.operator.refetch(address, { timeoutMs });
    for (;;) {
      // Without a state nothing is applied.
      const { applied } = await client.status(address, { timeoutMs });
      if (applied > 1 || performance.now() >= endMs) return applied > 1;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  });
  if (formatOf(run, "table") === "json") printJson(run, "refetch", { node: name, done: isDone });
  else
    print(run, isDone ? `${name} has the state of the others\n` : `${name} still fetches it: kvadm status\n`);
  return isDone ? EXIT_CODES.done : EXIT_CODES.unhealthy;
}
