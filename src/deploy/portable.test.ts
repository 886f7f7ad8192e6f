import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { golden } from '../engine/tasks/golden.ts';
import { buildPortable, buildServer } from '../serve/testServer.ts';
import { writePortable, type PortableForm } from './portable.ts';

const run = promisify(execFile);
const example = resolve(import.meta.dirname, '../../examples/credit-risk');
const file = join(example, 'models/credit-risk-1.1.0.onnx');
const browser = process.env['SLIPWAY_CHROMIUM'] ?? '/usr/bin/chromium';
let home: string;
let distDir: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-portable-'));
  distDir = await buildServer(home);
  await buildPortable(distDir);
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function written(form: PortableForm): Promise<string> {
  const dir = await mkdtemp(join(home, `${form}-`));
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const path = 'data/holdout.csv';
  const asked = await golden({
    model: { file, ref: { digest, name: null, version: null, path: file, size: 0 } },
    data: { file: join(example, path), path, digest: '', role: 'holdout' } as never,
    rows: 10,
  });
  await writePortable({
    ...{ form, dir, model: 'credit-risk', version: '1.1.0', digest, file, golden: asked, distDir },
  });
  return dir;
}

interface Card {
  readonly golden: {
    readonly inputs: readonly { readonly name: string; readonly data: readonly unknown[] }[];
    readonly outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[];
  };
}

async function cardOf(dir: string): Promise<Card> {
  return JSON.parse(await readFile(join(dir, 'card.json'), 'utf8')) as Card;
}

const firstRow = ({ golden: { inputs } }: Card): object =>
  Object.fromEntries(inputs.map(({ name, data }) => [name, data[0]]));

test('edge: rows on standard input, a module, and a check that can fail', async () => {
  const dir = await written('edge');
  const card = await cardOf(dir);
  const child = spawn(process.execPath, ['predict.js'], { cwd: dir });
  child.stdin.end(JSON.stringify([firstRow(card)]));
  const [answer] = JSON.parse(await text(child.stdout)) as [Record<string, unknown>];
  const label = card.golden.outputs.find(({ name }) => name === 'label')!;
  expect(answer['label']).toBe(label.data[0]);
  const { stdout } = await run(process.execPath, ['predict.js', '--check'], { cwd: dir });
  expect(stdout).toMatch(/^passed: 10 rows are answered as where the bundle was made/);

  const bad = spawn(process.execPath, ['predict.js'], { cwd: dir });
  bad.stdin.end('[{"duration": 12}]');
  const [said, [code]] = await Promise.all([text(bad.stderr), once(bad, 'close') as Promise<[number]>]);
  expect([code, said]).toEqual([2, expect.stringMatching(/^The model needs .* which the request lacks/)]);

  const spoilt = {
    ...card,
    golden: { ...card.golden, outputs: [{ ...label, data: label.data.map(() => 'x') }] },
  };
  await writeFile(join(dir, 'card.json'), JSON.stringify(spoilt));
  await expect(run(process.execPath, ['predict.js', '--check'], { cwd: dir })).rejects.toMatchObject({
    ...{ code: 1, stdout: expect.stringMatching(/^failed: Row 0: `label`/) as string },
  });
});

test('a folder that holds something is not written over', async () => {
  const dir = join(home, 'full');
  await mkdir(dir);
  await writeFile(join(dir, 'a'), '');
  const options = {
    model: 'm',
    version: null,
    digest: '',
    file,
    golden: { inputs: [], outputs: [], rows: 0 },
  };
  await expect(writePortable({ ...options, form: 'edge', dir, distDir })).rejects.toThrow(/not empty/);
});

describe('browser', () => {
  test('checks itself without a browser', async () => {
    const dir = await written('browser');
    const { stdout } = await run(process.execPath, ['check.mjs'], { cwd: dir });
    expect(stdout).toMatch(/^passed: 10 rows/);
  });

  const here = existsSync(browser);
  const why = here ? '' : ` (there is no ${browser}; SLIPWAY_CHROMIUM names another)`;
  test.skipIf(!here)(`the page checks itself and predicts, in Chromium${why}`, async () => {
    const dir = await written('browser');
    const types: Readonly<Record<string, string>> = {
      ...{ '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' },
      ...{ '.json': 'application/json', '.wasm': 'application/wasm' },
    };
    const server = createServer((request, response) => {
      readFile(join(dir, request.url === '/' ? 'index.html' : request.url!)).then(
        bytes => {
          response.writeHead(200, {
            'content-type':
              types[extname(request.url!)] ??
              (request.url === '/' ? 'text/html' : 'application/octet-stream'),
          });
          response.end(bytes);
        },
        () => {
          response.writeHead(404);
          response.end();
        },
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const window = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
    onTestFinished(() => window.close());
    const page = await window.newPage();
    const problems: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.locator('#state', { hasText: /^(Passed|Failed)/ }).waitFor();
    expect(await page.textContent('#state')).toMatch(/^Passed: 10 rows/);
    await page.click('#predict');
    await page.locator('#answer', { hasText: 'label' }).waitFor();
    const [answer] = JSON.parse((await page.textContent('#answer')) ?? '') as [Record<string, unknown>];
    const { outputs } = (await cardOf(dir)).golden;
    expect(answer['label']).toBe(outputs.find(({ name }) => name === 'label')!.data[0]);
    await page.fill('#rows', '[{"duration": 1}]');
    await page.click('#predict');
    await page.locator('#answer', { hasText: /^The model needs/ }).waitFor();
    expect(problems).toEqual([]);
  });
});
