// The same pages in a browser that runs no scripts: links go, buttons send forms.
import {
  MONTHS,
  WHOLE,
  YEAR_2011,
  address,
  expectCountries,
  expectHeadline,
  expectSales,
  figure,
  table,
} from '../support/dashboard';
import { EMAIL, SIGNED_OUT, expect, password, signIn, test } from '../support/fixtures';
import { grouped, pounds } from '../support/reference';

test.use({ javaScriptEnabled: false });

test.describe('signing in', () => {
  test.use({ storageState: SIGNED_OUT });

  test('leads to where one was going', async ({ page }) => {
    await signIn(page, '/?period=year');
    await expect(page).toHaveURL('/?period=year');
    await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  });

  test('with a wrong password is refused, the address stays', async ({ page }) => {
    await page.goto('/?period=year');
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Password').fill('not-the-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
    await expect(page.getByRole('alert')).toContainText('don’t match');
    await expect(page.getByLabel('E-mail')).toHaveValue(EMAIL);
    await expect(page.getByLabel('Password')).toHaveValue('');

    await page.getByLabel('Password').fill(password());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page, 'the second try leads there, too').toHaveURL('/?period=year');
  });

  test('with a malformed address is told beside the field', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill('ann.example.com');
    await page.getByLabel('Password').fill('x');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const email = page.getByLabel('E-mail');
    await expect(email).toHaveAccessibleDescription('Enter an e-mail address such as name@example.com.');
    await expect(email).toHaveAttribute('aria-invalid', 'true');
    await expect(email).toHaveValue('ann.example.com');
  });

  test('can be undone by signing out', async ({ page }) => {
    await signIn(page);
    await page.getByLabel('Account of Demo Owner').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL('/sign-in');
    await page.goto('/');
    await expect(page).toHaveURL('/sign-in');
  });
});

test('the dashboard shows its figures', async ({ page, reference }) => {
  await page.goto(address(WHOLE));
  await expect(figure(page, 'Revenue')).toHaveText('£9,747,747.93');
  await expectHeadline(page, reference, WHOLE);
  await expectCountries(page, reference, WHOLE);
});

test('the table stands in the chart’s place', async ({ page, reference }) => {
  await page.goto(address(WHOLE));
  await expect(page.locator('figure')).toBeHidden();
  const cells = MONTHS.flatMap(({ label, span }) => {
    return [label, grouped(reference.sales(span).count), pounds(reference.revenue(span)), pounds(0)];
  });
  await expect(table(page, /^Revenue by month/)).toBeVisible();
  await expect(page.getByRole('table', { name: /^Revenue by month/ }).locator('tbody td')).toHaveText(cells);
});

test('what only scripts can do isn’t offered', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  await expect(page.locator('#open-palette')).toBeHidden();
});

test('periods and channels are links', async ({ page, reference }) => {
  await page.goto(address(WHOLE));
  await page.getByText('All channels').first().click();
  await page.getByRole('link', { name: 'Store' }).click();
  await expect(page).toHaveURL(address(WHOLE, { channel: 'store' }));
  await expectSales(page, reference, WHOLE, 'store');
  await page.getByRole('link', { name: '7 days' }).click();
  await expect(page).toHaveURL('/?period=7d&channel=store');
  await expect(figure(page, 'Revenue')).toHaveText('£0.00');
  await page.goBack();
  await expectSales(page, reference, WHOLE, 'store');
});

test('days of one’s own, and what is wrong with them', async ({ page, reference }) => {
  await page.goto(address(WHOLE));
  await page.getByLabel('From').fill(YEAR_2011.from);
  await page.getByLabel('To', { exact: true }).fill(YEAR_2011.to);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(address(YEAR_2011));
  await expectHeadline(page, reference, YEAR_2011);

  await page.getByLabel('From').fill(YEAR_2011.to);
  await page.getByLabel('To', { exact: true }).fill(YEAR_2011.from);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByLabel('From')).toHaveAccessibleDescription('The last day is before the first: swap them.');
  await expect(page.getByLabel('From')).toHaveValue(YEAR_2011.to);
  await expect(page.getByLabel('To', { exact: true })).toHaveValue(YEAR_2011.from);
});

test('the theme is chosen by a form, and one stays where one was', async ({ page }) => {
  await page.goto('/?period=year');
  await page.getByLabel('Account of Demo Owner').click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page).toHaveURL('/?period=year');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the side bar is collapsed and expanded by a form', async ({ page }) => {
  await page.goto('/');
  const collapse = page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: /collapse/i });
  await collapse.click();
  await expect(page.locator('html')).toHaveAttribute('data-sidebar', 'collapsed');
  await collapse.click();
  await expect(page.locator('html')).not.toHaveAttribute('data-sidebar', 'collapsed');
});

test('an address that leads nowhere says so', async ({ page, problems }) => {
  problems.allow(/status of 404/);
  const response = await page.goto('/nowhere');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'This page doesn’t exist' })).toBeVisible();
});
