import { defineConfig } from '@playwright/test';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PORT = 3917;
const ADDRESS = `http://127.0.0.1:${PORT}`;
const OUTPUT = fileURLToPath(new URL('./test-results', import.meta.url));

// support/server.mjs writes the made-up password here; the workers inherit the variable.
process.env.TRADEPOST_TEST_PASSWORD_FILE ??= path.join(OUTPUT, '.password');

export default defineConfig({
  testDir: './tests',
  outputDir: OUTPUT,
  reporter: [['list'], ['html', { open: 'never' }]],
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: ADDRESS,
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    colorScheme: 'light',
    viewport: { width: 1280, height: 900 },
    trace: 'retain-on-failure',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions: {
      executablePath: process.env.TRADEPOST_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--lang=en-GB',
      ],
    },
  },
  webServer: {
    command: `node support/server.mjs ${PORT}`,
    url: `${ADDRESS}/health/ready`,
    // The demo business is loaded first.
    timeout: 180_000,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
  },
});
