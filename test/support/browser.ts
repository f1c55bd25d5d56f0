import { type Browser, chromium, type Page } from 'playwright-core';

/** What a page did that it must not do. */
export interface PageTrouble {
  /** Addresses of other origins that the page asked for. */
  readonly foreignRequests: string[];
  /** Console errors and warnings, content security policy violations among them. */
  readonly complaints: string[];
}

/** The system's Chromium, without its own background traffic. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page at `url` whose requests and complaints are recorded from the first byte. */
export async function openPage(browser: Browser, url: string): Promise<{ page: Page; trouble: PageTrouble }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const trouble: PageTrouble = { foreignRequests: [], complaints: [] };
  const { host } = new URL(url);
  page.on('request', (request) => {
    const target = new URL(request.url());
    if (!['data:', 'blob:'].includes(target.protocol) && target.host !== host)
      trouble.foreignRequests.push(request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.complaints.push(message.text());
  });
  page.on('pageerror', (error) => trouble.complaints.push(String(error)));
  await page.goto(url);
  return { page, trouble };
}
