import { writeFile } from "node:fs/promises";
import { KvdError } from "../../base/errors.ts";
import type { Address } from "../../base/seams.ts";
import type { Client } from "../../client/client.ts";
import { formatEndpoint, parseEndpoint } from "../../client/endpoint-text.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import type { Member } from "../../paxos/membership.ts";
import type { MemberStep, MembersView } from "../../wire/member-messages.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { formatJoinFile } from "../join-file.ts";
import { changeMembers } from "../member-change.ts";
import { knownMembers, memberLines, memberRows } from "../member-table.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { awaitVote, memberOfView } from "../promotion-wait.ts";
import { confirmHalfDone, type Replacement } from "../replacement.ts";
import { formatOf, print, printJson, resolveAddress, timeoutOf, withClient } from "../session.ts";
import { hasMajority, outageOf, type Surveyed, surveyMembers } from "../survey.ts";

const DRY_RUN = { type: "boolean", describe: "say what would be, and change nothing" } as const;
const WAIT = {
  type: "boolean",
  describe: "until the new node votes; Ctrl-C ends the waiting alone",
} as const;
const FILE = {
  alias: "f",
  type: "string",
  describe: "where to write what kvd init --join takes, - for stdout [NAME.join]",
} as const;

const lsCommand: Command = {
  usage: "ls",
  describe: "who is in the cluster, who votes, and how far each is",
  examples: [
    ["$0 member ls", "without a majority: as one of those that answer knows them, and status 1"],
    ["$0 member ls -o json", "for scripts"],
  ],
  run: list,
};

const addCommand: Command = {
  usage: "add <name> <address>",
  describe: "let one more node in; it votes as soon as it has caught up",
  positionals: {
    name: { type: "string", describe: "what it is called" },
    address: { type: "string", describe: "HOST:PORT at which the others reach it" },
  },
  options: {
    learner: { type: "boolean", describe: "it follows, and gets no vote until kvadm member promote" },
    file: FILE,
    wait: WAIT,
    "dry-run": DRY_RUN,
  },
  examples: [
    [
      "$0 member add n4 127.0.0.1:7404",
      "writes n4.join; then, there: kvd init --join n4.join --data-dir DIR",
    ],
    ["$0 member add n4 127.0.0.1:7404 --wait", "and waits until n4 votes"],
    ["$0 member add n4 127.0.0.1:7404", "once more: writes the file again, while n4 has no vote"],
  ],
  run: add,
};

const promoteCommand: Command = {
  usage: "promote <name>",
  describe: "give a learner that has caught up its vote",
  positionals: { name: { type: "string", describe: "the learner" } },
  options: { "dry-run": DRY_RUN },
  examples: [["$0 member promote n4", "of one that was added with --learner"]],
  run: (run) => step(run, { kind: "promote", name: run.args.text("name") }),
};

const removeCommand: Command = {
  usage: "remove <name>",
  describe: "let a node go for good; it ends, and its data stay where they are",
  positionals: { name: { type: "string", describe: "the member" } },
  options: { "dry-run": DRY_RUN },
  examples: [
    ["$0 member remove n3", "a leader hands over first"],
    ["$0 member remove n3 --dry-run", "whether the others are enough"],
  ],
  run: (run) => step(run, { kind: "remove", name: run.args.text("name") }),
};

const replaceCommand: Command = {
  usage: "replace <old> <new> [address]",
  describe: "put a new node in the place of one; repeat it to go on where it stands",
  positionals: {
    old: { type: "string", describe: "the member that goes" },
    new: { type: "string", describe: "the one that comes, under a name of its own" },
    address: { type: "string", describe: "HOST:PORT of the new one" },
  },
  options: {
    file: FILE,
    wait: WAIT,
    yes: { type: "boolean", alias: "y", describe: "remove OLD without asking, though NEW voted before" },
    "dry-run": DRY_RUN,
  },
  examples: [
    ["$0 member replace n3 n4 127.0.0.1:7404 --wait", "adds n4, waits until it votes, and removes n3"],
    ["$0 member replace n3 n4", "goes on: n3 goes once n4 votes"],
  ],
  run: replace,
};

