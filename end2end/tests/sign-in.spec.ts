import { EMAIL, SIGNED_OUT, expect, expectAlive, password, signIn, test } from '../support/fixtures';

test.use({ storageState: SIGNED_OUT });

const NO_MATCH = 'That e-mail address and password don’t match. Check both and try again.';
const COOKIE = 'session';

test('signing in leads to the dashboard', async ({ page }) => {
  await signIn(page);
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
  await expect(page).toHaveTitle('Dashboard · Tradepost');
});

test('the page is ready to type into, and says what it is', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page).toHaveTitle('Sign in · Tradepost');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await expect(page.getByLabel('Password')).toHaveAttribute('type', 'password');
});

test('the address is read without regard to case and space around it', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(EMAIL.toUpperCase());
  await page.getByLabel('Password').fill(password());
  await page.getByLabel('Password').press('Enter');
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
});

test('a wrong password is refused, the address stays', async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await page.goto('/sign-in');
  await expectAlive(page.locator('form'), 'submit');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText(NO_MATCH);
  await expect(page.getByLabel('E-mail')).toHaveValue(EMAIL);
  await expect(page.getByLabel('Password')).toBeFocused();
  await page.goto('/');
  await expect(page).toHaveURL('/sign-in');
});

test('an unknown address gets the same answer as a wrong password', async ({ request }) => {
  const answers = [];
  for (const email of [EMAIL, 'nobody@example.com']) {
    const response = await request.post('/api/sign-in', { form: { email, password: 'not-the-password' } });
    answers.push({ status: response.status(), reason: (await response.json()).reason });
  }
  expect(answers[0]).toEqual({ status: 422, reason: 'NoMatch' });
  expect(answers[1]).toEqual(answers[0]);
});

test('an unknown address is told nothing else on the page', async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await page.goto('/sign-in');
  await expectAlive(page.locator('form'), 'submit');
  await page.getByLabel('E-mail').fill('stranger@example.com');
  await page.getByLabel('Password').fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText(NO_MATCH);
  await expect(page.getByLabel('E-mail')).toHaveValue('stranger@example.com');
});

const FIELD_ERRORS = [
  { what: 'no address', email: '', password: 'x', field: 'E-mail', error: 'Enter the e-mail address.' },
  {
    what: 'a malformed address',
    email: 'ann.example.com',
    password: 'x',
    field: 'E-mail',
    error: 'Enter an e-mail address such as name@example.com.',
  },
  { what: 'no password', email: EMAIL, password: '', field: 'Password', error: 'Enter your password.' },
];

for (const { what, email, password, field, error } of FIELD_ERRORS) {
  test(`${what} is told beside the field`, async ({ page, problems }) => {
    problems.allow(/status of 422/);
    await page.goto('/sign-in');
    await expectAlive(page.locator('form'), 'submit');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const control = page.getByLabel(field);
    await expect(control).toHaveAccessibleDescription(error);
    await expect(control).toHaveAttribute('aria-invalid', 'true');
    await expect(control).toBeFocused();
    await expect(page.getByText(error)).toBeVisible();
    await expect(page.getByLabel('E-mail')).toHaveValue(email);
  });
}

test('a mended mistake is not held against anybody', async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await page.goto('/sign-in');
  await expectAlive(page.locator('form'), 'submit');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(password());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
});

test('a protected address leads to signing in and back to where one was going', async ({ page }) => {
  const wanted = '/?period=custom&from=2011-11-01&to=2011-11-30&channel=web&by=week';
  await page.goto(wanted);
  await expect(page).toHaveURL((url) => url.pathname === '/sign-in' && url.searchParams.get('next') === wanted);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(password());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(wanted);
  await expect(page.getByLabel('From')).toHaveValue('2011-11-01');
});

for (const next of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/\t/evil.example']) {
  test(`signing in never leads to another site: ${JSON.stringify(next)}`, async ({ page, baseURL }) => {
    await signIn(page, `/sign-in?next=${encodeURIComponent(next)}`);
    await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
    expect(new URL(page.url()).origin).toBe(baseURL);
  });
}

test('whoever is signed in has no use for the sign-in page', async ({ page }) => {
  await signIn(page);
  await expect(page).toHaveURL('/');
  await page.goto('/sign-in');
  await expect(page).toHaveURL('/');
});

test('signing out ends the session: its cookie is worth nothing afterwards', async ({ page, context, browser, baseURL }) => {
  await signIn(page);
  await expect(page).toHaveURL('/');
  const cookies = await context.cookies();
  const replay = await browser.newContext({ baseURL });
  await replay.addCookies(cookies);
  const meanwhile = await replay.request.get('/', { maxRedirects: 0 });
  expect(meanwhile.status(), 'the copied cookie works as long as the session does').toBe(200);

  await page.getByLabel('Account of Demo Owner').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  expect((await context.cookies()).filter(({ name }) => name === COOKIE)).toEqual([]);

  const afterwards = await replay.request.get('/', { maxRedirects: 0 });
  expect(afterwards.status()).toBe(303);
  expect(afterwards.headers().location).toBe('/sign-in');
  expect((await replay.request.post('/api/visitor')).status()).toBe(401);
  await replay.close();

  await page.goBack();
  await expect(page, 'the page before is not shown from a cache').toHaveURL('/sign-in');
});

test('the session gets a new id at signing in, and its cookie is out of reach of scripts and other sites', async ({
  page,
  context,
  baseURL,
}) => {
  const planted = 'AAAAAAAAAAAAAAAAAAAAAA';
  await context.addCookies([{ name: COOKIE, value: planted, url: baseURL, httpOnly: true, sameSite: 'Lax' }]);
  await signIn(page);
  await expect(page).toHaveURL('/');
  const [cookie] = (await context.cookies()).filter(({ name }) => name === COOKIE);
  expect(cookie.value).not.toBe(planted);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', expires: -1 });
});

test('signing in again replaces the session: the id before is worth nothing', async ({ request }) => {
  const enter = () => request.post('/api/sign-in', { form: { email: EMAIL, password: password() }, maxRedirects: 0 });
  const sessionOf = (response: Awaited<ReturnType<typeof enter>>) =>
    new RegExp(`${COOKIE}=([^;]+)`).exec(response.headers()['set-cookie'] ?? '')?.[1];
  const [first, second] = [sessionOf(await enter()), sessionOf(await enter())];
  expect(first).toBeTruthy();
  expect(second).toBeTruthy();
  expect(second).not.toBe(first);
  const old = await request.get('/', { headers: { cookie: `${COOKIE}=${first}` }, maxRedirects: 0 });
  expect(old.status()).toBe(303);
});
