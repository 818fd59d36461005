import type { APIResponse } from '@playwright/test';
import { SIGNED_OUT, expect, expectFrameAlive, test } from '../support/fixtures';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Larger than the largest request. */
const TOO_MANY_BYTES = 300 * 1024;

function policy(response: APIResponse): Map<string, string[]> {
  const parts = (response.headers()['content-security-policy'] ?? '').split(';').map((part) => part.trim().split(/\s+/));
  return new Map(parts.map(([directive, ...sources]) => [directive, sources]));
}

async function expectProblem(response: APIResponse, status: number): Promise<void> {
  expect(response.status()).toBe(status);
  expect(response.headers()['content-type']).toContain('application/problem+json');
  const problem = await response.json();
  expect(problem).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  expect(problem.request_id).toMatch(UUID);
  expect(problem.request_id).toBe(response.headers()['x-request-id']);
}

function expectHeaders(response: APIResponse): void {
  const headers = response.headers();
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('same-origin');
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(headers['cache-control']).toContain('no-store');
  expect(headers['x-request-id']).toMatch(UUID);
  expect(headers).not.toHaveProperty('strict-transport-security');
  const directives = policy(response);
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
  expect(directives.get('base-uri')).toEqual(["'none'"]);
}

function expectPage(response: APIResponse, markup: string): void {
  expectHeaders(response);
  const directives = policy(response);
  expect(directives.get('form-action')).toEqual(["'self'"]);
  const scripts = directives.get('script-src') ?? [];
  expect(scripts).not.toContain("'unsafe-inline'");
  expect(scripts).not.toContain("'unsafe-eval'");
  expect(directives.get('style-src')).not.toContain("'unsafe-inline'");
  const nonce = /^'nonce-(.{16,})'$/.exec(scripts.find((source) => source.startsWith("'nonce-")) ?? '')?.[1];
  expect(nonce).toBeTruthy();
  const inline = markup.match(/<script\b[^>]*>/g) ?? [];
  expect(inline.length).toBeGreaterThan(0);
  expect(inline.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
  expect(markup).not.toMatch(/<[^>]+\sstyle=/);
  expect(markup).not.toMatch(/<[^>]+\son[a-z]+=/);
}

test('the dashboard is sent with strict headers', async ({ request }) => {
  const response = await request.get('/');
  expect(response.status()).toBe(200);
  expectPage(response, await response.text());
});

test('no nonce is used twice', async ({ request }) => {
  const sources = async () => policy(await request.get('/')).get('script-src');
  expect(await sources()).not.toEqual(await sources());
});

test('what was not written by us does not run', async ({ page, problems }) => {
  problems.allow(/content security policy/i);
  await page.goto('/');
  await expectFrameAlive(page);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return 'ran' in window;
  });
  expect(ran).toBe(false);
});

test('markup in an address is text', async ({ page }) => {
  await page.goto('/?period=custom&from=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&to=%3C/script%3E%3Cscript%3E');
  await expectFrameAlive(page);
  await expect(page.getByLabel('From')).toHaveAccessibleDescription(/is no date/);
  await expect(page.locator('img[src=x]')).toHaveCount(0);
});

