// What can't be undone asks first. In the gallery, where nothing is destroyed.
import { expect, expectAlive, test } from '../support/fixtures';

test('a question takes the focus, is left by Escape, and gives the focus back', async ({ page }) => {
  await page.goto('/ui');
  const button = page.getByRole('button', { name: 'Ask before' });
  await expectAlive(button, 'click');
  const question = page.getByRole('alertdialog', { name: 'Delete the segment “Quiet customers”?' });
  await expect(question).toBeHidden();
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(question).toHaveAccessibleDescription(/This can’t be undone/);
  await expect(question.getByRole('button', { name: 'Leave it' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(button).toBeFocused();
});

test('what is copied is in the clipboard', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/ui');
  const copy = page.getByRole('button', { name: 'Copy the SKU' });
  await expectAlive(copy, 'click');
  await copy.click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('22423');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a question is asked all the same, and what only scripts can do isn’t offered', async ({ page }) => {
    await page.goto('/ui');
    await page.getByRole('button', { name: 'Ask before' }).click();
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: 'Leave it' }).click();
    await expect(question).toBeHidden();
    await page.getByRole('button', { name: 'Ask before' }).click();
    await question.getByRole('button', { name: 'Delete it' }).click();
    await expect(page, 'the form was sent').toHaveURL(/\/ui\?$/);
    await expect(page.getByRole('button', { name: 'Copy the SKU' })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Print', exact: true })).toBeHidden();
  });
});
