import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { readEnvironment } from '../../src/config/environment.ts';
import { findExecutable } from '../../src/system/executable-file.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium of this machine, or the one that LOADKIT_TEST_CHROMIUM names; undefined when there is none. */
export function findChromium(): string | undefined {
  const { path, lookup } = readEnvironment();
  const wanted = lookup('LOADKIT_TEST_CHROMIUM') ?? '';
  if (wanted !== '') return findExecutable(wanted, process.cwd(), path);
  return names.map((name) => findExecutable(name, process.cwd(), path)).find((found) => found !== undefined);
}

const reportRefusals = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('refused by ' + event.violatedDirective + ': ' + event.sample);
});`;

/** A page that was opened from its file with the network off, and what it did that it should not. */
export interface OpenPage {
  readonly page: Page;
  /** Requests but that for the file itself, errors and warnings of the console, what the policy refused. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** A browser that opens reports; `close` leaves no process and no folder. */
export async function openBrowser(executablePath: string | undefined) {
  if (executablePath === undefined) throw new Error('no Chromium: install one, or name it with LOADKIT_TEST_CHROMIUM');
  const folder = mkdtempSync(join(tmpdir(), 'lk-page-'));
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    timeout: 60_000,
  });
  let count = 0;
  return {
    open: (html: string, options: BrowserContextOptions = {}): Promise<OpenPage> => {
      count += 1;
      const file = join(folder, `report-${count}.html`);
      writeFileSync(file, html);
      return openPage(browser, pathToFileURL(file).href, options);
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<OpenPage> {
  const context = await browser.newContext({ offline: true, viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url().replace(/#.*/, '') !== url) complaints.push(`request ${request.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console ${message.text()}`);
  });
  await page.addInitScript({ content: reportRefusals });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}
