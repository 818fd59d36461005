// What every test stands on: a page whose console must stay silent, and somebody signed in.
import { test as base, expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { readReference, type Reference } from './reference';

export { expect };

export const EMAIL = 'owner@demo.tradepost';
/** For tests of strangers: `test.use({ storageState: SIGNED_OUT })`. */
export const SIGNED_OUT = { cookies: [], origins: [] };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

export function password(): string {
  const file = process.env.TRADEPOST_TEST_PASSWORD_FILE;
  if (!file) {
    throw new Error('TRADEPOST_TEST_PASSWORD_FILE is not set: playwright.config.ts does that');
  }
  return readFileSync(file, 'utf8');
}

/** Going to another page ends what the page before was still fetching, and its scripts may say so. */
const LEFT_BEHIND = /^TypeError: WebAssembly compilation aborted: Network error: Response body loading was aborted$/;

/** What went wrong in the browser without anybody looking. */
export class Problems {
  private readonly found: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** The test causes this and looks at its consequences itself. */
  allow(pattern: RegExp): void {
    this.allowed.push(pattern);
  }

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type()) && !LEFT_BEHIND.test(message.text())) {
        this.found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (error) => this.found.push(`page error: ${error.error().stack}`));
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? 'no reason';
      // As in LEFT_BEHIND.
      if (reason !== 'net::ERR_ABORTED') {
        this.found.push(`request failed: ${request.method()} ${request.url()}: ${reason}`);
      }
    });
    context.on('page', (page) => page.on('crash', () => this.found.push(`page crashed: ${page.url()}`)));
  }

  unexpected(): string[] {
    return this.found.filter((problem) => !this.allowed.some((pattern) => pattern.test(problem)));
  }
}

/** Runs in the page before its own scripts. */
function prepare(): void {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`refused by the content security policy: ${event.violatedDirective} ${event.blockedURI}`);
  });
  // Remembers which events elements listen to: only hydration makes them do so.
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (this: EventTarget & { heard?: string[] }, ...args) {
    this.heard = [...(this.heard ?? []), args[0]];
    return Reflect.apply(add, this, args);
  };
}

/** Waits until hydration has reached this element. */
export async function expectAlive(element: Locator, event: string): Promise<void> {
  const listens = (element: Element & { heard?: string[] }, event: string) => element.heard?.includes(event) ?? false;
  await expect.poll(() => element.evaluate(listens, event), `${element} is hydrated`).toBe(true);
}

/** The first page of another browser. Whoever opens it closes its context. */
export async function somebodyElse(browser: Browser, baseURL: string | undefined): Promise<Page> {
  const context = await browser.newContext({ baseURL, storageState: SIGNED_OUT });
  await context.addInitScript(prepare);
  return context.newPage();
}

/** Waits until the frame around the pages, and the keys that it brings, have come alive. */
export async function expectFrameAlive(page: Page): Promise<void> {
  await expectAlive(page.locator('#open-palette'), 'click');
  const hearsKeys = () => (window as Window & { heard?: string[] }).heard?.includes('keydown') ?? false;
  await expect.poll(() => page.evaluate(hearsKeys), 'the keys are listened to').toBe(true);
}

export async function signIn(page: Page, address = '/sign-in', email = EMAIL): Promise<void> {
  await page.goto(address);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password());
  await page.getByRole('button', { name: 'Sign in' }).click();
}

type TestFixtures = { problems: Problems };
type WorkerFixtures = { signedIn: StorageState; reference: Reference };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  signedIn: [
    async ({ browser }, use, worker) => {
      const context = await browser.newContext({ baseURL: worker.project.use.baseURL });
      const page = await context.newPage();
      await signIn(page);
      await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
      const state = await context.storageState();
      await context.close();
      await use(state);
    },
    { scope: 'worker' },
  ],
  // Playwright takes what a fixture needs from its first parameter.
  reference: [async ({}, use) => use(readReference()), { scope: 'worker' }],
  storageState: async ({ signedIn }, use) => use(signedIn),
  problems: [
    async ({ javaScriptEnabled }, use) => {
      const problems = new Problems();
      if (!javaScriptEnabled) {
        // Scripts are refused, and so nothing uses the wasm that was fetched for them.
        problems.allow(/^request failed: GET \S+\.js: csp$/);
        problems.allow(/^console warning: The resource \S+\.wasm was preloaded using link preload but not used/);
      }
      await use(problems);
      expect(problems.unexpected(), 'problems that the browser noted').toEqual([]);
    },
    { auto: true },
  ],
  context: async ({ context, problems }, use) => {
    problems.watch(context);
    await context.addInitScript(prepare);
    await use(context);
  },
});
