// From nothing to a business with two people in it: registration, invitation, a forgotten password. No mail server is set here, so links
// are read in the mail log, as the owner of such a server would pass them on.
import type { Page } from '@playwright/test';
import { PHONE, SIGNED_OUT, expect, expectAlive, somebodyElse, test } from '../support/fixtures';

const ZOE = 'zoe@example.com';
const YVES = 'yves@example.com';
const PASSWORD = 'walnut tree garden';
const OTHER_PASSWORD = 'a boat on the river';

test.describe.configure({ mode: 'serial' });
test.use({ storageState: SIGNED_OUT });

async function enter(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await expectAlive(page.locator('form'), 'submit');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The path of the link in the latest mail to somebody. */
async function linkIn(page: Page, recipient: string): Promise<string> {
  await page.goto('/mail');
  const row = page.getByRole('row').filter({ hasText: recipient }).first();
  await row.getByText('Read it').click();
  const text = (await row.locator('pre').textContent()) ?? '';
  const link = /^http\S+$/m.exec(text)?.[0] ?? '';
  const { pathname, search } = new URL(link);
  return pathname + search;
}

test('a business is opened, and its owner stands before its dashboard', async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Open a business' }).click();
  await expect(page.getByRole('heading', { name: 'Open a business', level: 1 })).toBeVisible();
  await expectAlive(page.locator('form'), 'submit');
  await page.getByLabel('Name of the business').fill('Harbour books');
  await page.getByLabel('Currency').selectOption('SEK');
  await page.getByLabel('Time zone').selectOption('Europe/Stockholm');
  await page.getByLabel('Your e-mail').fill('zoe');
  await page.getByRole('button', { name: 'Open the business' }).click();
  await expect(page.getByLabel('Your name')).toHaveAccessibleDescription('Give a name.');
  await expect(page.getByLabel('Your name')).toBeFocused();
  await expect(page.getByLabel('Your e-mail')).toHaveAccessibleDescription(/Enter an e-mail address such as/);
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/Enter your password/);
  await expect(page.getByLabel('Name of the business'), 'what was typed stays').toHaveValue('Harbour books');
  await page.getByLabel('Your name').fill('Zoë Owner');
  await page.getByLabel('Your e-mail').fill(ZOE);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Open the business' }).click();
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toContainText('Harbour books');
  await page.reload();
  await expect(page.getByText('No orders yet')).toBeVisible();
});

test('somebody is invited, joins by the link, and sees what their role opens', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/status of (404|422)/);
  await enter(page, ZOE, PASSWORD);
  await page.getByRole('link', { name: 'Staff', exact: true }).click();
  await page.getByRole('link', { name: 'Invite somebody' }).click();
  const invite = page.locator('main form');
  await expectAlive(invite, 'submit');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription('Enter the e-mail address.');
  await page.getByLabel('E-mail').fill(YVES);
  await page.getByLabel('Role').selectOption({ label: 'Auditor' });
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(page).toHaveURL('/staff');
  await expect(page.getByRole('table', { name: 'Who was asked to join' })).toContainText(YVES);
  const link = await linkIn(page, YVES);

  const yves = await somebodyElse(browser, baseURL);
  await yves.goto(link);
  await expect(yves.getByText('Zoë Owner invites you to work for Harbour books, as Auditor.')).toBeVisible();
  await expectAlive(yves.locator('form'), 'submit');
  await yves.getByLabel('Your name').fill('Yves Reader');
  await yves.getByLabel('Password').fill('password');
  await yves.getByRole('button', { name: 'Join Harbour books' }).click();
  await expect(yves.getByLabel('Password')).toHaveAccessibleDescription(/one of the passwords that are tried first/);
  await yves.getByLabel('Password').fill(OTHER_PASSWORD);
  await yves.getByRole('button', { name: 'Join Harbour books' }).click();
  await expect(yves.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  await yves.goto('/staff');
  await expect(yves.getByRole('link', { name: 'Invite somebody' })).toHaveCount(0);
  await yves.goto('/mail');
  await expect(yves.getByRole('row').filter({ hasText: YVES })).toBeVisible();
  await expect(yves.getByText('Read it', { exact: true }), 'who may not invite is shown no link').toHaveCount(0);
  await expect(yves.getByText('Only somebody who looks after the staff')).toBeVisible();
  await yves.context().close();

  const again = await somebodyElse(browser, baseURL);
  await again.goto(link);
  await expect(again.getByText('This link isn’t valid any more')).toBeVisible();
  await again.context().close();
});

test('an invitation is taken back', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/status of 404/);
  await enter(page, ZOE, PASSWORD);
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  await page.goto('/staff/invite');
  await expectAlive(page.locator('main form'), 'submit');
  await page.getByLabel('E-mail').fill('xenia@example.com');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(page).toHaveURL('/staff');
  const link = await linkIn(page, 'xenia@example.com');
  await page.goto('/staff');
  await page.getByRole('button', { name: 'Take back the invitation of xenia@example.com' }).click();
  await expect(page.getByText('xenia@example.com')).toHaveCount(0);
  const xenia = await somebodyElse(browser, baseURL);
  await xenia.goto(link);
  await expect(xenia.getByText('This link isn’t valid any more')).toBeVisible();
  await xenia.context().close();
});

test('a forgotten password is replaced', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/status of 404/);
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await expectAlive(page.locator('form'), 'submit');
  await page.getByLabel('E-mail').fill(YVES);
  await expect(page.getByText('No mail is sent from here')).toBeVisible();
  await page.getByRole('button', { name: 'Make the link' }).click();
  await expect(page.getByText('If this address has an account, its link stands in the mail list')).toBeVisible();

  const zoe = await somebodyElse(browser, baseURL);
  await enter(zoe, ZOE, PASSWORD);
  await expect(zoe.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  const link = await linkIn(zoe, YVES);
  expect(link).toContain('/reset-password?token=');
  await zoe.context().close();

  await page.goto(link);
  await expectAlive(page.locator('form'), 'submit');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page).toHaveURL('/sign-in?changed');
  await expect(page.getByText('The password is changed.')).toBeVisible();
  await enter(page, YVES, PASSWORD);
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the form says what is wrong and keeps what was typed', async ({ page }) => {
    await page.goto('/register');
    await page.getByLabel('Name of the business').fill('Harbour books');
    await page.getByLabel('Your e-mail').fill('zoe');
    await page.getByRole('button', { name: 'Open the business' }).click();
    await expect(page.getByLabel('Your name')).toHaveAccessibleDescription('Give a name.');
    await expect(page.getByLabel('Name of the business')).toHaveValue('Harbour books');
  });
});

test.describe('on a phone', () => {
  test.use(PHONE);

  test('everything fits', async ({ page }) => {
    for (const address of ['/register', '/forgotten-password', '/sign-in']) {
      await page.goto(address);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wider, address).toBe(false);
    }
    await enter(page, ZOE, PASSWORD);
    await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
    for (const address of ['/staff', '/staff/invite', '/mail', '/account', '/api-keys']) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wider, address).toBe(false);
    }
  });
});
