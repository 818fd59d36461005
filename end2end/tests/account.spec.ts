// One's own account. Carol changes her password here and changes it back.
import type { Page } from '@playwright/test';
import { SIGNED_OUT, expect, expectAlive, password, signIn, test } from '../support/fixtures';

const CAROL = 'carol@example.com';
const NEW = 'walnut tree garden';

test.describe.configure({ mode: 'serial' });
test.use({ storageState: SIGNED_OUT });

async function openAccount(page: Page): Promise<void> {
  await signIn(page, '/account', CAROL);
  await expect(page.getByRole('heading', { name: 'Your account', level: 1 })).toBeVisible();
  await expectAlive(page.locator('form').filter({ has: page.getByLabel('New password') }), 'submit');
}

async function change(page: Page, current: string, next: string): Promise<void> {
  await page.getByLabel('Current password').fill(current);
  await page.getByLabel('New password').fill(next);
  await page.getByRole('button', { name: 'Change the password' }).click();
}

test('the password is changed, and the other sessions end with it', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/status of 422/);
  const context = await browser.newContext({ baseURL, storageState: SIGNED_OUT });
  const other = await context.newPage();
  await signIn(other, '/account', CAROL);
  await expect(other.getByRole('heading', { name: 'Your account', level: 1 })).toBeVisible();
  await openAccount(page);

  await change(page, 'not-the-password', NEW);
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription('This isn’t your password.');
  await change(page, password(), 'trustno1');
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/one of the passwords that are tried first/);
  await change(page, password(), NEW);
  await expect(page.getByText('The password is changed')).toBeVisible();
  await expect(page.getByLabel('New password'), 'nothing stays in the form').toHaveValue('');
  await other.reload();
  await expect(other.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await context.close();

  await change(page, NEW, password());
  await expect(page.getByLabel('New password')).toHaveValue('');
});

test('sessions are listed with their browsers, and ended one by one', async ({ page, browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, storageState: SIGNED_OUT });
  const other = await context.newPage();
  await signIn(other, '/account', CAROL);
  await expect(other.getByText('This one', { exact: true })).toBeVisible();
  await openAccount(page);
  const rows = page.getByRole('row', { name: /Chrome on Linux/ });
  await expect(rows).not.toHaveCount(0);
  const before = await rows.count();
  expect(before, 'this browser and the other').toBeGreaterThan(1);
  await page.getByRole('button', { name: 'End all others' }).click();
  const question = page.getByRole('alertdialog', { name: 'End all your other sessions?' });
  await question.getByRole('button', { name: 'Leave it' }).click();
  await expect(question).toBeHidden();
  await page.reload();
  await expect(rows, 'nothing happened').toHaveCount(before);
  await page.getByRole('button', { name: 'End all others' }).click();
  await question.getByRole('button', { name: 'End them' }).click();
  await expect(question).toBeHidden();
  await expect(rows).toHaveCount(1);
  await other.reload();
  await expect(other.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();

  await signIn(other, '/account', CAROL);
  await expect(other.getByText('This one', { exact: true })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'End the session of Chrome on Linux' }).click();
  await expect(rows).toHaveCount(1);
  await context.close();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a wrong current password is told beside its field', async ({ page }) => {
    await signIn(page, '/account', CAROL);
    await change(page, 'not-the-password', NEW);
    await expect(page.getByLabel('Current password')).toHaveAccessibleDescription('This isn’t your password.');
  });
});
