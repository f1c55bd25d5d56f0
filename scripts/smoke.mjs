/**
 * The demo as a newcomer meets it: starts `npm run demo`, asks the main query, updates an alert and sees the update on a
 * subscription over SSE. Ends with a line per step; any failure ends with code 1.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './node.mjs';

const startedAt = performance.now();
const demo = spawn('npm', ['run', 'demo'], {
  cwd: root,
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
const watchdog = setTimeout(() => fail(new Error('The smoke test took longer than three minutes.')), 180_000);

function playgroundUrl() {
  return new Promise((resolve, reject) => {
    createInterface({ input: demo.stdout }).on('line', (line) => {
      const match = /Playground\s+(http\S+)/.exec(line);
      if (match !== null) resolve(match[1]);
    });
    demo.once('exit', (code) => reject(new Error(`npm run demo ended with code ${code}`)));
  });
}

async function ask(url, query, variables = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-cost': '1' },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer.errors));
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer;
}

/** Reads server-sent events until `isWanted` says so. */
async function waitForEvent(response, isWanted) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split('\n\n');
    text = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data && isWanted(JSON.parse(data))) return JSON.parse(data);
    }
  }
  throw new Error('The stream ended before the event came.');
}

function step(text) {
  console.log(`smoke: ${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${text}`);
}

async function run() {
  const url = await playgroundUrl();
  step(`demo is up at ${url}`);

  const main = await ask(url, readFileSync(join(root, 'src/playground/samples/02-alerts-joined.graphql'), 'utf8'));
  const alerts = main.data.alerts.nodes;
  assert.equal(alerts.length, 50);
  assert.ok(alerts.some((alert) => alert.users?.length > 0));
  step(`50 alerts joined; upstream calls ${JSON.stringify(main.extensions.gateway.upstreamCalls)}`);

  const stop = new AbortController();
  const stream = await fetch(`${url}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { alertUpdated { change detectedBy alert { id assignedTo } } }' }),
    signal: stop.signal,
  });
  assert.equal(stream.status, 200);
  const { id } = alerts[0];
  const arrives = waitForEvent(
    stream,
    ({ data }) => data?.alertUpdated.alert?.id === id && data.alertUpdated.detectedBy === 'MUTATION',
  );
  const updated = await ask(
    url,
    'mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { alert { id assignedTo } errors { code message } } }',
    {
      input: { id, assignedTo: 'analyst@contoso.example' },
    },
  );
  assert.deepEqual(updated.data.updateAlert, { alert: { id, assignedTo: 'analyst@contoso.example' }, errors: [] });
  step('alert updated');

  const event = await arrives;
  assert.equal(event.data.alertUpdated.alert.assignedTo, 'analyst@contoso.example');
  stop.abort();
  step('the update arrived on the subscription');
}

function finish(code) {
  clearTimeout(watchdog);
  demo.once('exit', () => process.exit(code));
  process.kill(-demo.pid, 'SIGTERM');
  setTimeout(() => process.exit(code), 10_000).unref();
}

function fail(error) {
  console.error(error);
  finish(1);
}

run().then(() => finish(0), fail);
