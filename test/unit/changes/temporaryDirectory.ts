import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for one test; call the result's `remove` at its end. */
export function makeTemporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'changes-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
