import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { WHOLE, address } from '../support/dashboard';
import { PHONE, SIGNED_OUT, expect, expectAlive, expectFrameAlive, signIn, test } from '../support/fixtures';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const LOOKS = [
  { look: 'light', options: { colorScheme: 'light' } },
  { look: 'dark', options: { colorScheme: 'dark' } },
  { look: 'light on a phone', options: { colorScheme: 'light', ...PHONE } },
  { look: 'dark on a phone', options: { colorScheme: 'dark', ...PHONE } },
] as const;

async function expectNoViolations(page: Page, within = 'html'): Promise<void> {
  // Colours on their way from one to another have no contrast to speak of.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations } = await new AxeBuilder({ page }).include(within).withTags(RULES).analyze();
  const found = violations.map(({ id, help, nodes }) => {
    return { id, help, where: nodes.map(({ target, html, failureSummary }) => ({ target, html, failureSummary })) };
  });
  expect(found).toEqual([]);
}

for (const { look, options } of LOOKS) {
  test.describe(look, () => {
    test.use(options);

    test.describe('signed out', () => {
      test.use({ storageState: SIGNED_OUT });

      test('sign-in, and what is wrong with it', async ({ page, problems }) => {
        problems.allow(/status of 422/);
        await page.goto('/sign-in');
        await expectAlive(page.locator('form'), 'submit');
        await expectNoViolations(page);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true');
        await expectNoViolations(page);
        // Of each look its own: the fifth failure of an address has the next one wait.
        await page.getByLabel('E-mail').fill(`${look.replaceAll(' ', '-')}@example.com`);
        await page.getByLabel('Password').fill('not-the-password');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.getByRole('alert')).toBeVisible();
        await expectNoViolations(page);
      });

      for (const address of ['/register', '/forgotten-password', '/invitation', '/reset-password', '/confirm-email']) {
        test(address, async ({ page, problems }) => {
          problems.allow(/status of 404/);
          await page.goto(address);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expectNoViolations(page);
        });
      }
    });

    test('dashboard', async ({ page }) => {
      await page.goto(address(WHOLE));
      await expectFrameAlive(page);
      await expect(page.locator('figure svg')).toBeVisible();
      await expectNoViolations(page);
      await page.getByText('Show the figures as a table').click();
      await expectNoViolations(page);
    });

    test('dashboard with nothing to show, and with a mistake', async ({ page }) => {
      await page.goto('/?period=custom&from=2011-12-09&to=2011-12-01&channel=marketplace');
      await expect(page.getByText('There was no revenue in this period, nor in the one before.')).toBeVisible();
      await expectNoViolations(page);
    });

    test('what floats over the dashboard', async ({ page }) => {
      await page.goto(address(WHOLE));
      await expectFrameAlive(page);
      await expect(page.locator('figure svg')).toBeVisible();
      await page.getByLabel('Account of Demo Owner').click();
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
      // What an open menu half covers is too small to be hit there, and needn't be.
      await expectNoViolations(page, '.topbar');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectNoViolations(page);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectNoViolations(page);
    });

    for (const [name, address] of [
      ['account', '/account'],
      ['staff', '/staff'],
      ['roles', '/roles'],
      ['mail', '/mail'],
      ['audit log', '/audit'],
      ['audit log with nothing to show', '/audit?from=2001-01-01&to=2001-01-02'],
    ] as const) {
      test(name, async ({ page }) => {
        await page.goto(address);
        await expectFrameAlive(page);
        await expectNoViolations(page);
      });
    }

    // These pages want the password entered a short while ago; the session that tests share may be older.
    test.describe('signed in anew', () => {
      test.use({ storageState: SIGNED_OUT });

      for (const [name, address] of [
        ['a new role', '/roles/new'],
        ['an invitation', '/staff/invite'],
        ['API keys', '/api-keys'],
        ['second factor', '/account/second-factor'],
        ['entering the password', '/confirm-password'],
      ] as const) {
        test(name, async ({ page }) => {
          await signIn(page, address);
          await expect(page).toHaveURL(address);
          await expectAlive(page.locator('form[action^="/api/"]').last(), 'submit');
          await expectNoViolations(page);
        });
      }

      test('a member of the staff', async ({ page }) => {
        await signIn(page, '/staff');
        await page.getByRole('link', { name: 'Demo Owner' }).click();
        await expect(page.getByRole('heading', { name: 'Demo Owner', level: 1 })).toBeVisible();
        await expectNoViolations(page);
      });
    });

    // It is there in builds for development, which is what these tests run.
    test('gallery of components', async ({ page }) => {
      await page.goto('/ui');
      await expectFrameAlive(page);
      await expect(page.locator('figure svg').first()).toBeVisible();
      await expectNoViolations(page);
      await page.getByRole('button', { name: 'Show a toast' }).click();
      await page.getByRole('button', { name: 'Open a dialog' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectNoViolations(page);
    });

    test('an address that leads nowhere', async ({ page, problems }) => {
      problems.allow(/status of 404/);
      await page.goto('/nowhere');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectNoViolations(page);
    });
  });
}

test.describe('the sheet of a phone', () => {
  test.use(PHONE);

  test('has no violations while it is open', async ({ page }) => {
    await page.goto('/');
    await expectFrameAlive(page);
    await page.getByRole('button', { name: 'Menu' }).click();
    await expect(page.locator('#sidebar')).toBeVisible();
    await expectNoViolations(page);
  });
});
