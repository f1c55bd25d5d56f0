import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage } from '../support/browser.js';
import { type RunningProcess, startProcess } from '../support/processes.js';

const stateDirectory = mkdtempSync(join(tmpdir(), 'gateway-e2e-'));
/** Where a person can look at what the browser showed. */
const screenshots = process.env.SCREENSHOTS ?? join(stateDirectory, 'screenshots');

describe('the playground in a browser', () => {
  let emulator: RunningProcess;
  let gateway: RunningProcess;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    emulator = startProcess('emulator/main.js', {});
    const { env } = await emulator.jsonLine<{ env: Record<string, string> }>('env');
    const settings = {
      AUTH: 'none',
      PLAYGROUND: 'true',
      INTROSPECTION: 'true',
      SIMULATED: 'true',
      COST_ALWAYS: 'true',
    };
    gateway = startProcess('src/main.js', { ...env, ...settings, PORT: '0', STATE_DIR: stateDirectory });
    url = `${(await gateway.jsonLine<{ listening: string }>('listening')).listening}/graphql`;
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await emulator.stop();
    rmSync(stateDirectory, { recursive: true, force: true });
  });

  /** Monaco loads after the page: an operation can be run once the editor shows it. */
  async function runShownOperation(page: Page, pattern: RegExp): Promise<void> {
    await page.locator('.graphiql-query-editor .view-lines').filter({ hasText: pattern }).waitFor();
    await page.getByRole('button', { name: /execute query/i }).click();
  }

  /** GraphiQL learns the new tab's operation a moment after it shows it; who presses before that presses again. */
  async function startSubscription(page: Page, pattern: RegExp): Promise<void> {
    const running = page.getByRole('button', { name: /stop query/i });
    while (!(await running.isVisible())) {
      await runShownOperation(page, pattern);
      await running.waitFor({ timeout: 5_000 }).catch(() => undefined);
    }
  }

  /** Text of the result pane once it holds `pattern`. Monaco splits a line into spans and keeps blanks as non-breaking ones. */
  async function waitForResult(page: Page, pattern: RegExp): Promise<string> {
    const pane = page.locator('.result-window .view-lines').filter({ hasText: pattern });
    await pane.waitFor();
    return (await pane.innerText()).replaceAll('\u00a0', ' ');
  }

  it('greets a first-time user, runs the first sample and stays within its origin and policy', async () => {
    const { page, trouble } = await openPage(browser, url);
    await page.getByText('Simulated data.').waitFor();
    await page
      .locator('.graphiql-query-editor .view-lines')
      .filter({ hasText: /alerts/ })
      .waitFor();
    await page.screenshot({ path: join(screenshots, 'playground-first-look.png') });
    await runShownOperation(page, /alerts/);
    const result = await waitForResult(page, /"alerts"/);
    expect(result).toContain('"nodes"');
    expect(result).not.toContain('"errors"');
    await page.screenshot({ path: join(screenshots, 'playground-query.png') });
    expect(trouble).toEqual({ foreignRequests: [], complaints: [] });
    await page.close();
  });

  it('shows a live subscription event after a mutation', async () => {
    const { page, trouble } = await openPage(browser, url);
    await page.getByRole('tab', { name: /AlertUpdated/ }).click();
    await startSubscription(page, /alertUpdated/);
    await page.getByRole('button', { name: 'Change an alert' }).click();
    const result = await waitForResult(page, /"alertUpdated"/);
    expect(result).toContain('"MUTATION"');
    await page.screenshot({ path: join(screenshots, 'playground-subscription.png') });
    expect(trouble).toEqual({ foreignRequests: [], complaints: [] });
    await page.close();
  });
});
