import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadInput } from '../../../core/failure.ts';
import { ask, type ClientAccess, type Reply } from '../httpClient.ts';
import { goldenInputs, liveVersions, name, type Scene, type Scenes } from './scene.ts';

export interface AccessSubject {
  /** Where the test asks, from what the target says. */
  readonly url: (endpoint: string | null) => string;
  /** Text of all that others may look at on the target: images, environments, command lines. */
  readonly exposed: () => Promise<string>;
}

const pems = resolve(import.meta.dirname, '../../../../test/tls');
const more = `, explain: true, token: STAGING_TOKEN, tls: { cert: ${pems}/server.pem, key: ${pems}/server.key, ca: ${pems}/ca.pem, client: { ca: ${pems}/ca.pem, cert: ${pems}/client.pem, key: ${pems}/client.key } }`;

/** Of a kind whose server can ask for a token and for certificates. */
export function accessContract(kind: string, { scene }: Scenes, subject: AccessSubject): void {
  const pem = async (file: string): Promise<string> => await readFile(join(pems, file), 'utf8');

  async function asks(url: string, token: string, question: object | null = null): Promise<Reply> {
    const [ca, cert, key] = [await pem('ca.pem'), await pem('client.pem'), await pem('client.key')];
    const access: ClientAccess = {
      token: () => Promise.resolve(token),
      tls: () => ({ ca, cert, key }),
    };
    const asked = question === null ? {} : { method: 'POST' as const, body: JSON.stringify(question) };
    return await ask(url, { ...asked, limit: 9_000 }, access, new AbortController().signal);
  }

  async function written({ root }: Scene): Promise<string> {
    const all = await readdir(join(root, '.slipway'), { recursive: true, withFileTypes: true });
    const files = all.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
    return (await Promise.all(files.map(file => readFile(file, 'latin1')))).join();
  }

  describe(`${kind} target, access`, () => {
    test(
      'a token and certificates both ways: asked for, shown, and nowhere to be read',
      { timeout: 300_000 },
      async () => {
        const secrets = ['do-not-write-me-down', 'nor-me'];
        let secret: string | null = secrets[0]!;
        const logged: string[] = [];
        const options = {
          more,
          log: (line: string): void => void logged.push(line),
          secret: (asked: string): Promise<string> =>
            secret !== null && asked === 'STAGING_TOKEN'
              ? Promise.resolve(secret)
              : Promise.reject(new BadInput('no-secret', `There is no secret ${asked}.`)),
        };
        const at = await scene(options);
        const one = await at.deployer.deploy(name, await at.version('1.0.0'));
        expect(one, JSON.stringify(one.plan)).toMatchObject({ state: 'live', golden: { rows: 8 } });
        const url = subject.url((await at.deployer.status(name)).endpoint);
        expect(url).toMatch(/^https:/);
        const model = `${url}/v2/models/credit-risk`;
        await expect(ask(model, { limit: 9_000 }, {}, new AbortController().signal)).rejects.toMatchObject({
          code: 'unbelieved',
        });
        await expect(asks(model, 'another')).rejects.toMatchObject({ code: 'not-allowed' });
        expect(await asks(model, secrets[0]!)).toMatchObject({ status: 200 });
        const inputs = await goldenInputs(at.root, await at.version('1.0.0'));
        const explained = await asks(`${model}/infer`, secrets[0]!, {
          inputs,
          parameters: { explain: true },
        });
        expect(explained).toMatchObject({ status: 200 });
        expect(explained.text).toContain('"base_value"');
        expect(await at.deployer.measure(name)).toMatchObject({ versions: [{ failures: 0 }] });

        // Another secret is another start, and a release that fails brings the one before back.
        secret = secrets[1]!;
        const spoilt = await at.another({
          ...options,
          spoil: golden => ({ ...golden, outputs: golden.outputs.map(output => ({ ...output, data: [] })) }),
        });
        expect(await spoilt.deploy(name, await at.version('2.0.0'))).toMatchObject({ state: 'undone' });
        expect(await asks(model, secrets[0]!)).toMatchObject({ status: 200 });
        const two = await at.deployer.deploy(name, await at.version('1.1.0'));
        expect(two, JSON.stringify(two.plan)).toMatchObject({ state: 'live' });
        expect(two.plan.map(step => step.name)).toContain('start');
        const next = `${subject.url((await at.deployer.status(name)).endpoint)}/v2/models/credit-risk`;
        await expect(asks(next, secrets[0]!)).rejects.toMatchObject({ code: 'not-allowed' });
        expect(await asks(next, secrets[1]!)).toMatchObject({ status: 200 });
        expect(await liveVersions(at)).toEqual(['1.1.0']);

        const told = [await written(at), await subject.exposed(), ...logged].join();
        const logs = (await at.deployer.logs(name, 200)).join();
        for (const hidden of [...secrets, (await pem('server.key')).split('\n')[1]!]) {
          expect(told).not.toContain(hidden);
          expect(logs).not.toContain(hidden);
        }

        secret = null;
        await expect(at.deployer.deploy(name, await at.version('1.0.0'))).rejects.toMatchObject({
          code: 'not-fit',
          message: 'There is no secret STAGING_TOKEN.',
        });
        secret = secrets[1]!;
        expect(await at.deployer.remove(name)).toMatchObject({ state: 'removed' });
      },
    );
  });
}
