import { describe, expect, test } from 'vitest';
import { Credentials, readChallenge } from './credentials.ts';

const settings = { kind: 'oci' as const, repository: 'hub.example/m', tag: 'live', keep: 3 };

function credentials(given: object): Credentials {
  return new Credentials({ ...settings, ...given }, name => Promise.resolve(`the ${name}`));
}

describe('credentials of a registry', () => {
  test('challenges are read; other schemes are none', () => {
    expect(readChallenge('Basic realm="x"')).toEqual({ scheme: 'basic' });
    expect(
      readChallenge('Bearer realm="https://auth/token",service="hub",scope="repository:m:pull,push"'),
    ).toEqual({
      scheme: 'bearer',
      realm: 'https://auth/token',
      query: { service: 'hub', scope: 'repository:m:pull,push' },
    });
    expect([null, 'Negotiate', 'Bearer service="x"'].map(readChallenge)).toEqual([null, null, null]);
  });

  test('a password goes to an https realm only, when the registry is https', async () => {
    const asked: string[] = [];
    const ask = (url: URL, headers: Record<string, string>): Promise<Response> => {
      asked.push(`${url.href} ${headers.authorization ?? ''}`);
      return Promise.resolve(Response.json({ token: 't' }));
    };
    const own = credentials({ username: 'ada', password: 'HUB' });
    const bearer = (realm: string) => ({ scheme: 'bearer' as const, realm, query: { service: 'hub' } });
    const registry = new URL('https://hub.example/v2/');
    await expect(own.answer(bearer('http://auth.example/token'), registry, ask)).rejects.toMatchObject({
      code: 'credentials',
    });
    expect(asked).toEqual([]);
    expect(await own.answer(bearer('https://auth.example/token'), registry, ask)).toBe('Bearer t');
    const basic = `Basic ${Buffer.from('ada:the HUB').toString('base64')}`;
    expect(asked).toEqual([`https://auth.example/token?service=hub ${basic}`]);
    expect(await own.answer({ scheme: 'basic' }, registry, ask)).toBe(basic);
    expect(await credentials({ token: 'HUB_TOKEN' }).answer({ scheme: 'basic' }, registry, ask)).toBe(
      'Bearer the HUB_TOKEN',
    );
  });
});
