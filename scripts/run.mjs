/** `node scripts/run.mjs src/main.js [args]`: builds what is needed, then runs the compiled file on a supported Node. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root, supportedNode } from './node.mjs';

const [file, ...args] = process.argv.slice(2);
const needsPlayground = file === 'src/main.js' && process.env.PLAYGROUND !== undefined;

try {
  await build(needsPlayground ? ['code', 'playground'] : ['code']);
} catch (error) {
  console.error(`The build failed: ${error.message}`);
  process.exit(1);
}

const child = spawn(
  supportedNode(),
  ['--disable-warning=ExperimentalWarning', '--enable-source-maps', join(root, 'dist', file), ...args],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
