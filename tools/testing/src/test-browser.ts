import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Where Chrome and Chromium are on machines that npm's Chromium (Linux on x64) does not run on. */
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Flags of npm's Chromium for functions without a machine of their own, in which a page that fails takes all others along. */
const unwanted = /^--(?:single-process|no-zygote|headless)/;

/**
 * A real browser: the one that comes from npm where it runs, else an installed one.
 * @throws Error that says what to install
 */
export async function launchTestBrowser(): Promise<Browser> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const args = sparticuz.args.filter((arg) => !unwanted.test(arg));
    return chromium.launch({ executablePath: await sparticuz.executablePath(), args });
  }
  const executablePath = installed.find((path) => existsSync(path));
  if (!executablePath) throw new Error('The browser tests need Chrome or Chromium: install one of them.');
  return chromium.launch({ executablePath });
}
