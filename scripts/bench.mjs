/** `npm run bench -- [name…] [--option=number…] [--json]`: builds, then measures with the processes of production. */
import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { root, supportedNode } from './node.mjs';

try {
  await build(['code', 'bench']);
} catch (error) {
  console.error(`The build failed: ${error.message}`);
  process.exit(1);
}

const child = spawn(
  supportedNode(),
  ['--disable-warning=ExperimentalWarning', 'dist/bench/main.js', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
