// Who works here, what they may do, and what is kept of it. In a business of its own, which these tests change one after the other.
import type { Page } from '@playwright/test';
import { PHONE, SIGNED_OUT, expect, expectFrameAlive, signIn, test } from '../support/fixtures';

const ANN = 'ann@example.com';
const BOB = 'bob@example.com';

test.describe.configure({ mode: 'serial' });
test.use({ storageState: SIGNED_OUT });

async function openBob(page: Page): Promise<void> {
  await page.goto('/staff');
  await page.getByRole('link', { name: 'Bob Seller' }).click();
  await expect(page.getByRole('heading', { name: 'Bob Seller', level: 1 })).toBeVisible();
}

async function giveRole(page: Page, role: string): Promise<void> {
  await page.getByLabel('Role').selectOption({ label: role });
  await page.getByRole('button', { name: 'Change the role' }).click();
  await expect(page.locator('dl')).toContainText(role);
}

test('who may not open a page doesn’t see it in the menu, and is told why where they go all the same', async ({
  page,
  problems,
}) => {
  problems.allow(/status of 403/);
  await signIn(page, '/staff', BOB);
  await expect(page.getByText('This is not open to you')).toBeVisible();
  await expect(page.getByText('doesn’t include the permission staff:read')).toBeVisible();
  await expectFrameAlive(page);
  const menu = page.getByRole('navigation', { name: 'Main' });
  await expect(menu.getByRole('link', { name: 'Components' })).toBeVisible();
  for (const name of ['Dashboard', 'Staff', 'Roles', 'Audit log']) {
    await expect(menu.getByRole('link', { name, exact: true })).toHaveCount(0);
  }
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog').getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await menu.getByRole('link', { name: 'Corner shop' }).click();
  await expect(page, 'the name of the business leads to where one begins').toHaveURL('/account');
  await expect(page.getByRole('heading', { name: 'Your account', level: 1 })).toBeVisible();
});

test('another role opens at once what it includes', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/status of 403/);
  await signIn(page, '/staff', ANN);
  const context = await browser.newContext({ baseURL, storageState: SIGNED_OUT });
  const bob = await context.newPage();
  await signIn(bob, '/', BOB);
  await expect(bob, 'there is a page to begin at').toHaveURL('/account');
  await bob.goto('/?period=7d');
  await expect(bob.getByText('This is not open to you')).toBeVisible();

  await openBob(page);
  await giveRole(page, 'Manager');
  await bob.reload();
  await expect(bob.getByText('This is not open to you')).toBeHidden();
  await expect(bob.getByRole('link', { name: 'Audit log' })).toBeVisible();

  await page.goto('/audit');
  await expect(page.getByRole('row', { name: /Ann Owner Changed somebody’s role: role from Sales to Manager bob@example.com/ })).toBeVisible();
  await context.close();
});

test('who is suspended is out, and comes back when they are let in', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/status of 422/);
  await signIn(page, '/staff', ANN);
  const context = await browser.newContext({ baseURL, storageState: SIGNED_OUT });
  const bob = await context.newPage();
  await signIn(bob, '/', BOB);
  await expect(bob.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();

  await openBob(page);
  await page.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('Suspended: this person can’t sign in.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Let them in again' }), 'what undoes it').toBeFocused();
  await bob.reload();
  await expect(bob.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await signIn(bob, '/', BOB);
  await expect(bob.getByRole('alert')).toContainText('don’t match');

  await page.getByRole('button', { name: 'Let them in again' }).click();
  await expect(page.getByRole('button', { name: 'Suspend' })).toBeVisible();
  await signIn(bob, '/', BOB);
  await expect(bob.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  await context.close();
});

test('the last owner stays one, and nobody changes themselves', async ({ page }) => {
  await signIn(page, '/staff', ANN);
  await page.getByRole('link', { name: 'Ann Owner' }).click();
  await expect(page.getByText('Your own role and access are changed by somebody else who may.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Suspend' })).toHaveCount(0);
});

test('the log is searched by its filters, and taken away as a file', async ({ page }) => {
  await signIn(page, '/audit', ANN);
  await page.getByLabel('What').selectOption({ label: 'Changed somebody’s role' });
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/action=member.role_changed/);
  await expect(page.getByRole('row')).toHaveCount(2);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export as CSV' }).click();
  expect((await download).suggestedFilename()).toBe('audit-log.csv');
});

test('a filter that can’t be read is named beside its field', async ({ page, problems }) => {
  problems.allow(/status of 400/);
  await signIn(page, '/audit', ANN);
  await expect(page.getByRole('heading', { name: 'Audit log', level: 1 })).toBeVisible();
  const response = await page.goto('/audit?from=31.12.2026&action=member.role_changed');
  expect(response?.status()).toBe(400);
  await expect(page.getByLabel('From')).toHaveAccessibleDescription(/“From” can’t be "31.12.2026"/);
  await expect(page.getByLabel('What')).toHaveValue('member.role_changed');
  await expect(page.getByRole('table')).toHaveCount(0);
  await page.getByRole('link', { name: 'Show everything' }).click();
  await expect(page).toHaveURL('/audit');
  await expect(page.getByRole('table')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a role is changed, and sessions are ended', async ({ page }) => {
    await signIn(page, '/staff', ANN);
    await openBob(page);
    await giveRole(page, 'Sales');
    await page.getByRole('button', { name: 'End all sessions' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End them' }).click();
    await expect(page.locator('dl')).toContainText('Signed out');
    await page.goto('/audit?action=session.ended');
    await expect(page.getByRole('cell', { name: BOB })).toBeVisible();
  });
});

test.describe('on a phone', () => {
  test.use(PHONE);

  test('nothing is wider than the screen', async ({ page }) => {
    await signIn(page, '/staff', ANN);
    await expect(page.getByRole('heading', { name: 'Staff', level: 1 })).toBeVisible();
    for (const address of ['/staff', '/roles', '/roles/new', '/api-keys', '/audit', '/account']) {
      await page.goto(address);
      await expectFrameAlive(page);
      const surplus = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(surplus), address).toBe(0);
    }
  });
});
