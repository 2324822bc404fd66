import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";

/** `kvadm failover [--to NODE]`: the leader hands over, without an election's pause. */
export const failoverCommand: Command = {
  usage: "failover",
  describe: "make the leader hand over to another node",
  options: { to: { type: "string", describe: "the node that shall lead; by default the best one" } },
  examples: [["$0 failover --to n2", "n2 leads from now on"]],
  run: failover,
};

async function failover(run: Run): Promise<ExitCode> {
  const to = run.args.optionalText("to") ?? "";
  const leads = await withClient(run, async (client) => {
    await client.ping();
    const names = client.members.map((member) => member.name);
    if (to !== "" && !names.includes(to)) {
      throw usageError(`no member is called '${to}': there are ${names.join(", ")}`);
    }
    return client.handOver(to);
  });
  if (formatOf(run, "table") === "json") printJson(run, "handed_over", { node: leads });
  else print(run, `${leads} leads\n`);
  return EXIT_CODES.done;
}
