import { open, rm } from "node:fs/promises";

/** Deletes a directory with all that is in it, in another thread; a missing one is as good. */
export function removeInBackground(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/** Puts a file's content, or a directory's names, on disk, in another thread. */
export async function syncInBackground(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
