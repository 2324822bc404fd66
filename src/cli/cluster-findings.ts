import type { Answered, Finding } from "./findings.ts";

/** Surely apart by more than this. */
const CLOCK_MS_MAX = 500;
/** Changes of the leader within ten minutes. */
const LEADERS_MAX = 4;

/** What shows when the members are laid side by side. */
export function clusterFindings(answered: readonly Answered[]): readonly Finding[] {
  return [...clocks(answered), ...drift(answered), ...elections(answered)];
}

/** Each against the one in the middle: who asks may have a wrong clock, too. */
function clocks(answered: readonly Answered[]): readonly Finding[] {
  const read = answered.flatMap(({ name, clock }) => (clock === undefined ? [] : [{ name, ...clock }]));
  const sorted = read.toSorted((left, right) => left.offsetMs - right.offsetMs);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) return [];
  return read.flatMap(({ name, offsetMs, boundMs }): readonly Finding[] => {
    const apartMs = offsetMs - middle.offsetMs;
    const doubtMs = boundMs + middle.boundMs;
    if (Math.abs(apartMs) - doubtMs <= CLOCK_MS_MAX) return [];
    const way = apartMs > 0 ? "ahead of" : "behind";
    return [
      {
        severity: "warning",
        subject: name,
        evidence: `its wall clock is ${seconds(Math.abs(apartMs))} (within ${seconds(doubtMs)}) ${way} that of ${middle.name}`,
        consequence:
          "nothing is lost by it; while it leads, times to live run too fast or too slowly, and journals do not match",
        remedy: "on its host: timedatectl; chronyc tracking, or whatever sets the clock there",
      },
    ];
  });
}

function drift(answered: readonly Answered[]): readonly Finding[] {
  const names = new Set(answered.flatMap(({ status }) => [...(status.measures?.settings.keys() ?? [])]));
  return [...names].flatMap((setting): readonly Finding[] => {
    const membersBy = new Map<string, string[]>();
    for (const { name, status } of answered) {
      const value = status.measures?.settings.get(setting);
      if (value !== undefined) membersBy.set(value, [...(membersBy.get(value) ?? []), name]);
    }
    if (membersBy.size < 2) return [];
    const values = [...membersBy].map(([value, members]) => `${value} at ${members.join(", ")}`);
    return [
      {
        severity: "warning",
        subject: "cluster",
        evidence: `the setting ${setting} is ${values.join("; ")}`,
        consequence: "what holds changes with the leader, and limits are met at one member first",
        remedy:
          "kvd --print-config on each host shows where it comes from; make them equal, restart one by one",
      },
    ];
  });
}

function elections(answered: readonly Answered[]): readonly Finding[] {
  const most = Math.max(
    0,
    ...answered.map(({ status }) => status.measures?.figures.get("leaders_lately") ?? 0),
  );
  if (most <= LEADERS_MAX) return [];
  return [
    {
      severity: "warning",
      subject: "cluster",
      evidence: `within ten minutes office changed ${most} times`,
      consequence: "each change holds writes up for about a second",
      remedy:
        "journalctl -u kvd: stepped_down has the reason; loss or delay between members, a busy host, a slow disk",
    },
  ];
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
