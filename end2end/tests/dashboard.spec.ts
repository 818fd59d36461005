import {
  MONTHS,
  SHARES_SHOWN,
  WHOLE,
  YEAR_2011,
  address,
  expectChanges,
  expectCountries,
  expectHeadline,
  expectSales,
  expectToAddUp,
  expectTopProducts,
  figure,
  isoDay,
  rows,
  table,
} from '../support/dashboard';
import { expect, expectFrameAlive, test } from '../support/fixtures';
import { grouped, penniesOf, pounds, type Channel, type Span } from '../support/reference';

const NOVEMBER: Span = { from: '2011-11-01', to: '2011-11-30' };
const CHANNELS: { channel: Channel; label: string }[] = [
  { channel: 'web', label: 'Web shop' },
  { channel: 'store', label: 'Store' },
  { channel: 'wholesale', label: 'Wholesale' },
  { channel: 'marketplace', label: 'Marketplace' },
];

test.describe('figures', () => {
  test('all of the data set', async ({ page, reference }) => {
    await page.goto(address(WHOLE));
    await expect(figure(page, 'Revenue')).toHaveText('£9,747,747.93');
    await expectHeadline(page, reference, WHOLE);
    await expectChanges(page, reference, WHOLE);
    await expectCountries(page, reference, WHOLE);
    await expectTopProducts(page, reference, WHOLE);
    await expectToAddUp(table(page, 'Revenue by category'), reference.revenue(WHOLE));
    await expect(page.getByText('1 Dec 2010 to 9 Dec 2011, against the 374 days before')).toBeVisible();
  });

  test('every month of the data set', async ({ page, reference }) => {
    await page.goto(address(WHOLE, { by: 'month' }));
    const cells = MONTHS.flatMap(({ label, span }) => {
      return [label, grouped(reference.sales(span).count), pounds(reference.revenue(span)), pounds(0)];
    });
    await expect(table(page, /^Revenue by month/).locator('tbody td')).toHaveText(cells);
  });

  test('every day of a month, beside the days before', async ({ page, reference }) => {
    await page.goto(address(NOVEMBER, { by: 'day' }));
    const cells = Array.from({ length: 30 }, (_, index) => {
      const now = isoDay(new Date(Date.UTC(2011, 10, 1 + index)));
      const then = isoDay(new Date(Date.UTC(2011, 9, 2 + index)));
      const day = { from: now, to: now };
      const amounts = [day, { from: then, to: then }].map((span) => pounds(reference.revenue(span)));
      return [`${index + 1} Nov`, grouped(reference.sales(day).count), ...amounts];
    }).flat();
    await expect(table(page, /^Revenue by day/).locator('tbody td')).toHaveText(cells);
  });

  test('weeks begin on Monday', async ({ page, reference }) => {
    const span = { from: '2011-10-03', to: '2011-10-30' };
    await page.goto(address(span, { by: 'week' }));
    const weeks = await rows(table(page, /^Revenue by week/));
    const expected = [3, 10, 17, 24].map((day) => {
      const week = { from: isoDay(new Date(Date.UTC(2011, 9, day))), to: isoDay(new Date(Date.UTC(2011, 9, day + 6))) };
      return [`${day} Oct`, grouped(reference.sales(week).count), pounds(reference.revenue(week))];
    });
    expect(weeks.map((cells) => cells.slice(0, 3))).toEqual(expected);
  });

  for (const { name, span } of [
    { name: 'the year 2011', span: YEAR_2011 },
    { name: 'November 2011', span: NOVEMBER },
    { name: 'one day', span: { from: '2011-12-09', to: '2011-12-09' } },
    { name: 'the first month, before which there was nothing', span: MONTHS[0].span },
  ]) {
    test(name, async ({ page, reference }) => {
      await page.goto(address(span));
      await expectHeadline(page, reference, span);
      await expectChanges(page, reference, span);
      await expectCountries(page, reference, span);
      await expectTopProducts(page, reference, span);
      await expectToAddUp(table(page, 'Revenue by category'), reference.revenue(span));
    });
  }

  test('channels are parts of the whole', async ({ page, reference }) => {
    let revenue = 0;
    for (const { channel } of CHANNELS) {
      await page.goto(address(WHOLE, { channel }));
      await expectSales(page, reference, WHOLE, channel);
      revenue += penniesOf(await figure(page, 'Revenue').innerText());
    }
    const whole = penniesOf(pounds(reference.revenue(WHOLE)));
    expect(Math.abs(revenue - whole)).toBeLessThanOrEqual(CHANNELS.length);
  });

  test('the latest orders are those of the data set', async ({ page, reference }) => {
    await page.goto('/');
    const shown = (await rows(table(page, 'Latest orders'))).map((cells) => ({ number: cells[0], amount: cells[4] }));
    const expected = reference.latest(shown.length);
    const byNumber = (a: { number: string }, b: { number: string }) => a.number.localeCompare(b.number);
    const amounts = expected.map(({ number, amount }) => ({ number, amount: pounds(amount) }));
    expect(shown.sort(byNumber)).toEqual(amounts.sort(byNumber));
    expect(shown).toHaveLength(SHARES_SHOWN);
  });
});

