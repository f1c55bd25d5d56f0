import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { noWebhooks } from '../../../src/webhooks/contract.js';
import { createFileRegistrationStore } from '../../../src/webhooks/fileRegistrationStore.js';
import { registration } from './support.js';

describe('the registrations of a single instance', () => {
  let directory: string;
  const open = () => createFileRegistrationStore(join(directory, 'state'));
  const file = () => join(directory, 'state', 'webhooks.json');
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('are none at first, and survive the process', async () => {
    expect(await open().read()).toEqual(noWebhooks);
    const state = { registrations: [registration('one')], requests: [] };
    await open().update(() => state);
    expect(await open().read()).toEqual(state);
  });

  it('can be read by nobody else, and leave no draft behind', async () => {
    await open().update((before) => ({ ...before, registrations: [registration('one')] }));
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, 'state'))).toEqual(['webhooks.json']);
  });

  it('change one step after another, and tell of it', async () => {
    const store = open();
    let news = 0;
    const leave = store.onNews(() => {
      news += 1;
    });
    const add = (id: string) =>
      store.update((before) => ({ ...before, registrations: [...before.registrations, registration(id)] }));
    await Promise.all(['a', 'b', 'c'].map(add));
    expect((await store.read()).registrations.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    await store.update((before) => before);
    leave();
    await add('d');
    expect(news).toBe(3);
  });

  it('go on after a change that could not be made', async () => {
    const store = open();
    const broken = () => {
      throw new Error('no');
    };
    await expect(store.update(broken)).rejects.toThrow('no');
    await store.update(() => ({ registrations: [registration('one')], requests: [] }));
    expect(JSON.parse(readFileSync(file(), 'utf8')).registrations).toHaveLength(1);
  });

  it.each(['', '{', '[]', '{"registrations":[{"id":1}],"requests":[]}'])(
    'count as none where the file holds %j',
    async (text) => {
      await open().update(() => ({ registrations: [registration('one')], requests: [] }));
      writeFileSync(file(), text);
      expect(await open().read()).toEqual(noWebhooks);
    },
  );
});