/** `kvadm member`. */
export const memberCommand: Command = {
  usage: "member",
  describe: "let nodes into the cluster, and out of it",
  commands: [lsCommand, addCommand, promoteCommand, removeCommand, replaceCommand],
};

function list(run: Run): Promise<ExitCode> {
  return withClient(run, async (client) => {
    const surveyed = await surveyMembers(client, timeoutOf(run));
    const view = hasMajority(surveyed) ? await leadersView(client) : undefined;
    if (view === undefined) return listKnown(run, surveyed);
    const rows = memberRows(view, surveyed);
    if (formatOf(run, "table") === "json") {
      const { epoch, nextNodeId } = view.membership;
      printJson(run, "members", { epoch, settled: view.settled, next_id: nextNodeId, members: rows });
    } else print(run, memberLines(rows));
    return EXIT_CODES.done;
  });
}

/** Undefined when no leader answers in time. */
async function leadersView(client: Client): Promise<MembersView | undefined> {
  try {
    return await client.operator.members();
  } catch (error) {
    if (error instanceof KvdError && error.failure.retryable) return undefined;
    throw error;
  }
}

/** Shows what is known without a leader, and throws why that is all. */
function listKnown(run: Run, surveyed: readonly Surveyed[]): never {
  const known = knownMembers(surveyed);
  if (known !== undefined && formatOf(run, "table") === "json") {
    const members = known.rows.map((row) => ({ ...row, id: row.id ?? null, endpoint: row.endpoint ?? null }));
    const untold = { epoch: null, settled: false, next_id: null };
    printJson(run, "members", { ...untold, known_by: known.knownBy, members });
  } else if (known !== undefined) {
    print(run, `as ${known.knownBy} knows them, without a leader: may be out of date\n`);
    print(run, memberLines(known.rows));
  }
  const message = outageOf(surveyed) ?? "no leader answered in time";
  throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "no_leader" });
}

async function add(run: Run): Promise<ExitCode> {
  const { args } = run;
  const name = args.text("name");
  const address = await addressOf(args.text("address"));
  const isLearner = args.flag("learner");
  if (isLearner && args.flag("wait"))
    throw usageError("--wait waits for a vote, which --learner does not give");
  return withClient(run, async (client) => {
    await letIn(run, client, { kind: "add", name, address, vote: !isLearner });
    if (args.flag("wait") && !args.flag("dry-run")) await awaitVote(run, client, name);
    return EXIT_CODES.done;
  });
}

/** Adds a member, or finds it there without a vote, and writes what its directory is made from. */
async function letIn(run: Run, client: Client, step: Extract<MemberStep, { kind: "add" }>): Promise<void> {
  const dryRun = run.args.flag("dry-run");
  const view = await changeMembers(client.operator, { step, dryRun });
  const member = memberOfView(view, step.name);
  if (member.role === "voter") {
    const message = `${step.name} is a member and votes: no directory is made for it again; replace it if its disk is lost`;
    throw new ProgramError(message, { exitCode: EXIT_CODES.unsafe, code: "votes" });
  }
  if (dryRun) return tell(run, view, { step, dryRun });
  await writeJoinFile(run, view, member);
}

