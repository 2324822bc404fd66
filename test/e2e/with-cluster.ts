import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";

/** A fresh cluster of real processes in a temporary directory, and a client of it; both gone afterwards. */
export async function withCluster(
  use: (cluster: DevCluster, client: Client) => Promise<void>,
  size = 3,
): Promise<void> {
  await withDirectory(async (directory) => {
    const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: size });
    try {
      const client = await openClient({ endpoints: cluster.addresses() });
      try {
        await use(cluster, client);
      } finally {
        client.close();
      }
    } finally {
      await cluster.down();
    }
  });
}

/** A temporary directory, removed afterwards. */
export async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "kvd-e2e-"));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
