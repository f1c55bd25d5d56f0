import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from '../support/graphql.js';
import { type RunningProcess, startProcess } from '../support/processes.js';
import { untilWatching, watchAlerts } from '../support/watchAlerts.js';

const captured = fileURLToPath(new URL('../fixtures/captured', import.meta.url));
const printed = {
  id: '992431C8-A8CC-3B88-A5A2-37F3A1930BC1',
  title: 'WARNING',
  status: 'NEW',
  rawStatus: 'newAlert',
  severity: 'LOW',
  createdDateTime: '2018-09-27T16:24:58.363Z',
  lastUpdateDateTime: '2018-09-27T16:24:59.3930894Z',
  vendorInformation: { provider: 'MCAS' },
};
const fields = 'id title status rawStatus severity createdDateTime lastUpdateDateTime vendorInformation { provider }';

describe('EMULATOR_DATA and GRAPH_ALERTS_DIALECT=legacy, as environment of two processes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-captured-'));
  let emulator: RunningProcess;
  let gateway: RunningProcess;
  let url: string;

  beforeAll(async () => {
    emulator = startProcess('emulator/main.js', { EMULATOR_DATA: captured });
    const { env } = await emulator.jsonLine<{ env: Record<string, string> }>('env');
    gateway = startProcess('src/main.js', {
      ...env,
      AUTH: 'none',
      GRAPH_ALERTS_DIALECT: 'legacy',
      PORT: '0',
      STATE_DIR: directory,
    });
    url = `${(await gateway.jsonLine<{ listening: string }>('listening')).listening}/graphql`;
  });
  afterAll(async () => {
    await gateway.stop();
    await emulator.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('serve the alert of the 2018 article by list and by id', async () => {
    const answer = await ask(url, `{ alerts { nodes { ${fields} } } alert(id: "${printed.id}") { ${fields} } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({ alerts: { nodes: [printed] }, alert: printed });
  });

  it('update it, and a subscriber hears of it', async () => {
    const watch = watchAlerts('WebSocket', url);
    await untilWatching(watch, url, printed.id);
    const answer = await ask(
      url,
      `mutation { updateAlert(input: { id: "${printed.id}", status: RESOLVED, classification: TRUE_POSITIVE }) {
        cursor errors { code } alert { status classification rawClassification } } }`,
    );
    expect(answer.data?.updateAlert).toMatchObject({
      errors: [],
      alert: { status: 'RESOLVED', classification: 'TRUE_POSITIVE', rawClassification: 'truePositive' },
    });
    const event = await watch.first(({ cursor }) => cursor === answer.data?.updateAlert.cursor);
    expect(event).toMatchObject({ detectedBy: 'MUTATION', alert: { id: printed.id, status: 'RESOLVED' } });
    await watch.stop();
    const read = await ask(url, `{ alerts(filter: { status: { in: [RESOLVED] } }) { nodes { id status } } }`);
    expect(read.data?.alerts.nodes).toEqual([{ id: printed.id, status: 'RESOLVED' }]);
  });
});

describe('an emulator given a body that does not parse', () => {
  it('ends with a non-zero code and names the file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'captured-broken-'));
    mkdirSync(join(directory, 'graph/users'), { recursive: true });
    writeFileSync(join(directory, 'graph/users/half.json'), '{"value":[{"id":"1"');
    const emulator = startProcess('emulator/main.js', { EMULATOR_DATA: directory });
    expect(await emulator.ended()).not.toBe(0);
    expect(emulator.output()).toContain('graph/users/half.json');
    rmSync(directory, { recursive: true });
  });
});
