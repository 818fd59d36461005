// Pictures of every page, to look at: SCREENSHOTS=folder npx playwright test screenshots
import path from 'node:path';
import type { Page } from '@playwright/test';
import { WHOLE, address } from '../support/dashboard';
import { PHONE, SIGNED_OUT, expect, expectFrameAlive, test } from '../support/fixtures';

const FOLDER = process.env.SCREENSHOTS;

const LOOKS = [
  { look: 'light', options: { colorScheme: 'light' } },
  { look: 'dark', options: { colorScheme: 'dark' } },
  { look: 'phone', options: { colorScheme: 'light', ...PHONE } },
  { look: 'phone-dark', options: { colorScheme: 'dark', ...PHONE } },
] as const;

async function chartDrawn(page: Page): Promise<void> {
  await expectFrameAlive(page);
  await expect(page.locator('figure svg').first()).toBeVisible();
}

/** What floats is pictured over the part of the page that is in sight. */
type Picture = { name: string; path: string; floats?: boolean; ready?: (page: Page) => Promise<void> };

const PAGES: Picture[] = [
  { name: 'dashboard', path: address(WHOLE), ready: chartDrawn },
  { name: 'dashboard-days', path: '/?period=custom&from=2011-11-01&to=2011-11-30', ready: chartDrawn },
  { name: 'dashboard-empty', path: '/?period=today', ready: expectFrameAlive },
  { name: 'dashboard-mistake', path: '/?period=custom&from=2011-11-30&to=2011-11-01', ready: expectFrameAlive },
  {
    name: 'dashboard-table',
    path: address(WHOLE),
    ready: async (page) => {
      await chartDrawn(page);
      await page.getByText('Show the figures as a table').click();
    },
  },
  { name: 'own-account', path: '/account', ready: expectFrameAlive },
  { name: 'roles', path: '/roles', ready: expectFrameAlive },
  { name: 'role-new', path: '/roles/new', ready: expectFrameAlive },
  { name: 'staff', path: '/staff', ready: expectFrameAlive },
  { name: 'api-keys', path: '/api-keys', ready: expectFrameAlive },
  { name: 'mail', path: '/mail', ready: expectFrameAlive },
  { name: 'audit', path: '/audit', ready: expectFrameAlive },
  {
    name: 'palette',
    path: address(WHOLE),
    floats: true,
    ready: async (page) => {
      await chartDrawn(page);
      await page.keyboard.press('Control+k');
    },
  },
  {
    name: 'account',
    path: address(WHOLE),
    floats: true,
    ready: async (page) => {
      await chartDrawn(page);
      await page.getByLabel('Account of Demo Owner').click();
    },
  },
  { name: 'gallery', path: '/ui', ready: chartDrawn },
  { name: 'not-found', path: '/nowhere' },
];

test.describe('pictures', { tag: '@screenshots' }, () => {
  test.skip(!FOLDER, 'SCREENSHOTS names no folder');

  for (const { look, options } of LOOKS) {
    test.describe(look, () => {
      test.use(options);

      async function take(page: Page, name: string, floats = false): Promise<void> {
        await page.evaluate(() => document.fonts.ready);
        const seen = page.viewportSize();
        if (seen && !floats) {
          // What is as high as the window is to be as high as the picture.
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ ...seen, height: Math.max(seen.height, height) });
        }
        const file = path.join(FOLDER ?? '', `${name}-${look}.png`);
        await page.screenshot({ path: file, fullPage: !floats, animations: 'disabled' });
        if (seen) {
          await page.setViewportSize(seen);
        }
      }

      for (const { name, path, floats, ready } of PAGES) {
        test(name, async ({ page, problems }) => {
          problems.allow(/status of 404/);
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await ready?.(page);
          await take(page, name, floats);
        });
      }

      test.describe('signed out', () => {
        test.use({ storageState: SIGNED_OUT });

        test('sign-in', async ({ page, problems }) => {
          problems.allow(/status of 422/);
          await page.goto('/sign-in');
          await take(page, 'sign-in');
          await page.getByRole('button', { name: 'Sign in' }).click();
          await expect(page.getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true');
          await take(page, 'sign-in-mistake');
        });

        for (const [name, path] of [
          ['register', '/register'],
          ['forgotten-password', '/forgotten-password'],
          ['link-invalid', '/reset-password'],
        ] as const) {
          test(name, async ({ page, problems }) => {
            problems.allow(/status of 404/);
            await page.goto(path);
            await take(page, name);
          });
        }
      });
    });
  }
});
