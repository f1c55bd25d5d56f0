/**
 * `npm test`: jest on the pinned Node, after building what the process tests start. `--e2e` runs the browser tests
 * instead; further arguments go to jest. Suites that need a Redis take that of `TEST_REDIS_URL`, else the one at
 * 127.0.0.1:6379, else start `redis-server`; without any they are named as skipped, and fail with `REQUIRE_REDIS=1`.
 */
import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { pinnedNode, root, supportedNode } from './node.mjs';

const args = process.argv.slice(2);
const isE2e = args.includes('--e2e');
await build();

const jest = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
  ...(isE2e ? ['--config', 'jest.e2e.config.js', '--runInBand'] : []),
  ...args.filter((argument) => argument !== '--e2e'),
];
const child = spawn(pinnedNode() ?? supportedNode(), jest, { cwd: root, stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));