test.describe('choosing', () => {
  test('a period: the address and the figures change, and going back restores them', async ({ page, reference }) => {
    await page.goto(address(YEAR_2011));
    await expectFrameAlive(page);
    await expectHeadline(page, reference, YEAR_2011);
    const periods = page.getByRole('group', { name: 'Period' });
    await expect(periods.getByRole('link', { name: 'Custom' })).toHaveAttribute('aria-current', 'true');

    await periods.getByRole('link', { name: '7 days' }).click();
    await expect(page).toHaveURL('/?period=7d');
    await expect(figure(page, 'Revenue')).toHaveText('£0.00');
    await expect(periods.getByRole('link', { name: '7 days' })).toHaveAttribute('aria-current', 'true');
    await expect(periods.getByRole('link', { name: 'Custom' })).not.toHaveAttribute('aria-current');
    await expect(page.getByLabel('From')).toBeHidden();

    await page.goBack();
    await expect(page).toHaveURL(address(YEAR_2011));
    await expectHeadline(page, reference, YEAR_2011);
    await expect(page.getByLabel('From')).toHaveValue(YEAR_2011.from);

    await page.goForward();
    await expect(figure(page, 'Revenue')).toHaveText('£0.00');
    await page.reload();
    await expect(page).toHaveURL('/?period=7d');
    await expect(figure(page, 'Revenue')).toHaveText('£0.00');
  });

  test('while the figures are on their way, the old ones stand back', async ({ page }) => {
    await page.goto(address(NOVEMBER));
    await expectFrameAlive(page);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/dashboard*', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('group', { name: 'Period' }).getByRole('link', { name: '7 days' }).click();
    await expect(page.locator('.is-pending .grid-page')).toBeVisible();
    answer();
    await expect(page.locator('.is-pending')).toHaveCount(0);
    await expect(page).toHaveURL('/?period=7d');
  });

  test('every period by its link', async ({ page }) => {
    await page.goto('/');
    await expectFrameAlive(page);
    const periods = page.getByRole('group', { name: 'Period' });
    for (const [name, url] of [
      ['Today', '/?period=today'],
      ['7 days', '/?period=7d'],
      ['30 days', '/'],
      ['Quarter', '/?period=quarter'],
      ['Year', '/?period=year'],
    ]) {
      await periods.getByRole('link', { name }).click();
      await expect(page).toHaveURL(url);
      await expect(periods.getByRole('link', { name })).toHaveAttribute('aria-current', 'true');
    }
    await periods.getByRole('link', { name: 'Custom' }).click();
    await expect(page).toHaveURL(/period=custom&from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d/);
    await expect(page.getByLabel('From')).toHaveValue(/^\d{4}-\d\d-\d\d$/);
  });

  test('a channel: the period stays', async ({ page, reference }) => {
    await page.goto(address(WHOLE));
    await expectFrameAlive(page);
    await page.getByText('All channels').first().click();
    await page.getByRole('link', { name: 'Web shop' }).click();
    await expect(page).toHaveURL(address(WHOLE, { channel: 'web' }));
    await expectSales(page, reference, WHOLE, 'web');
    await page.getByRole('main').locator('summary', { hasText: 'Web shop' }).click();
    await page.getByRole('link', { name: 'All channels' }).click();
    await expect(page).toHaveURL(address(WHOLE));
    await expectHeadline(page, reference, WHOLE);
  });

  test('what a point of the chart stands for', async ({ page }) => {
    await page.goto(address(NOVEMBER));
    await expectFrameAlive(page);
    const points = page.getByRole('group', { name: 'One point per' });
    await expect(points.getByRole('link', { name: 'Day' })).toHaveAttribute('aria-current', 'true');
    await points.getByRole('link', { name: 'Week' }).click();
    await expect(page).toHaveURL(address(NOVEMBER, { by: 'week' }));
    await expect(table(page, /^Revenue by week/).locator('tbody tr')).toHaveCount(5);
    await points.getByRole('link', { name: 'Month' }).click();
    await expect(table(page, /^Revenue by month/).locator('tbody tr')).toHaveCount(1);
  });

  test('days of one’s own', async ({ page, reference }) => {
    await page.goto(address(WHOLE, { channel: 'store' }));
    await expectFrameAlive(page);
    await page.getByLabel('From').fill(NOVEMBER.from);
    await page.getByLabel('To', { exact: true }).fill(NOVEMBER.to);
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page).toHaveURL(
      ({ searchParams }) =>
        searchParams.get('from') === NOVEMBER.from &&
        searchParams.get('to') === NOVEMBER.to &&
        searchParams.get('channel') === 'store',
    );
    await expectSales(page, reference, NOVEMBER, 'store');
    await expect(page.getByLabel('From')).toHaveValue(NOVEMBER.from);
  });

  test('days in the wrong order: told beside the field, what was typed stays', async ({ page }) => {
    await page.goto(address(NOVEMBER));
    await expectFrameAlive(page);
    await page.getByLabel('From').fill('2011-11-30');
    await page.getByLabel('To', { exact: true }).fill('2011-11-01');
    await page.getByRole('button', { name: 'Show' }).click();
    const from = page.getByLabel('From');
    await expect(from).toHaveAccessibleDescription('The last day is before the first: swap them.');
    await expect(from).toHaveAttribute('aria-invalid', 'true');
    await expect(from).toHaveValue('2011-11-30');
    await expect(page.getByLabel('To', { exact: true })).toHaveValue('2011-11-01');
    await expect(from).toBeFocused();
  });

  test('a missing day is told beside the field', async ({ page }) => {
    await page.goto(address(NOVEMBER));
    await expectFrameAlive(page);
    await page.getByLabel('To', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page.getByLabel('From')).toHaveAccessibleDescription('Enter both dates, as year-month-day.');
    await expect(page.getByLabel('From')).toHaveValue(NOVEMBER.from);
  });

  for (const [what, query, message] of [
    ['no date', 'from=%3Cb%3E&to=2011-11-30', '"<b>" is no date: enter it as year-month-day, such as 2026-03-31.'],
    ['more than ten years', 'from=1950-01-01&to=2011-11-30', 'A report covers at most ten years: choose a shorter span.'],
    ['years out of reach', 'from=0001-01-01&to=2011-11-30', 'Choose dates between 1900 and 2200.'],
  ]) {
    test(`an address with ${what} is answered in words`, async ({ page }) => {
      const response = await page.goto(`/?period=custom&${query}`);
      expect(response?.status()).toBe(200);
      await expect(page.getByLabel('From')).toHaveAccessibleDescription(message);
      await expect(page.getByRole('heading', { name: 'Revenue', exact: true })).toBeVisible();
    });
  }

  test('words that nobody knows open the default', async ({ page }) => {
    await page.goto('/?period=fortnight&channel=pigeon&by=eon');
    const periods = page.getByRole('group', { name: 'Period' });
    await expect(periods.getByRole('link', { name: '30 days' })).toHaveAttribute('aria-current', 'true');
    await expect(figure(page, 'Revenue')).toHaveText('£0.00');
  });
});

