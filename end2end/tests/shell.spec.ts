import { WHOLE, address, figure, rows, table } from '../support/dashboard';
import { EMAIL, PHONE, SIGNED_OUT, expect, expectAlive, expectFrameAlive, password, test } from '../support/fixtures';

const PALETTE = { name: 'Search or jump to' };

test.describe('the palette', () => {
  test('opens by Ctrl-K, filters, and goes', async ({ page }) => {
    await page.goto('/');
    await expectFrameAlive(page);
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', PALETTE);
    const search = palette.getByRole('combobox');
    await expect(search).toBeFocused();
    await expect(palette.getByRole('option')).toHaveCount(7);

    await page.keyboard.type('comp');
    await expect(palette.getByRole('option')).toHaveCount(1);
    await expect(palette.getByRole('option', { name: 'Components' })).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/ui');
    await expect(page.getByRole('heading', { name: 'Components', level: 1 })).toBeVisible();
    await expect(palette).toBeHidden();
  });

  test('moves by arrows, and says when nothing has that name', async ({ page }) => {
    await page.goto('/ui');
    await expectFrameAlive(page);
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', PALETTE);
    await expect(palette.getByRole('option', { name: 'Dashboard' })).toHaveAttribute('aria-selected', 'true');
    for (const name of ['Staff', 'Roles', 'API keys', 'Mail', 'Audit log', 'Components', 'Dashboard']) {
      await page.keyboard.press('ArrowDown');
      await expect(palette.getByRole('option', { name })).toHaveAttribute('aria-selected', 'true');
    }
    await page.keyboard.type('zzz');
    await expect(palette.getByText('Nothing has that name.')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/ui');
  });

  test('closes by Escape, and the focus returns where it came from', async ({ page }) => {
    await page.goto('/');
    await expectFrameAlive(page);
    const search = page.getByRole('button', { name: 'Search or jump to' });
    await search.click();
    const palette = page.getByRole('dialog', PALETTE);
    await expect(palette).toBeVisible();
    await page.keyboard.type('comp');
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
    await expect(search).toBeFocused();

    const period = page.getByRole('link', { name: 'Quarter' });
    await period.focus();
    await page.keyboard.press('Control+k');
    await expect(palette.getByRole('combobox'), 'it begins anew').toHaveValue('');
    await page.keyboard.press('Escape');
    await expect(period).toBeFocused();
  });
});

test('g and a letter go to a page, ? shows the keys, / searches', async ({ page }) => {
  await page.goto('/ui');
  await expectFrameAlive(page);
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toBeVisible();
  await expect(help).toContainText('Show this list');
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();

  await page.keyboard.press('/');
  await expect(page.getByRole('dialog', PALETTE)).toBeVisible();
});

test('keys are letters where somebody types', async ({ page }) => {
  await page.goto('/ui');
  await expectFrameAlive(page);
  await page.getByRole('main').getByRole('textbox').first().focus();
  await page.keyboard.type('gd?');
  await expect(page).toHaveURL('/ui');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('the side bar shows where one is', async ({ page }) => {
  await page.goto('/');
  await expectFrameAlive(page);
  const main = page.getByRole('navigation', { name: 'Main' });
  await expect(main.getByRole('link', { name: 'Dashboard' })).toHaveAttribute('aria-current', 'page');
  await main.getByRole('link', { name: 'Components' }).click();
  await expect(page).toHaveURL('/ui');
  await expect(page).toHaveTitle('Components · Tradepost');
  await expect(main.getByRole('link', { name: 'Components' })).toHaveAttribute('aria-current', 'page');
  await expect(main.getByRole('link', { name: 'Dashboard' })).not.toHaveAttribute('aria-current');
});

test('the dark theme stays, and is there with the first paint', async ({ page }) => {
  await page.goto('/');
  await expectFrameAlive(page);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByLabel('Account of Demo Owner').click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect.poll(background).not.toBe(light);

  const markup = await (await page.request.get('/')).text();
  expect(/<html[^>]*>/.exec(markup)?.[0]).toContain('data-theme="dark"');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await background()).not.toBe(light);
  await expectFrameAlive(page);
  await page.getByLabel('Account of Demo Owner').click();
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Light' }).click();
  await expect.poll(background, 'the choice wins over the system').toBe(light);
});

test('the theme follows the system until somebody chooses', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(background).not.toBe(dark);
});

test('the side bar stays collapsed', async ({ page }) => {
  await page.goto('/');
  await expectFrameAlive(page);
  const bar = page.getByRole('navigation', { name: 'Main' });
  const width = async () => (await bar.boundingBox())?.width ?? 0;
  const whole = await width();
  expect(whole).toBe(232);
  await expectAlive(bar.locator('form'), 'submit');
  await bar.getByRole('button', { name: 'Collapse' }).click();
  await expect.poll(width).toBeLessThan(whole / 2);
  const markup = await (await page.request.get('/')).text();
  expect(/<html[^>]*>/.exec(markup)?.[0]).toContain('data-sidebar="collapsed"');
  await page.reload();
  await expect.poll(width).toBeLessThan(whole / 2);
  await expect(bar.getByRole('link', { name: 'Dashboard' })).toBeVisible();
  await expectFrameAlive(page);
  await expectAlive(bar.locator('form'), 'submit');
  await bar.getByRole('button', { name: /collapse/i }).click();
  await expect.poll(width).toBe(whole);
});

test('menus close by Escape, by a click elsewhere, and after a choice', async ({ page }) => {
  await page.goto('/');
  await expectFrameAlive(page);
  const account = page.getByLabel('Account of Demo Owner');
  const entry = page.getByText('owner@demo.tradepost');
  await account.click();
  await expect(entry).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(entry).toBeHidden();
  await expect(account).toBeFocused();
  await account.click();
  await expect(entry).toBeVisible();
  await page.getByRole('heading', { name: 'Dashboard', level: 1 }).click();
  await expect(entry).toBeHidden();
});

test('an address that leads nowhere is answered with 404 and a request id', async ({ page, problems }) => {
  problems.allow(/status of 404/);
  const response = await page.goto('/nowhere/at-all?x=1');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'This page doesn’t exist' })).toBeVisible();
  await expect(page).toHaveTitle('Page not found · Tradepost');
  await expect(page.getByRole('main')).toContainText(response?.headers()['x-request-id'] ?? 'no request id');
  await page.getByRole('link', { name: 'Go to the start' }).click();
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use(PHONE);

  for (const path of ['/', address(WHOLE), '/?period=custom&from=x&to=y', '/ui', '/nowhere']) {
    test(`nothing scrolls sideways: ${path}`, async ({ page, problems }) => {
      problems.allow(/status of 404/);
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByRole('main')).not.toBeEmpty();
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    });
  }

  test('the menu opens the sheet, from which one goes', async ({ page }) => {
    await page.goto('/');
    await expectFrameAlive(page);
    const bar = page.locator('#sidebar');
    await expect(bar).toBeHidden();
    await page.getByRole('button', { name: 'Menu' }).click();
    await expect(bar).toBeVisible();
    await bar.getByRole('link', { name: 'Components' }).click();
    await expect(page).toHaveURL('/ui');
    await expect(bar).toBeHidden();
  });

  test('tables keep the figures that matter in sight', async ({ page }) => {
    await page.goto(address(WHOLE));
    await expect(figure(page, 'Revenue')).toHaveText('£9,747,747.93');
    for (const [caption, lastColumn] of [
      ['Top products', 2],
      ['Latest orders', 4],
      ['Revenue by category', 2],
      ['Revenue by country', 2],
      ['Low stock', 2],
    ] as const) {
      const listing = table(page, new RegExp(`^${caption}`));
      const count = (await rows(listing)).length;
      expect(count, caption).toBeGreaterThan(0);
      for (let row = 0; row < count; row += 1) {
        const cells = listing.locator('tbody tr').nth(row).locator('td');
        for (const cell of [cells.first(), cells.nth(lastColumn)]) {
          const box = await cell.boundingBox();
          expect(box, `${caption}, row ${row}`).not.toBeNull();
          expect(box?.x ?? -1).toBeGreaterThanOrEqual(0);
          expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
        }
      }
    }
  });

  test('the chart’s table can be opened and read', async ({ page }) => {
    await page.goto(address(WHOLE));
    await page.getByText('Show the figures as a table').click();
    const figures = page.getByRole('table', { name: /^Revenue by month/ });
    await expect(figures).toBeVisible();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test('the sign-in page fits', async ({ page, context }) => {
    await context.clearCookies();
    await page.goto('/sign-in');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

test('the first stop of the Tab key skips to the content', async ({ page }) => {
  await page.goto('/');
  await expectFrameAlive(page);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('group', { name: 'Period' }).getByRole('link', { name: 'Today' })).toBeFocused();
});

test.describe('by keyboard only', () => {
  test.use({ storageState: SIGNED_OUT });

  test('from signing in to another period', async ({ page }) => {
    await page.goto('/sign-in');
    await expect(page.getByLabel('E-mail')).toBeFocused();
    await page.keyboard.type(EMAIL);
    await page.keyboard.press('Tab');
    await expect(page.getByLabel('Password')).toBeFocused();
    await page.keyboard.type(password());
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
    await expectFrameAlive(page);

    const year = page.getByRole('group', { name: 'Period' }).getByRole('link', { name: 'Year' });
    const isThere = () => year.evaluate((link) => link === document.activeElement);
    for (let stop = 0; stop < 25 && !(await isThere()); stop += 1) {
      await page.keyboard.press('Tab');
    }
    await expect(year).toBeFocused();
    const outline = await year.evaluate((link) => getComputedStyle(link).outlineStyle);
    expect(outline, 'the focus can be seen').toBe('solid');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/?period=year');
    await expect(year).toHaveAttribute('aria-current', 'true');
  });
});

test('the head of a page names all code that the page loads', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('/');
  const links = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').all();
  const addresses = await Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? ''));
  for (const address of [...addresses, '/account']) {
    const loaded = new Set<string>();
    page.on('request', (request) => loaded.add(new URL(request.url()).pathname));
    await page.goto(address);
    // What brings the page to life has come by then.
    await expectFrameAlive(page);
    const named = await page.locator('head link[as="fetch"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect([...loaded].filter(isCode).sort(), address).toEqual(named.sort());
    page.removeAllListeners('request');
  }
});

function isCode(path: string): boolean {
  return path.endsWith('.wasm');
}

test('a page whose code can’t be had comes as it would without scripts', async ({ page, problems }) => {
  problems.allow(/administration|TypeError: Failed to fetch/);
  await page.goto('/');
  await expectFrameAlive(page);
  let refused = 0;
  await page.route('**/*administration*', (route) => {
    refused += 1;
    return route.abort();
  });
  await page.getByRole('link', { name: 'Staff', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Staff', level: 1 })).toBeVisible();
  await expect(page).toHaveURL('/staff');
  await expect(page.getByRole('table', { name: 'Everybody who works here' })).toBeVisible();
  expect(refused).toBeGreaterThan(0);
});

test('a page that was loaded without its code leaves links to the browser', async ({ page, problems }) => {
  problems.allow(/dashboard|TypeError|status of 404/);
  await page.route('**/split_dashboard*', (route) => route.fulfill({ status: 404 }));
  const missing = page.waitForResponse((response) => response.status() === 404);
  await page.goto('/');
  await missing;
  await expect(async () => {
    await page.getByRole('link', { name: 'Staff', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Staff', level: 1 })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expectFrameAlive(page);
});

test('a page whose code is long on its way says so', async ({ page }) => {
  await page.goto('/');
  await expectFrameAlive(page);
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/split_administration*', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Staff', exact: true }).click();
  await expect(page.locator('body')).toHaveAttribute('aria-busy', 'true');
  arrive();
  await expect(page.getByRole('heading', { name: 'Staff', level: 1 })).toBeVisible();
  await expect(page.locator('body')).not.toHaveAttribute('aria-busy');
});