test.describe('to strangers', () => {
  test.use({ storageState: SIGNED_OUT });

  test('the sign-in page is sent with strict headers', async ({ request }) => {
    const response = await request.get('/sign-in');
    expect(response.status()).toBe(200);
    expectPage(response, await response.text());
  });

  test('pages lead to signing in, programs are told', async ({ request }) => {
    for (const [path, location] of [
      ['/', '/sign-in'],
      ['/?period=year&channel=web', '/sign-in?next=/%3Fperiod%3Dyear%26channel%3Dweb'],
      ['/ui', '/sign-in?next=/ui'],
      ['/nowhere', '/sign-in?next=/nowhere'],
    ]) {
      const response = await request.get(path, { maxRedirects: 0 });
      expect(response.status()).toBe(303);
      expect(response.headers().location).toBe(location);
      expectHeaders(response);
    }
    for (const path of ['/api/dashboard', '/api/visitor', '/api/sign-out', '/api/nowhere']) {
      const response = await request.post(path, { data: {} });
      expect(response.status(), path).toBe(401);
      expect(response.headers()['content-type']).toContain('json');
      expectHeaders(response);
    }
  });

  test('what another site’s page sends is refused', async ({ request }) => {
    const form = { email: 'a@example.com', password: 'x' };
    for (const site of ['cross-site', 'same-site']) {
      const response = await request.post('/api/sign-in', { form, headers: { 'sec-fetch-site': site } });
      await expectProblem(response, 403);
      expectHeaders(response);
    }
    const headers = { origin: 'https://evil.example' };
    await expectProblem(await request.post('/api/sign-in', { form, headers }), 403);
    const own = await request.post('/api/sign-in', { form, headers: { 'sec-fetch-site': 'same-origin' } });
    expect(own.status()).toBe(422);
  });

  test('a refusal that a person sees is a page', async ({ request }) => {
    const headers = { 'sec-fetch-site': 'cross-site', accept: 'text/html' };
    const response = await request.post('/api/sign-out', { headers });
    expect(response.status()).toBe(403);
    expect(response.headers()['content-type']).toContain('text/html');
    expectHeaders(response);
    const page = await response.text();
    expect(page).toContain('The request came from another site');
    expect(page).toContain(response.headers()['x-request-id']);
  });

  test('what is too large is refused', async ({ request }) => {
    const form = { email: 'a@example.com', password: 'x'.repeat(TOO_MANY_BYTES) };
    const response = await request.post('/api/sign-in', { form });
    await expectProblem(response, 413);
    expect(response.headers().connection, 'nobody should send more on a connection that wasn’t read').toBe('close');
  });

  test('what can’t be understood is the sender’s mistake', async ({ request }) => {
    const missing = await request.post('/api/sign-in', { form: { unknown: 'field' } });
    const headers = { 'content-type': 'text/plain' };
    const foreign = await request.post('/api/sign-in', { headers, data: 'hello' });
    for (const response of [missing, foreign]) {
      expect(response.status(), 'the mistake is not the server’s').toBeLessThan(500);
      expect(response.status()).toBeGreaterThanOrEqual(400);
      expectHeaders(response);
    }
  });

  test('the server says how it is', async ({ request }) => {
    const live = await request.get('/health/live');
    expect([live.status(), await live.text()]).toEqual([200, 'live\n']);
    const ready = await request.get('/health/ready');
    expect([ready.status(), await ready.text()]).toEqual([200, 'ready\n']);
    const report = await request.get('/health');
    expect(report.status()).toBe(200);
    expect(await report.json()).toMatchObject({ status: 'ok', database: 'reachable', version: expect.any(String) });
    for (const response of [live, ready, report]) {
      expectHeaders(response);
    }
  });

  test('files of the site may be kept, as long as their names say', async ({ request }) => {
    const markup = await (await request.get('/sign-in')).text();
    const style = /href="(\/pkg\/[^"]+\.css)"/.exec(markup)?.[1];
    expect(style).toBeTruthy();
    const hashed = await request.get(style ?? '');
    expect(hashed.status()).toBe(200);
    expect(hashed.headers()['cache-control']).toContain('immutable');
    const icon = await request.get('/favicon.svg');
    expect(icon.status()).toBe(200);
    expect(icon.headers()['x-content-type-options']).toBe('nosniff');
    for (const path of ['/pkg/..%2f..%2fCargo.toml', '/vendor/../../etc/passwd', '/pkg/%2e%2e/%2e%2e/etc/passwd']) {
      expect([303, 404]).toContain((await request.get(path, { maxRedirects: 0 })).status());
    }
  });
});
