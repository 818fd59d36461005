// Usage: node support/server.mjs PORT
// Serves a fresh demo business for the browser tests, and leaves nothing behind. The environment names the program
// (TRADEPOST_BINARY), its site (LEPTOS_SITE_ROOT), and the file for the owner's password (TRADEPOST_TEST_PASSWORD_FILE).
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** How long the server may take to end its requests and its database. */
const STOP_MILLISECONDS = 20_000;

class SetupError extends Error {}

function required(name) {
  const value = process.env[name];
  if (!value) {
    throw new SetupError(`${name} is not set: run the tests by “make test”, or see .ci/test for what they need`);
  }
  return value;
}

function checkReadable(file, mode, name) {
  try {
    accessSync(file, mode);
  } catch (error) {
    throw new SetupError(`${name} can't be used: ${error.message}`);
  }
}

let running;
let stopping = false;

/** Starts the program; the result tells how it ended. */
function start(binary, args, env, stdout) {
  const child = spawn(binary, args, { env, stdio: ['ignore', stdout, 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  running = { child, ended };
  return running;
}

async function stop() {
  stopping = true;
  if (!running || running.child.exitCode !== null || running.child.signalCode !== null) {
    return;
  }
  const { child, ended } = running;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
  await ended.catch(() => {});
  clearTimeout(timer);
}

/** Runs the program to its end. Returns what `pattern` finds in what it prints, or nothing when all this is being stopped. */
async function run(binary, args, env, pattern) {
  const { child, ended } = start(binary, args, env, 'pipe');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const { code, signal } = await ended;
  if (stopping) {
    return undefined;
  }
  const found = pattern.exec(output)?.[1];
  if (code !== 0 || !found) {
    throw new SetupError(`“${args[0]}” failed (ended with ${signal ?? code})\n${output}`);
  }
  return found;
}

/** A second business, of four people: the tests of staff and account change it as they like. */
async function openShop(binary, dataDir, passwordFile, env) {
  const create = (...args) => {
    const all = ['user', 'create', '--data-dir', dataDir, '--password-file', passwordFile, ...args];
    return run(binary, all, env, /\(business ([0-9a-f-]+)\)/);
  };
  const tenant = await create('--email', 'ann@example.com', '--name', 'Ann Owner', '--business', 'Corner shop');
  if (tenant !== undefined) {
    await create('--email', 'bob@example.com', '--name', 'Bob Seller', '--role', 'sales', '--tenant', tenant);
    await create('--email', 'carol@example.com', '--name', 'Carol Packer', '--role', 'warehouse', '--tenant', tenant);
    await create('--email', 'dave@example.com', '--name', 'Dave Keeper', '--role', 'accountant', '--tenant', tenant);
  }
}

async function serve(port, passwordFile, binary, dataDir, env) {
  const demo = ['demo', '--keep-dates', '--data-dir', dataDir];
  const password = await run(binary, demo, env, /^\s*Password\s+(\S+)$/m);
  if (password === undefined) {
    return;
  }
  await mkdir(path.dirname(passwordFile), { recursive: true });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  await openShop(binary, dataDir, passwordFile, env);
  if (stopping) {
    return;
  }
  const args = ['serve', '--data-dir', dataDir, '--listen', `127.0.0.1:${port}`];
  const { ended } = start(binary, args, env, 'ignore');
  const { code, signal } = await ended;
  if (!stopping) {
    throw new SetupError(`the server ended by itself with ${signal ?? code}`);
  }
}

async function main() {
  const port = process.argv[2];
  if (!port) {
    throw new SetupError('usage: node support/server.mjs PORT');
  }
  const binary = required('TRADEPOST_BINARY');
  checkReadable(binary, constants.X_OK, 'TRADEPOST_BINARY');
  checkReadable(required('LEPTOS_SITE_ROOT'), constants.R_OK, 'LEPTOS_SITE_ROOT');
  const passwordFile = required('TRADEPOST_TEST_PASSWORD_FILE');

  const env = { ...process.env, TRADEPOST_LOG: 'warn,sqlx::query=error' };
  // A cluster of its own, whatever database this shell uses otherwise.
  delete env.DATABASE_URL;
  delete env.DATABASE_URL_FILE;
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'tradepost-end2end-'));
  try {
    // As root, PostgreSQL runs under another account, which must be able to get there.
    await chmod(dataDir, 0o755);
    if (!stopping) {
      await serve(port, passwordFile, binary, dataDir, env);
    }
  } finally {
    await stop();
    await rm(passwordFile, { force: true });
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

for (const signal of SIGNALS) {
  process.on(signal, () => void stop());
}
main().catch((error) => {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
});