async function writeJoinFile(run: Run, view: MembersView, member: Member): Promise<void> {
  const { clusterId, genesis, membership: joined } = view;
  const text = formatJoinFile({ clusterId, genesis, joined, node: member.id }, new SystemCrypto());
  const path = run.args.optionalText("file") ?? `${member.name}.join`;
  if (path === "-") return print(run, text);
  try {
    await writeFile(path, text, { mode: 0o644 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const message = `${member.name} is a member, but '${path}' cannot be written: ${code}; repeat the command with another -f`;
    throw new ProgramError(message, { exitCode: EXIT_CODES.local, code: "file", cause: error });
  }
  if (formatOf(run, "table") === "json") {
    return printJson(run, "member_added", { ...told(member), epoch: joined.epoch, file: path });
  }
  print(run, `${member.name} is a member without a vote, ${becomes(member)}\n`);
  print(run, `next, on its machine: kvd init --join ${path} --data-dir DIR, then kvd start\n`);
}

function becomes({ role }: Member): string {
  return role === "joining" ? "and gets one when it has caught up" : "until kvadm member promote";
}

/** One change that needs nothing afterwards. */
async function step(run: Run, wanted: MemberStep): Promise<ExitCode> {
  const dryRun = run.args.flag("dry-run");
  return withClient(run, async (client) => {
    const view = await changeMembers(client.operator, { step: wanted, dryRun });
    tell(run, view, { step: wanted, dryRun });
    return EXIT_CODES.done;
  });
}

function tell(
  run: Run,
  { membership }: MembersView,
  { step: made, dryRun }: { readonly step: MemberStep; readonly dryRun: boolean },
): void {
  const members = membership.members.map(told);
  if (formatOf(run, "table") === "json") {
    const change = { dry_run: dryRun, change: made.kind, node: made.name };
    return printJson(run, "member_changed", { ...change, epoch: membership.epoch, members });
  }
  const voters = membership.members.filter(({ role }) => role === "voter");
  const majority = Math.floor(voters.length / 2) + 1;
  const names = voters.map(({ name }) => name).join(", ");
  const verb = dryRun ? "would vote" : "votes";
  print(
    run,
    `${DONE[made.kind](made.name, dryRun)}; of ${names} a majority, ${majority}, ${verb} from then on\n`,
  );
}

const DONE: Readonly<Record<MemberStep["kind"], (name: string, dryRun: boolean) => string>> = {
  add: (name) => `${name} would be a member without a vote`,
  promote: (name, dryRun) => `${name} ${dryRun ? "would get a vote" : "votes"}`,
  remove: (name, dryRun) => `${name} ${dryRun ? "would be" : "is"} no member any more`,
};

function told({ id, name, address, role }: Member): Readonly<Record<string, unknown>> {
  return { node: name, id, endpoint: formatEndpoint(address), role };
}

async function replace(run: Run): Promise<ExitCode> {
  const { args } = run;
  const [old, fresh] = [args.text("old"), args.text("new")];
  if (old === fresh) throw usageError(`the new node needs a name of its own, not ${old}`);
  return withClient(run, async (client) => {
    const view = await client.operator.members();
    const { members } = view.membership;
    const isHere = (name: string): boolean => members.some((member) => member.name === name);
    if (!isHere(fresh)) {
      if (!isHere(old)) throw usageError(`no member is called '${old}': there is nothing to replace`);
      const address = await addressOf(args.text("address"));
      await letIn(run, client, { kind: "add", name: fresh, address, vote: true });
      if (args.flag("dry-run")) return EXIT_CODES.done;
    } else {
      if (args.has("address")) {
        refuseOtherAddress(memberOfView(view, fresh), await addressOf(args.text("address")));
      }
      await confirmHalfDone(run, view, { old, fresh });
    }
    if (args.flag("wait")) await awaitVote(run, client, fresh);
    return finishReplacing(run, client, { old, fresh });
  });
}

function refuseOtherAddress({ name, address }: Member, named: Address): void {
  const [own, other] = [formatEndpoint(address), formatEndpoint(named)];
  if (own !== other) throw usageError(`a member is called ${name} already, at ${own}: not at ${other}`);
}

async function finishReplacing(run: Run, client: Client, { old, fresh }: Replacement): Promise<ExitCode> {
  const dryRun = run.args.flag("dry-run");
  const view = await client.operator.members();
  if (memberOfView(view, fresh).role !== "voter") {
    print(run, `${fresh} does not vote yet; once it does: kvadm member replace ${old} ${fresh}\n`);
    return EXIT_CODES.negative;
  }
  const wanted: MemberStep = { kind: "remove", name: old };
  const isGone = view.membership.members.every(({ name }) => name !== old);
  const { epoch } = view.membership;
  // As they were looked at: who is removed without a successor is missed.
  const after = isGone ? view : await client.operator.changeMembers({ epoch, step: wanted, dryRun });
  tell(run, after, { step: wanted, dryRun });
  return EXIT_CODES.done;
}

async function addressOf(text: string) {
  const address = parseEndpoint(text);
  if (address === undefined) throw usageError(`'${text}' is not HOST:PORT`);
  return resolveAddress(address);
}
