// The dashboard as a person finds their way around it.
import { expect, type Locator, type Page } from '@playwright/test';
import { change, grouped, pennies, penniesOf, pounds, type Channel, type Reference, type Span } from './reference';

/** From the first sale of the data set to the last. */
export const WHOLE: Span = { from: '2010-12-01', to: '2011-12-09' };
export const YEAR_2011: Span = { from: '2011-01-01', to: '2011-12-31' };
/** Rows of a breakdown before the one that sums up the others. */
export const SHARES_SHOWN = 8;
const TOP_PRODUCTS = 8;

export const MONTHS: { label: string; span: Span }[] = Array.from({ length: 13 }, (_, index) => {
  const first = new Date(Date.UTC(2010, 11 + index, 1));
  const last = new Date(Date.UTC(2010, 12 + index, 0));
  const label = first.toLocaleDateString('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });
  return { label: label.replace('Sept', 'Sep'), span: { from: isoDay(first), to: isoDay(last) } };
});

export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The span of the same length directly before. */
export function before(span: Span): Span {
  const day = 24 * 60 * 60 * 1000;
  const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
  return { from: isoDay(new Date(from - (to - from) - day)), to: isoDay(new Date(from - day)) };
}

export function address(span: Span, more: Record<string, string> = {}): string {
  return `/?${new URLSearchParams({ period: 'custom', ...span, ...more })}`;
}

export function figure(page: Page, label: string): Locator {
  return stat(page, label).locator('.stat-value');
}

function stat(page: Page, label: string): Locator {
  return page.locator('.stat').filter({ has: page.locator('.stat-label').getByText(label, { exact: true }) });
}

/** Also where it is behind a disclosure. */
export function table(page: Page, caption: string | RegExp): Locator {
  return page.getByRole('table', { name: caption, includeHidden: true });
}

/** The texts of the rows, once there are any. */
export async function rows(table: Locator): Promise<string[][]> {
  await expect(table.locator('tbody tr').first()).toBeAttached();
  const read = (rows: Element[]) =>
    rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim() ?? ''));
  return table.locator('tbody tr').evaluateAll(read);
}

export async function expectHeadline(page: Page, reference: Reference, span: Span): Promise<void> {
  const sales = reference.sales(span);
  await expect(figure(page, 'Revenue')).toHaveText(pounds(reference.revenue(span)));
  await expect(figure(page, 'Orders')).toHaveText(grouped(sales.count));
  await expect(figure(page, 'Average order')).toHaveText(pounds(sales.amount, sales.count));
  await expect(figure(page, 'New customers')).toHaveText(grouped(reference.newCustomers(span)));
}

/** Each headline figure says how it changed against as many days before. */
export async function expectChanges(page: Page, reference: Reference, span: Span): Promise<void> {
  const figures = (span: Span): [string, number][] => {
    const sales = reference.sales(span);
    return [
      ['Revenue', reference.revenue(span)],
      ['Orders', sales.count],
      ['Average order', sales.count === 0 ? 0 : sales.amount / sales.count],
      ['New customers', reference.newCustomers(span)],
    ];
  };
  const past = new Map(figures(before(span)));
  for (const [label, now] of figures(span)) {
    const then = past.get(label) ?? 0;
    const size = change(now, then);
    const text = size === undefined ? 'Nothing to compare with' : `${now > then ? 'Up' : 'Down'} ${size}`;
    await expect(stat(page, label).locator('.stat-change')).toContainText(text);
  }
}

export async function expectSales(page: Page, reference: Reference, span: Span, channel: Channel): Promise<void> {
  const sales = reference.sales(span, channel);
  await expect(figure(page, 'Orders')).toHaveText(grouped(sales.count));
  await expect(figure(page, 'Average order')).toHaveText(pounds(sales.amount, sales.count));
}

export async function expectCountries(page: Page, reference: Reference, span: Span): Promise<void> {
  const countries = reference.countries(span);
  const expected = countries.slice(0, SHARES_SHOWN);
  const others = countries.slice(SHARES_SHOWN);
  if (others.length > 0) {
    expected.push([`${others.length} more`, others.reduce((sum, [, amount]) => sum + amount, 0)]);
  }
  const cells = expected.flatMap(([name, amount]) => [name, '', pounds(amount)]);
  await expect(table(page, 'Revenue by country').locator('tbody td')).toHaveText(cells);
}

export async function expectTopProducts(page: Page, reference: Reference, span: Span): Promise<void> {
  const expected = reference.topProducts(span, TOP_PRODUCTS).map((amount) => pounds(amount));
  await expect(table(page, 'Top products').locator('tbody td:last-child')).toHaveText(expected);
}

/** The shown amounts of a breakdown add up to the revenue, but for the rounding of each. */
export async function expectToAddUp(breakdown: Locator, revenue: number): Promise<void> {
  const amounts = (await rows(breakdown)).map((cells) => penniesOf(cells.at(-1) ?? ''));
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  expect(Math.abs(total - pennies(revenue))).toBeLessThanOrEqual(amounts.length);
}
