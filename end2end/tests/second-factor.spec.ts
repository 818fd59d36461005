// The second factor, which Dave sets up here, signs in with, moves to another device and removes again.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { oneTimeCode } from '../support/authenticator';
import { PHONE, SIGNED_OUT, expect, expectAlive, signIn, test } from '../support/fixtures';

const DAVE = 'dave@example.com';
const PAGE = '/account/second-factor';

test.describe.configure({ mode: 'serial' });
test.use({ storageState: SIGNED_OUT });

let recoveryCodes: string[] = [];

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => target) }))).toEqual([]);
}

/** Begins to set it up. Returns what the app has to learn. */
async function begin(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Set up a second factor' }).click();
  await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  return (await page.locator('code.secret').textContent()) ?? '';
}

async function turnOn(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Turn it on' }).click();
}

async function show(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByLabel('Account of Dave Keeper').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
}

test('it is set up, shows recovery codes once, and is asked for at signing in', async ({ page, context, problems }) => {
  problems.allow(/status of 422/);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, '/account', DAVE);
  await page.getByRole('link', { name: 'Set up a second factor' }).click();
  await expect(page).toHaveURL(PAGE);
  const setUp = page.locator('form').filter({ has: page.getByRole('button', { name: 'Set up a second factor' }) });
  await expectAlive(setUp, 'submit');
  const secret = await begin(page);
  await expectNoViolations(page);
  await turnOn(page, 'no code');
  await expect(page.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/This code isn’t right/);
  await turnOn(page, oneTimeCode(secret));
  await expect(page.getByText('They are shown this once')).toBeVisible();
  recoveryCodes = await page.locator('.codes li').allTextContents();
  expect(recoveryCodes).toHaveLength(10);
  for (const code of recoveryCodes) expect(code).toMatch(/^[0-9a-z]{6}(-[0-9a-z]{6}){3}$/);
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeFocused();
  await page.getByRole('button', { name: 'Copy all of them' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(recoveryCodes.join('\n'));
  await expectNoViolations(page);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(recoveryCodes[0])).toBeVisible();
  for (const other of ['Make new recovery codes', 'Print', 'Copy all of them']) {
    await expect(page.getByRole('button', { name: other }), `${other} isn’t printed`).toBeHidden();
  }
  await expect(page.getByRole('heading', { name: 'Second factor', level: 1 })).toBeHidden();
  await page.emulateMedia({ media: null });
  await page.reload();
  await expect(page.getByRole('button', { name: 'Make new recovery codes' })).toBeVisible();
  await expect(page.getByText('They are shown this once')).toHaveCount(0);

  await signOut(page);
  await signIn(page, '/account', DAVE);
  await expect(page.getByRole('heading', { name: 'Second factor', level: 1 })).toBeVisible();
  await expectAlive(page.locator('form'), 'submit');
  await expectNoViolations(page);
  await show(page, '');
  await expect(page.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/Enter the code/);
  await show(page, oneTimeCode(secret, 1));
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { name: 'Your account', level: 1 })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a recovery code stands in for the app once', async ({ page }) => {
    await signIn(page, '/account', DAVE);
    await show(page, recoveryCodes[0]);
    await expect(page).toHaveURL('/account');
    await signOut(page);
    await signIn(page, '/account', DAVE);
    await show(page, recoveryCodes[0]);
    await expect(page.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/This code isn’t right, or it was used before/);
    await show(page, recoveryCodes[1]);
    await expect(page).toHaveURL('/account');
  });
});

test('a new device takes the place of the old one, and other sessions end', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/status of 422/);
  const context = await browser.newContext({ baseURL, storageState: SIGNED_OUT });
  const other = await context.newPage();
  await signIn(other, '/account', DAVE);
  await show(other, recoveryCodes[2]);
  await expect(other).toHaveURL('/account');
  await signIn(page, PAGE, DAVE);
  await show(page, recoveryCodes[3]);
  const setUp = page.locator('form').filter({ has: page.getByRole('button', { name: 'Set up a new device' }) });
  await expectAlive(setUp, 'submit');
  await page.getByRole('button', { name: 'Set up a new device' }).click();
  await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  await expectNoViolations(page);
  const secret = (await page.locator('code.secret').textContent()) ?? '';
  const use = async (code: string) => {
    await page.getByLabel('Code', { exact: true }).fill(code);
    await page.getByRole('button', { name: 'Use the new device' }).click();
  };
  await use('no code');
  await expect(page.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/This code isn’t right/);
  await use(oneTimeCode(secret));
  await expect(page.getByText('The new device is in use')).toBeVisible();
  await expect(page.locator('code.secret')).toHaveCount(0);
  await other.reload();
  await expect(other.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await context.close();

  await signOut(page);
  await signIn(page, '/account', DAVE);
  await expect(page.getByRole('heading', { name: 'Second factor', level: 1 })).toBeVisible();
  await show(page, oneTimeCode(secret, 1));
  await expect(page).toHaveURL('/account');
});

test.describe('on a phone', () => {
  test.use(PHONE);

  test('it is removed, and nothing is wider than the screen while another is set up', async ({ page }) => {
    await signIn(page, PAGE, DAVE);
    await show(page, recoveryCodes[4]);
    await page.getByRole('button', { name: 'Remove the second factor' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove it' }).click();
    await begin(page);
    const surplus = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(surplus)).toBe(0);
    await page.context().clearCookies();
    await signIn(page, '/account', DAVE);
    await expect(page).toHaveURL('/account');
  });
});
