import type { Surveyed } from "../../src/cli/survey.ts";
import type { NodeMeasures, NodeStatus, PathStatus } from "../../src/wire/client-messages.ts";

const MEASURES: NodeMeasures = { wallMs: 0, figures: new Map(), settings: new Map(), timings: new Map() };

/** Members n1, n2, ... of whose status only what is given here is known. */
export function surveyed(
  all: readonly {
    readonly status?: Partial<NodeStatus>;
    readonly measures?: Partial<NodeMeasures>;
    readonly clock?: NonNullable<Surveyed["clock"]>;
  }[],
): readonly (Surveyed & { readonly status: NodeStatus })[] {
  return all.map(({ status, measures, clock }, index) => {
    const name = `n${index + 1}`;
    const said = {
      name,
      chosen: 0,
      firstKept: 0,
      stateDurable: 0,
      logBytes: 0,
      peers: [],
      ...status,
      measures: { ...MEASURES, ...measures },
    } as unknown as NodeStatus;
    const address = { host: "127.0.0.1", port: 7400 + index };
    const member = { name, address, endpoint: `127.0.0.1:${address.port}`, status: said };
    return clock === undefined ? member : { ...member, clock };
  });
}

/** A link to `name` on which so many packets arrived and were lost. */
export function pathTo(name: string, path: Partial<PathStatus> = {}, rttMs = 1) {
  const counted = { datagramBytes: 1200, acked: 0, lost: 0, largeLost: 0, ...path };
  return { name, up: true, rttMs, loss: 0, path: counted };
}
