// Roles of a business's own.
import type { Page } from '@playwright/test';
import { SIGNED_OUT, expect, expectAlive, signIn, test } from '../support/fixtures';

const ANN = 'ann@example.com';

test.describe.configure({ mode: 'serial' });
test.use({ storageState: SIGNED_OUT });

async function openRoles(page: Page): Promise<void> {
  await signIn(page, '/roles', ANN);
  await expect(page.getByRole('heading', { name: 'Roles', level: 1 })).toBeVisible();
}

test('a role is made, changed and removed', async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await openRoles(page);
  await page.getByRole('link', { name: 'New role' }).click();
  await expect(page.getByRole('heading', { name: 'New role', level: 1 })).toBeVisible();
  await expectAlive(page.locator('form').filter({ has: page.getByLabel('Name') }), 'submit');
  await page.getByRole('checkbox', { name: 'See orders' }).check();
  await page.getByRole('button', { name: 'Save the role' }).click();
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription('Give a name.');
  await page.getByLabel('Name').fill('Night shift');
  await page.getByRole('button', { name: 'Save the role' }).click();
  await expect(page.getByRole('heading', { name: 'Night shift', level: 1 })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'See orders' })).toBeChecked();

  await page.getByRole('checkbox', { name: 'See stock and its movements' }).check();
  await page.getByLabel('Name').fill('Late shift');
  await page.getByRole('button', { name: 'Save the role' }).click();
  await expect(page.getByRole('heading', { name: 'Late shift', level: 1 })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('checkbox', { name: 'See stock and its movements' })).toBeChecked();

  await page.getByRole('button', { name: 'Remove the role' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove the role?' });
  await question.getByRole('button', { name: 'Leave it' }).click();
  await expect(question).toBeHidden();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Late shift', level: 1 }), 'nothing happened').toBeVisible();
  await page.getByRole('button', { name: 'Remove the role' }).click();
  await question.getByRole('button', { name: 'Remove it' }).click();
  await expect(page).toHaveURL('/roles');
  await expect(page.getByRole('link', { name: 'Late shift' })).toHaveCount(0);
});

test('a role that comes with the program is shown, and copied', async ({ page }) => {
  await openRoles(page);
  await page.getByRole('link', { name: 'Warehouse' }).click();
  await expect(page.getByText('Comes with the program and stays as it is.')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Receive, move and count stock' })).toBeVisible();
  await page.getByRole('link', { name: 'Make a new one like it' }).click();
  await expect(page.getByRole('checkbox', { name: 'Receive, move and count stock' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Take payments' })).not.toBeChecked();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('what is wrong is told beside the field, and what was chosen stays', async ({ page }) => {
    await openRoles(page);
    await page.getByRole('link', { name: 'New role' }).click();
    await page.getByRole('checkbox', { name: 'Give refunds' }).check();
    await page.getByLabel('Name').fill('Manager');
    await page.getByRole('button', { name: 'Save the role' }).click();
    await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/Another role has this name/);
    await expect(page.getByLabel('Name')).toHaveValue('Manager');
    await expect(page.getByRole('checkbox', { name: 'Give refunds' })).toBeChecked();
  });
});
