/**
 * `npm run demo`: the tenant emulator and the gateway as two processes, the gateway on its production path. Only URLs and
 * credentials differ from a real deployment: tokens come over TLS from the emulated authority, whose CA the gateway
 * process gets through NODE_EXTRA_CA_CERTS. `--watch` rebuilds and restarts when sources change. `--federation` starts the
 * subgraph of `examples/federation` beside them, which the gateway joins with its own schema.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from './build.mjs';
import { root, supportedNode } from './node.mjs';

const node = supportedNode();
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--enable-source-maps'];
const withFederation = process.argv.includes('--federation');
const example = join(root, 'examples/federation');
const stateDirectory = mkdtempSync(join(tmpdir(), 'security-graph-gateway-demo-'));
const children = new Set();
let isStopping = false;

function launch(file, env, stdio) {
  const child = spawn(node, [...nodeFlags, join(root, 'dist', file)], { env, stdio });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** Starts what prints one JSON line once it listens. */
function startService(name, file, env) {
  const child = launch(file, env, ['ignore', 'pipe', 'inherit']);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => (isStopping ? undefined : reject(new Error(`${name} ended with code ${code}.`))));
  });
}

function startEmulator() {
  return startService('The emulator', 'emulator/main.js', { EMULATOR_LIVE: '1', ...process.env });
}

function startCmdb() {
  return startService('The CMDB', 'examples/federation/main.js', { ...process.env, CMDB_FOLDER: example });
}

function gatewayEnv(emulator, cmdb) {
  return {
    AUTH: 'none',
    PLAYGROUND: 'true',
    INTROSPECTION: 'true',
    SIMULATED: 'true',
    COST_ALWAYS: 'true',
    STATE_DIR: stateDirectory,
    LOG_LEVEL: 'warn',
    ...(cmdb === undefined ? {} : { SUBGRAPHS: JSON.stringify([{ name: 'cmdb', url: cmdb.url }]) }),
    ...process.env,
    ...emulator.env,
  };
}

function startGateway(env) {
  const child = launch('src/main.js', env, ['ignore', 'pipe', 'inherit']);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = listeningUrl(line);
      if (url === undefined) console.log(line);
      else resolve({ child, url });
    });
    child.once('exit', (code) => (isStopping ? undefined : reject(new Error(`The gateway ended with code ${code}.`))));
  });
}

/** The gateway's log line that says it is ready, as pino writes it. */
function listeningUrl(line) {
  try {
    return JSON.parse(line).listening;
  } catch {
    return undefined;
  }
}

function printBanner(url, emulator, cmdb) {
  console.log(`
  ┌────────────────────────────────────────────────────────────────────────┐
  │  DEMO: all data is SIMULATED by the local tenant emulator.             │
  └────────────────────────────────────────────────────────────────────────┘
  Playground   ${url}/graphql
  Health       ${url}/health/ready
  Schema       ${url}/schema.graphql
  Emulator     ${emulator.controlUrl}/_control/requests${cmdb === undefined ? '' : joinedPart(cmdb)}

  The emulated tenant is alive: alerts appear and change every few seconds.
  Stop with Ctrl+C.
`);
}

function joinedPart(cmdb) {
  const query = readFileSync(join(example, 'alert-to-owner.graphql'), 'utf8').trimEnd();
  return `
  CMDB         ${cmdb.url} (a joined subgraph; its sources are in examples/federation)

  From an alert to the owner of the affected asset, in one query:

${query.replaceAll(/^/gm, '    ')}`;
}

function stop(code) {
  if (isStopping) return;
  isStopping = true;
  for (const child of children) child.kill('SIGTERM');
  const finish = () => {
    if (children.size > 0) return;
    rmSync(stateDirectory, { recursive: true, force: true });
    process.exit(code);
  };
  for (const child of children) child.on('exit', finish);
  finish();
}

async function restartOnChange(current, env) {
  let gateway = current;
  let pending;
  for (const folder of ['src', 'emulator']) {
    watch(join(root, folder), { recursive: true }, () => {
      clearTimeout(pending);
      pending = setTimeout(async () => {
        await build().catch((error) => console.error(error.message));
        gateway.child.removeAllListeners('exit');
        gateway.child.kill('SIGTERM');
        gateway.child.once('exit', async () => {
          gateway = await startGateway(env);
          console.log(`  Restarted: ${gateway.url}/graphql`);
        });
      }, 300);
    });
  }
}

process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

try {
  await build();
  const [emulator, cmdb] = await Promise.all([startEmulator(), withFederation ? startCmdb() : undefined]);
  const env = gatewayEnv(emulator, cmdb);
  const gateway = await startGateway(env);
  printBanner(gateway.url, emulator, cmdb);
  if (process.argv.includes('--watch')) await restartOnChange(gateway, env);
} catch (error) {
  console.error(error.message);
  stop(1);
}