test('a period without sales says so', async ({ page }) => {
  await page.goto('/?period=today');
  for (const label of ['Revenue', 'Average order']) {
    await expect(figure(page, label)).toHaveText('£0.00');
  }
  for (const label of ['Orders', 'New customers']) {
    await expect(figure(page, label)).toHaveText('0');
  }
  await expect(page.getByText('No product was sold in this period.')).toBeVisible();
  await expect(page.getByText('There was no revenue in this period.')).toHaveCount(2);
  await expect(page.getByText('Nothing to compare with')).toHaveCount(4);
});

test.describe('the chart', () => {
  const drawing = 'figure svg';

  test('is drawn, in the theme’s colours', async ({ page }) => {
    await page.goto(address(WHOLE));
    const chart = page.getByRole('img', { name: 'Revenue by month with the previous period' });
    await expect(chart.locator('svg')).toBeVisible();
    await expect(chart.locator('svg path').first()).toBeAttached();
    await expect(chart.locator('svg')).toContainText('Dec 2010');
    await expect(chart.locator('svg')).toContainText(/£\d[\d.]*[km]/i);
    const light = await chart.locator('svg').innerHTML();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => page.locator(drawing).innerHTML(), 'it is drawn again').not.toBe(light);
  });

  test('shows other figures when the period changes', async ({ page }) => {
    await page.goto(address(WHOLE));
    await expect(page.locator(drawing)).toContainText('Dec 2010');
    await page.getByRole('group', { name: 'One point per' }).getByRole('link', { name: 'Week' }).click();
    await expect(page.locator(drawing)).toContainText('29 Nov');
    await expect(page.locator(drawing)).toHaveCount(1);
  });

  test('has its figures in a table one key away', async ({ page }) => {
    await page.goto(address(WHOLE));
    await expect(page.locator(drawing)).toBeVisible();
    const figures = page.getByRole('table', { name: /^Revenue by month/ });
    await expect(figures).toBeHidden();
    await page.locator('summary', { hasText: 'Show the figures as a table' }).focus();
    await page.keyboard.press('Enter');
    await expect(figures).toBeVisible();
    await expect(figures.getByRole('row')).toHaveCount(MONTHS.length + 1);
  });

  test('gives way to its table where its script can’t be loaded', async ({ page, problems }) => {
    problems.allow(/echarts/);
    await page.route('**/vendor/echarts*', (route) => route.abort('connectionfailed'));
    await page.goto(address(WHOLE));
    await expect(page.getByText('The chart could not be drawn. Here are its figures.')).toBeVisible();
    await expect(page.getByRole('table', { name: /^Revenue by month/ })).toBeVisible();
  });
});

test('a failure is told with what to do, and trying again works', async ({ page, problems }) => {
  problems.allow(/api\/dashboard/);
  await page.goto(address(NOVEMBER));
  await expectFrameAlive(page);
  await page.route('**/api/dashboard', (route) => route.abort('connectionfailed'));
  await page.getByRole('link', { name: '7 days' }).click();
  await expect(page.getByRole('alert')).toContainText(/The server can['’]t be reached/);
  await page.unroute('**/api/dashboard');
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(figure(page, 'Revenue')).toHaveText('£0.00');
});

test('a session that ended meanwhile leads to signing in, and back to the same place', async ({
  page,
  context,
  problems,
}) => {
  problems.allow(/status of 401/);
  await page.goto(address(NOVEMBER));
  await expectFrameAlive(page);
  await context.clearCookies({ name: 'session' });
  await page.getByRole('group', { name: 'Period' }).getByRole('link', { name: '7 days' }).click();
  await expect(page.getByText('Your session has ended. Sign in to go on.')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(({ searchParams }) => searchParams.get('next') === '/?period=7d');
});
