import { toHex } from "../../base/bytes.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgramError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { leaderOf, memberNamed, outageOf, surveyMembers } from "../survey.ts";

/** `kvadm leader`: who leads; status 1 when nobody does. */
export const leaderCommand: Command = {
  usage: "leader",
  describe: "name the leader",
  examples: [
    ["$0 leader", "n1  127.0.0.1:7400  ballot=12.1"],
    ["$0 leader -o value", "its name alone"],
  ],
  run: leader,
};

async function leader(run: Run): Promise<ExitCode> {
  const members = await withClient(run, (client) => surveyMembers(client, timeoutOf(run)));
  const found = leaderOf(members);
  const status = found?.status;
  if (found === undefined || status === undefined) {
    const message = outageOf(members) ?? "nobody leads";
    throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "no_leader" });
  }
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "leader", {
        node: found.name,
        ballot: status.ballot,
        endpoint: found.endpoint,
        cluster_id: toHex(status.clusterId),
        chosen: status.chosen,
        applied: status.applied,
      });
      break;
    case "table":
      print(run, `${found.name}  ${found.endpoint}  ballot=${status.ballot}\n`);
      break;
    case "value":
      print(run, `${found.name}\n`);
      break;
  }
  return EXIT_CODES.done;
}

/** `kvadm is-leader [NODE]`: the answer is the exit status, 0 or 1. */
export const isLeaderCommand: Command = {
  usage: "is-leader [node]",
  describe: "whether a node leads: exit status 0 or 1",
  positionals: { node: { type: "string", describe: "its name; by default the one that answers" } },
  examples: [["$0 is-leader n2 -q && echo yes", "in a script"]],
  run: isLeader,
};

async function isLeader(run: Run): Promise<ExitCode> {
  const wanted = run.args.optionalText("node");
  const { members, name } = await withClient(run, async (client) => {
    const pong = await client.ping();
    return { members: await surveyMembers(client, timeoutOf(run)), name: wanted ?? pong.servedBy };
  });
  memberNamed(members, name);
  const leads = leaderOf(members)?.name === name;
  if (formatOf(run, "table") === "json") printJson(run, "is_leader", { node: name, leader: leads });
  else print(run, `${leads ? "yes" : "no"}\n`);
  return leads ? EXIT_CODES.done : EXIT_CODES.negative;
}
