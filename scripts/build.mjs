/**
 * Compiles TypeScript to `dist/` and bundles the playground into `dist/playground/`, each only when its sources changed.
 * Both run at the same time. `npm run build` forces both.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, supportedNode } from './node.mjs';

const targets = {
  code: {
    sources: ['src', 'emulator', 'examples/federation', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
    produces: 'dist/src/main.js',
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  },
  bench: {
    sources: ['bench', 'test/support/processes.ts', 'package-lock.json', 'tsconfig.json'],
    produces: 'dist/bench/main.js',
    command: ['node_modules/typescript/bin/tsc', '-p', 'bench/tsconfig.json'],
  },
  playground: {
    sources: ['src/playground', 'package-lock.json'],
    produces: 'dist/playground/index.html',
    command: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--logLevel',
      'warn',
      '--config',
      'src/playground/page/vite.config.ts',
    ],
  },
};

/** What runs; the rest is built only for those who name it. */
const shipped = ['code', 'playground'];

/** Brings the named targets up to date and resolves when they are. */
export async function build(names = shipped, { force = false } = {}) {
  await Promise.all(names.map((name) => buildTarget(name, targets[name], force)));
}

async function buildTarget(name, target, force) {
  const stamp = join(root, 'dist', `.${name}.stamp`);
  const wanted = fingerprint(target.sources);
  const isCurrent =
    existsSync(join(root, target.produces)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isCurrent && !force) return;
  await run(target.command);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, wanted);
}

function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(supportedNode(), command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command[0]} ended with code ${code}`))));
  });
}

function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesBelow(join(root, source)))) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  build(undefined, { force: true }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
